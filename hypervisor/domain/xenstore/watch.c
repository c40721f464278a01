/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include <exen/string.h>
#include "xen.h"

#include "path.h"
#include "server.h"

static struct xs_watch *watch_find(struct xs_server *srv, const struct xs_conn *conn,
				   const char *path, const char *token)
{
	struct xs_watch *w;

	for (w = srv->watches; w < srv->watches + XS_NR_WATCHES; w++)
		if (w->conn == conn && xs_text_equal(srv, &w->path, path, strlen(path)) &&
		    xs_text_equal(srv, &w->token, token, strlen(token)))
			return w;
	return NULL;
}

static void watch_free(struct xs_server *srv, struct xs_watch *w)
{
	unsigned int domid = w->conn->who.domid;

	if (w->missed)
		w->conn->nr_missed--;
	xs_text_free(srv, domid, &w->path);
	xs_text_free(srv, domid, &w->token);
	xs_account(srv, domid)->watches--;
	memset(w, 0, sizeof(*w));
}

int xs_watch_add(struct xs_server *srv, struct xs_conn *conn, const char *path, const char *token,
		 bool relative)
{
	struct xs_account *a = xs_account(srv, conn->who.domid);
	size_t path_len = strlen(path), token_len = strlen(token);
	const struct xs_need need = { .chunks = xs_chunks(path_len) + xs_chunks(token_len) };
	struct xs_watch *w = srv->watches;
	int rc;

	if (token_len > XS_TOKEN_MAX)
		return -EINVAL;
	if (watch_find(srv, conn, path, token))
		return -EEXIST;
	if (!conn->who.privileged && a->watches >= XS_QUOTA_WATCHES)
		return -E2BIG;
	rc = xs_budget(srv, &conn->who, conn->who.domid, &need);
	if (rc)
		return rc;
	while (w->conn)
		if (++w == srv->watches + XS_NR_WATCHES)
			return -ENOMEM;
	w->conn = conn;
	w->relative = relative;
	xs_text_set(srv, conn->who.domid, &w->path, path, path_len);
	xs_text_set(srv, conn->who.domid, &w->token, token, token_len);
	a->watches++;
	return 0;
}

int xs_watch_remove(struct xs_server *srv, struct xs_conn *conn, const char *path,
		    const char *token)
{
	struct xs_watch *w = watch_find(srv, conn, path, token);

	if (!w)
		return -ENOENT;
	watch_free(srv, w);
	return 0;
}

void xs_watches_reset(struct xs_server *srv, struct xs_conn *conn)
{
	struct xs_watch *w;

	for (w = srv->watches; w < srv->watches + XS_NR_WATCHES; w++)
		if (w->conn == conn)
			watch_free(srv, w);
}

/* -- events */

static void mark_missed(struct xs_server *srv, struct xs_watch *w)
{
	srv->counters.folded++;
	if (!w->missed)
		w->conn->nr_missed++;
	w->missed = true;
}

/* Queues an event for the absolute @path; false if there is no room. */
static bool queue_event(struct xs_server *srv, struct xs_watch *w, const char *path)
{
	size_t path_len, len;

	if (w->relative)
		path += snprintf(NULL, 0, "/local/domain/%u/", w->conn->who.domid);
	path_len = strlen(path) + 1;
	len = path_len + w->token.len + 1u;
	if (XS_HEADER_BYTES + len > xs_conn_room(w->conn))
		return false;
	xs_conn_put_header(w->conn, XS_WATCH_EVENT, 0, 0, len);
	xs_conn_put(w->conn, path, path_len);
	xs_conn_put_text(srv, w->conn, &w->token, 0);
	xs_conn_put(w->conn, "", 1);
	srv->counters.events++;
	return true;
}

static void fire(struct xs_server *srv, struct xs_watch *w, const char *path)
{
	if (w->missed || !queue_event(srv, w, path))
		mark_missed(srv, w);
}

/* The watched path, as a string in scratch memory. */
static const char *own_path(struct xs_server *srv, const struct xs_watch *w)
{
	srv->watch_path[xs_text_read(srv, &w->path, srv->watch_path)] = '\0';
	return srv->watch_path;
}

void xs_watch_fire_first(struct xs_server *srv, struct xs_conn *conn, const char *path,
			 const char *token)
{
	struct xs_watch *w = watch_find(srv, conn, path, token);

	if (w)
		fire(srv, w, path);
}

void xs_watch_fire_missed(struct xs_server *srv, struct xs_conn *conn)
{
	struct xs_watch *w;

	for (w = srv->watches; w < srv->watches + XS_NR_WATCHES && conn->nr_missed; w++) {
		if (w->conn != conn || !w->missed)
			continue;
		if (!queue_event(srv, w, own_path(srv, w)))
			return;
		w->missed = false;
		conn->nr_missed--;
	}
}

static bool may_read(const struct xs_conn *conn, const struct xs_node *n)
{
	return xs_access(n->perms, n->nr_perms, &conn->who) & XS_ACCESS_READ;
}

/* Is @path the watched one or below it? */
static bool is_at_or_below_watch(const struct xs_server *srv, const struct xs_watch *w,
				 const char *path, size_t len)
{
	if (w->path.len == 1)
		return true;
	return len >= w->path.len && (path[w->path.len] == '/' || path[w->path.len] == '\0') &&
	       xs_text_starts(srv, &w->path, path, w->path.len);
}

/* Is the watched path below @path? */
static bool is_above_watch(const struct xs_server *srv, const struct xs_watch *w, const char *path,
			   size_t len)
{
	return w->path.len > len && xs_text_starts(srv, &w->path, path, len) &&
	       xs_text_at(srv, &w->path, len) == '/';
}

void xs_watch_fire(struct xs_server *srv, const char *path, const struct xs_node *node,
		   const struct xs_node *former)
{
	size_t len = strlen(path);
	struct xs_watch *w;

	for (w = srv->watches; w < srv->watches + XS_NR_WATCHES; w++)
		if (w->conn && is_at_or_below_watch(srv, w, path, len) &&
		    (may_read(w->conn, node) || (former && may_read(w->conn, former))))
			fire(srv, w, path);
}

void xs_watch_fire_removal(struct xs_server *srv, const char *path, const struct xs_node *node)
{
	size_t len = strlen(path);
	struct xs_watch *w;

	xs_watch_fire(srv, path, node, NULL);
	for (w = srv->watches; w < srv->watches + XS_NR_WATCHES; w++) {
		xs_ref_t deepest;

		if (!w->conn || !is_above_watch(srv, w, path, len))
			continue;
		xs_node_find(srv, own_path(srv, w), &deepest);
		if (may_read(w->conn, xs_node(srv, deepest)))
			fire(srv, w, srv->watch_path);
	}
}

void xs_watch_fire_special(struct xs_server *srv, const char *name)
{
	const struct xs_node *node = xs_node(srv, xs_node_find(srv, name, NULL));
	size_t len = strlen(name);
	struct xs_watch *w;

	for (w = srv->watches; w < srv->watches + XS_NR_WATCHES; w++)
		if (w->conn && xs_text_equal(srv, &w->path, name, len) && may_read(w->conn, node))
			fire(srv, w, name);
}
