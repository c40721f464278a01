/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include <exen/bug.h>
#include <exen/string.h>

#include "server.h"

/* Quotas of all unprivileged domains together leave this much of the default arena. */
#define SPARE_NODES	512u
#define SPARE_CHUNKS	1024u

#define UNIT_BYTES	(XS_ARENA_NODES * sizeof(struct xs_node) + \
			 XS_ARENA_CHUNKS * sizeof(struct xs_chunk))
#define DEFAULT_UNITS \
	((XENSTORE_ARENA_SIZE - sizeof(struct xs_server) - \
	  XENSTORE_MAX_DOMAINS * sizeof(struct xs_conn)) / UNIT_BYTES)
#define QUOTAS(quota)	((XENSTORE_MAX_DOMAINS - 1) * (quota))

_Static_assert(XS_ARENA_NODES * DEFAULT_UNITS >=
	       QUOTAS(XS_QUOTA_NODES + XS_QUOTA_SHADOWS) + SPARE_NODES, "nodes for dom0");
_Static_assert(XS_ARENA_CHUNKS * DEFAULT_UNITS >= QUOTAS(XS_QUOTA_CHUNKS) + SPARE_CHUNKS,
	       "text for dom0");
_Static_assert(XS_NR_WATCHES >= QUOTAS(XS_QUOTA_WATCHES) + 128, "watches for dom0");
_Static_assert(XS_NR_TRANSACTIONS >= QUOTAS(XS_QUOTA_TRANSACTIONS) + 8, "transactions for dom0");
_Static_assert(sizeof(struct xs_node) == 48, "a node's size decides how many there are");
_Static_assert(sizeof(struct xs_chunk) == 32, "a chunk's size decides how many there are");

#define MIN_NODES	64u
#define MAX_REFS	0x10000u	/* what an xs_ref_t can name, none included */

int xs_pool_init(struct xs_server *srv, void *base, size_t size)
{
	size_t units = MIN(size / UNIT_BYTES, MAX_REFS / XS_ARENA_CHUNKS);
	unsigned int i;

	srv->nr_nodes = units * XS_ARENA_NODES;
	srv->nr_chunks = units * XS_ARENA_CHUNKS;
	if (srv->nr_nodes < MIN_NODES)
		return -EINVAL;
	srv->nodes = base;
	srv->chunks = (void *)(srv->nodes + srv->nr_nodes);
	memset(base, 0, units * UNIT_BYTES);
	for (i = 1; i < srv->nr_nodes - 1; i++)
		srv->nodes[i].parent = i + 1;
	for (i = 1; i < srv->nr_chunks - 1; i++)
		srv->chunks[i].next = i + 1;
	srv->first_free_node = 1;
	srv->free_nodes = srv->nr_nodes - 1;
	srv->first_free_chunk = 1;
	srv->free_chunks = srv->nr_chunks - 1;
	return 0;
}

struct xs_account *xs_account(struct xs_server *srv, unsigned int domid)
{
	return &srv->accounts[MIN(domid, XS_NR_ACCOUNTS - 1)];
}

int xs_budget(struct xs_server *srv, const struct xs_who *who, unsigned int payer,
	      const struct xs_need *need)
{
	const struct xs_account *a = xs_account(srv, payer);

	if (!who->privileged) {
		if (need->nodes && a->nodes + need->nodes > XS_QUOTA_NODES)
			return -ENOSPC;
		if (need->shadows && a->shadows + need->shadows > XS_QUOTA_SHADOWS)
			return -ENOSPC;
		if (need->chunks && a->chunks + need->chunks > XS_QUOTA_CHUNKS)
			return -ENOSPC;
	}
	if (need->nodes + need->shadows > srv->free_nodes || need->chunks > srv->free_chunks)
		return -ENOMEM;
	return 0;
}

static struct xs_chunk *chunk(const struct xs_server *srv, xs_ref_t ref)
{
	BUG_ON(ref == 0 || ref >= srv->nr_chunks);
	return &srv->chunks[ref];
}

static xs_ref_t chunk_alloc(struct xs_server *srv)
{
	xs_ref_t ref = srv->first_free_chunk;
	struct xs_chunk *c = chunk(srv, ref);

	srv->first_free_chunk = c->next;
	srv->free_chunks--;
	c->next = 0;
	return ref;
}

void xs_text_free(struct xs_server *srv, unsigned int payer, struct xs_text *t)
{
	xs_account(srv, payer)->chunks -= xs_chunks(t->len);
	while (t->head) {
		xs_ref_t ref = t->head;
		struct xs_chunk *c = chunk(srv, ref);

		t->head = c->next;
		c->next = srv->first_free_chunk;
		srv->first_free_chunk = ref;
		srv->free_chunks++;
	}
	t->len = 0;
}

void xs_text_set(struct xs_server *srv, unsigned int payer, struct xs_text *t, const char *bytes,
		 size_t len)
{
	xs_ref_t *link = &t->head;
	size_t done, n;

	xs_text_free(srv, payer, t);
	for (done = 0; done < len; done += n) {
		struct xs_chunk *c;

		*link = chunk_alloc(srv);
		c = chunk(srv, *link);
		n = MIN(len - done, XS_CHUNK_BYTES);
		memcpy(c->text, bytes + done, n);
		link = &c->next;
	}
	t->len = len;
	xs_account(srv, payer)->chunks += xs_chunks(len);
}

void xs_text_copy(struct xs_server *srv, unsigned int payer, struct xs_text *t,
		  const struct xs_text *from)
{
	xs_ref_t *link = &t->head;
	xs_ref_t ref;

	xs_text_free(srv, payer, t);
	for (ref = from->head; ref; ref = chunk(srv, ref)->next) {
		struct xs_chunk *c;

		*link = chunk_alloc(srv);
		c = chunk(srv, *link);
		memcpy(c->text, chunk(srv, ref)->text, XS_CHUNK_BYTES);
		link = &c->next;
	}
	t->len = from->len;
	xs_account(srv, payer)->chunks += xs_chunks(t->len);
}

void xs_text_move(struct xs_server *srv, unsigned int to_payer, struct xs_text *to,
		  unsigned int from_payer, struct xs_text *from)
{
	xs_text_free(srv, to_payer, to);
	*to = *from;
	from->head = 0;
	from->len = 0;
	xs_text_recharge(srv, to, from_payer, to_payer);
}

void xs_text_recharge(struct xs_server *srv, const struct xs_text *t, unsigned int from_payer,
		      unsigned int to_payer)
{
	xs_account(srv, from_payer)->chunks -= xs_chunks(t->len);
	xs_account(srv, to_payer)->chunks += xs_chunks(t->len);
}

bool xs_text_starts(const struct xs_server *srv, const struct xs_text *t, const char *bytes,
		    size_t len)
{
	xs_ref_t ref = t->head;
	size_t done, n;

	if (len > t->len)
		return false;
	for (done = 0; done < len; done += n, ref = chunk(srv, ref)->next) {
		n = MIN(len - done, XS_CHUNK_BYTES);
		if (memcmp(chunk(srv, ref)->text, bytes + done, n) != 0)
			return false;
	}
	return true;
}

bool xs_text_equal(const struct xs_server *srv, const struct xs_text *t, const char *bytes,
		   size_t len)
{
	return t->len == len && xs_text_starts(srv, t, bytes, len);
}

size_t xs_text_read_part(const struct xs_server *srv, const struct xs_text *t, char *dst,
			 size_t max)
{
	xs_ref_t ref = t->head;
	size_t len = MIN(t->len, max);
	size_t done, n;

	for (done = 0; done < len; done += n, ref = chunk(srv, ref)->next) {
		n = MIN(len - done, XS_CHUNK_BYTES);
		memcpy(dst + done, chunk(srv, ref)->text, n);
	}
	return len;
}

size_t xs_text_read(const struct xs_server *srv, const struct xs_text *t, char *dst)
{
	return xs_text_read_part(srv, t, dst, t->len);
}

char xs_text_at(const struct xs_server *srv, const struct xs_text *t, size_t at)
{
	xs_ref_t ref = t->head;

	for (; at >= XS_CHUNK_BYTES; at -= XS_CHUNK_BYTES)
		ref = chunk(srv, ref)->next;
	return chunk(srv, ref)->text[at];
}
