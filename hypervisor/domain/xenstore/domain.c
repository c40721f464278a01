/* SPDX-License-Identifier: Apache-2.0 */
/* What the server knows of domains: which may talk, and what goes with them when they end. */
#include <errno.h>

#include "server.h"

/* A domid that has an account of its own, else NULL. */
static struct xs_account *own_account(struct xs_server *srv, unsigned int domid)
{
	return domid < XS_NR_ACCOUNTS - 1 ? &srv->accounts[domid] : NULL;
}

static void for_each_conn(struct xs_server *srv, unsigned int domid,
			  void (*fn)(struct xs_server *srv, struct xs_conn *conn))
{
	struct xs_conn *conn;

	for (conn = srv->conns; conn < srv->conns + srv->nr_conns; conn++)
		if (conn->state != XS_CONN_FREE && conn->who.domid == domid)
			fn(srv, conn);
}

bool xs_domain_is_introduced(struct xs_server *srv, unsigned int domid)
{
	const struct xs_account *a = own_account(srv, domid);

	return a && a->introduced;
}

int xs_domain_add(struct xs_server *srv, unsigned int domid)
{
	struct xs_account *a = own_account(srv, domid);

	if (!a)
		return -EINVAL;
	a->known = true;
	return xs_domain_introduce(srv, domid);
}

int xs_domain_introduce(struct xs_server *srv, unsigned int domid)
{
	struct xs_account *a = own_account(srv, domid);

	if (!a || !a->known)
		return -EINVAL;
	a->introduced = true;
	a->shut_down = false;
	xs_watch_fire_special(srv, "@introduceDomain");
	return 0;
}

int xs_domain_release(struct xs_server *srv, unsigned int domid)
{
	struct xs_account *a = own_account(srv, domid);

	if (!a)
		return -EINVAL;
	if (!a->introduced)
		return -ENOENT;
	a->introduced = false;
	for_each_conn(srv, domid, xs_conn_reset);
	xs_watch_fire_special(srv, "@releaseDomain");
	return 0;
}

int xs_domain_shutdown(struct xs_server *srv, unsigned int domid)
{
	struct xs_account *a = own_account(srv, domid);

	if (!a)
		return -EINVAL;
	if (!a->shut_down)
		xs_watch_fire_special(srv, "@releaseDomain");
	a->shut_down = true;
	return 0;
}

int xs_domain_resume(struct xs_server *srv, unsigned int domid)
{
	struct xs_account *a = own_account(srv, domid);

	if (!a)
		return -EINVAL;
	if (!a->introduced)
		return -ENOENT;
	a->shut_down = false;
	return 0;
}

static void remove_nodes_of(struct xs_server *srv, unsigned int domid)
{
	xs_ref_t ref = xs_node_walk(srv, srv->root, srv->root);

	while (ref) {
		struct xs_node *n = xs_node(srv, ref);
		xs_ref_t gone = ref;

		if (n->perms[0].domid != domid) {
			ref = xs_node_walk(srv, ref, srv->root);
			continue;
		}
		ref = xs_node_walk_over(srv, ref, srv->root);
		xs_node_path(srv, gone, srv->event_path);
		xs_watch_fire_removal(srv, srv->event_path, n);
		xs_node_children_changed(srv, n->parent);
		xs_node_remove(srv, gone);
	}
}

int xs_domain_remove(struct xs_server *srv, unsigned int domid)
{
	struct xs_account *a = own_account(srv, domid);

	if (!a)
		return -EINVAL;
	for_each_conn(srv, domid, xs_conn_reset);
	if (domid != 0)
		remove_nodes_of(srv, domid);
	a->known = false;
	a->introduced = false;
	a->target = domid;
	xs_watch_fire_special(srv, "@releaseDomain");
	return 0;
}

int xs_domain_set_target(struct xs_server *srv, unsigned int domid, unsigned int target)
{
	struct xs_account *a = own_account(srv, domid);
	struct xs_conn *conn;

	if (!xs_domain_is_introduced(srv, domid) || !xs_domain_is_introduced(srv, target))
		return -ENOENT;
	a->target = target;
	for (conn = srv->conns; conn < srv->conns + srv->nr_conns; conn++)
		if (conn->who.domid == domid)
			conn->who.target = target;
	return 0;
}
