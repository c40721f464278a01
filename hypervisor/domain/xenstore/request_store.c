/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that read or change the tree. */
#include <exen/string.h>

#include "path.h"
#include "request.h"

int xs_handle_read(struct xs_request *req)
{
	const struct xs_node *n;
	int rc = xs_request_path(req);

	if (rc == 0)
		rc = xs_store_read(&req->view, req->srv->path, &n);
	if (rc)
		return rc;
	xs_reply_begin(req, n->value.len);
	xs_conn_put_text(req->srv, req->conn, &n->value, 0);
	return 0;
}

int xs_handle_write(struct xs_request *req)
{
	size_t path_len = strlen(req->arg[0]) + 1;
	int rc = xs_request_path(req);

	if (rc == 0)
		rc = xs_store_write(&req->view, req->srv->path, req->payload + path_len,
				    req->header.len - path_len);
	if (rc == 0)
		xs_reply_ok(req);
	return rc;
}

int xs_handle_mkdir(struct xs_request *req)
{
	int rc = xs_request_path(req);

	if (rc == 0)
		rc = xs_store_mkdir(&req->view, req->srv->path);
	if (rc == 0)
		xs_reply_ok(req);
	return rc;
}

int xs_handle_rm(struct xs_request *req)
{
	int rc = xs_request_path(req);

	if (rc == 0)
		rc = xs_store_rm(&req->view, req->srv->path);
	if (rc == 0)
		xs_reply_ok(req);
	return rc;
}

/* -- permissions.  The special names have them too, for dom0 to say who may watch. */

static struct xs_node *special_node(struct xs_request *req)
{
	return xs_node(req->srv, xs_node_find(req->srv, req->arg[0], NULL));
}

static int find_for_perms(struct xs_request *req, const struct xs_node **n)
{
	int rc;

	if (xs_path_is_special(req->arg[0])) {
		*n = special_node(req);
		return req->conn->who.privileged ? 0 : -EACCES;
	}
	rc = xs_request_path(req);
	return rc ? rc : xs_store_read(&req->view, req->srv->path, n);
}

int xs_handle_get_perms(struct xs_request *req)
{
	char text[XS_NODE_PERMS * XS_PERM_TEXT];
	const struct xs_node *n;
	unsigned int i;
	size_t len = 0;
	int rc = find_for_perms(req, &n);

	if (rc)
		return rc;
	for (i = 0; i < n->nr_perms; i++)
		len += xs_perm_format(&n->perms[i], text + len);
	xs_reply(req, text, len);
	return 0;
}

static int set_special_perms(struct xs_request *req, const struct xs_perm *perms, unsigned int nr)
{
	if (!req->conn->who.privileged)
		return -EACCES;
	xs_node_set_perms(req->srv, special_node(req), perms, nr);
	return 0;
}

int xs_handle_set_perms(struct xs_request *req)
{
	struct xs_perm perms[XS_NODE_PERMS];
	size_t path_len = strlen(req->arg[0]) + 1;
	int nr, rc;

	if (req->payload[req->header.len - 1] != '\0')
		return -EINVAL;
	nr = xs_perms_parse(req->payload + path_len, req->header.len - path_len, perms);
	if (nr < 0)
		return nr;
	if (xs_path_is_special(req->arg[0])) {
		rc = set_special_perms(req, perms, nr);
	} else {
		rc = xs_request_path(req);
		if (rc == 0)
			rc = xs_store_set_perms(&req->view, req->srv->path, perms, nr);
	}
	if (rc == 0)
		xs_reply_ok(req);
	return rc;
}

/* -- lists */

/* Puts bytes @start .. @end of the list: names with their nuls. */
static void put_list(struct xs_request *req, const struct xs_list *list, size_t start, size_t end)
{
	struct xs_list_pos pos = { 0 };
	const struct xs_text *name;
	size_t at = 0;

	while (at < end && (name = xs_list_next(list, &pos))) {
		if (at + name->len + 1 > start) {
			xs_conn_put_text(req->srv, req->conn, name, MAX(start, at) - at);
			xs_conn_put(req->conn, "", 1);
		}
		at += name->len + 1u;
	}
}

int xs_handle_directory(struct xs_request *req)
{
	struct xs_list list;
	int rc = xs_request_path(req);

	if (rc == 0)
		rc = xs_store_list(&req->view, req->srv->path, &list);
	if (rc)
		return rc;
	if (list.len > XENSTORE_PAYLOAD_MAX)
		return -E2BIG;
	xs_reply_begin(req, list.len);
	put_list(req, &list, 0, list.len);
	return 0;
}

/* The end of the last whole name that fits into @max bytes from @start on. */
static size_t part_end(const struct xs_list *list, size_t start, size_t max)
{
	struct xs_list_pos pos = { 0 };
	const struct xs_text *name;
	size_t end = start;
	size_t at = 0;

	while ((name = xs_list_next(list, &pos))) {
		at += name->len + 1u;
		if (at > start && at - start > max)
			break;
		end = MAX(end, at);
	}
	return MIN(end, list->len);
}

/* <generation>|<name>|* from an offset on; an empty name follows the last one. */
int xs_handle_directory_part(struct xs_request *req)
{
	struct xs_list list;
	char gen[sizeof("4294967295")];
	uint32_t start;
	size_t gen_len, end;
	bool is_last;
	int rc = xs_request_path(req);

	if (rc == 0 && !xs_parse_number(req->arg[1], UINT32_MAX, &start))
		rc = -EINVAL;
	if (rc == 0)
		rc = xs_store_list(&req->view, req->srv->path, &list);
	if (rc)
		return rc;
	gen_len = snprintf(gen, sizeof(gen), "%u", (unsigned int)list.gen) + 1;
	start = MIN(start, list.len);
	end = part_end(&list, start, XENSTORE_PAYLOAD_MAX - gen_len - 1);
	is_last = end == list.len;
	xs_reply_begin(req, gen_len + (end - start) + is_last);
	xs_conn_put(req->conn, gen, gen_len);
	put_list(req, &list, start, end);
	xs_conn_put(req->conn, "", is_last);
	return 0;
}
