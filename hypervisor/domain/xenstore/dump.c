/* SPDX-License-Identifier: Apache-2.0 */
/* The store as lines of text. */
#include <exen/string.h>

#include "server.h"

#define LINE_BYTES	160u
#define PATH_SHOWN	90u		/* of a long path; permissions always fit */
#define PERMS_BYTES	(2 + XS_NODE_PERMS * XS_PERM_TEXT)

struct line {
	char text[LINE_BYTES + 1];
	size_t len;
};

static void put(struct line *l, const char *bytes, size_t len, size_t limit)
{
	len = l->len < limit ? MIN(len, limit - l->len) : 0;
	memcpy(l->text + l->len, bytes, len);
	l->len += len;
}

static void put_value(struct xs_server *srv, struct line *l, const struct xs_text *value)
{
	char bytes[LINE_BYTES];
	size_t len = xs_text_read_part(srv, value, bytes, sizeof(bytes));
	size_t i;

	put(l, " = \"", 4, LINE_BYTES);
	for (i = 0; i < len && l->len + 5 + PERMS_BYTES < LINE_BYTES; i++) {
		unsigned char c = bytes[i];
		const char octal[4] = { '\\', '0' + (c >> 6), '0' + ((c >> 3) & 7), '0' + (c & 7) };

		if (c >= ' ' && c <= '~' && c != '\\' && c != '"')
			put(l, bytes + i, 1, LINE_BYTES);
		else
			put(l, octal, sizeof(octal), LINE_BYTES);
	}
	put(l, "\"", 1, LINE_BYTES);
}

static void put_perms(struct line *l, const struct xs_node *n)
{
	char text[XS_PERM_TEXT];
	unsigned int i;

	for (i = 0; i < n->nr_perms; i++) {
		size_t len = xs_perm_format(&n->perms[i], text) - 1;

		put(l, i ? "," : "  (", i ? 1 : 3, LINE_BYTES);
		put(l, text, len, LINE_BYTES);
	}
	put(l, ")", 1, LINE_BYTES);
}

void xs_dump(struct xs_server *srv, void (*show)(void *arg, const char *text), void *arg)
{
	xs_ref_t ref;

	for (ref = srv->root; ref; ref = xs_node_walk(srv, ref, srv->root)) {
		const struct xs_node *n = xs_node(srv, ref);
		struct line l = { .len = 0 };

		put(&l, srv->event_path, xs_node_path(srv, ref, srv->event_path), PATH_SHOWN);
		put_value(srv, &l, &n->value);
		put_perms(&l, n);
		l.text[l.len] = '\0';
		show(arg, l.text);
	}
}
