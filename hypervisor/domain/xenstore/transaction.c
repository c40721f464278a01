/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "server.h"

int xs_transaction_start(struct xs_server *srv, const struct xs_conn *conn,
			 struct xs_transaction **txn)
{
	struct xs_account *a = xs_account(srv, conn->who.domid);
	const struct xs_need need = { .shadows = 1 };
	struct xs_transaction *t = srv->transactions;
	int rc;

	if (!conn->who.privileged && a->transactions >= XS_QUOTA_TRANSACTIONS)
		return -ENOSPC;
	rc = xs_budget(srv, &conn->who, conn->who.domid, &need);
	if (rc)
		return rc;
	while (t->conn)
		if (++t == srv->transactions + XS_NR_TRANSACTIONS)
			return -ENOMEM;
	if (++srv->last_transaction == 0)
		srv->last_transaction = 1;
	t->conn = conn;
	t->id = srv->last_transaction;
	t->changes = 0;
	t->root = xs_node_new(srv, 0, "", 0, conn->who.domid, XS_NODE_SHADOW);
	a->transactions++;
	*txn = t;
	return 0;
}

struct xs_transaction *xs_transaction_find(struct xs_server *srv, const struct xs_conn *conn,
					   uint32_t id)
{
	unsigned int i;

	for (i = 0; i < XS_NR_TRANSACTIONS; i++)
		if (srv->transactions[i].conn == conn && srv->transactions[i].id == id)
			return &srv->transactions[i];
	return NULL;
}

static void discard(struct xs_server *srv, struct xs_transaction *t)
{
	xs_node_remove(srv, t->root);
	xs_account(srv, t->conn->who.domid)->transactions--;
	t->conn = NULL;
}

/* The store's node for a shadow whose parent's .peer is known; 0 if there is none. */
static xs_ref_t find_peer(struct xs_server *srv, const struct xs_node *s)
{
	size_t len;

	if (!s->parent)
		return srv->root;
	len = xs_text_read(srv, &s->name, srv->event_path);
	return xs_node_child(srv, xs_node(srv, s->parent)->peer, srv->event_path, len);
}

/* Is the store, where the shadow depends on it, as it was when first seen? */
static bool is_unchanged(struct xs_server *srv, const struct xs_node *s)
{
	const struct xs_node *n = s->peer ? xs_node(srv, s->peer) : NULL;

	if ((s->flags & XS_NODE_TOUCHED) && s->gen != (n ? n->gen : 0))
		return false;
	return !(s->flags & XS_NODE_LISTED) || (n && s->children_gen == n->children_gen);
}

/* Will the node that the shadow changes, or the parent of what it creates, be there? */
static bool has_place(struct xs_server *srv, const struct xs_node *s)
{
	const struct xs_node *parent;

	if (!(s->flags & XS_NODE_HIDE))
		return s->peer != 0;
	parent = xs_node(srv, s->parent);
	return parent->peer || (parent->flags & XS_NODE_HIDE);
}

/* May the transaction be applied?  Nothing is changed but the shadows' peers. */
static int prepare(struct xs_server *srv, const struct xs_transaction *t)
{
	struct xs_need need = { 0 };
	xs_ref_t ref;

	for (ref = t->root; ref; ref = xs_node_walk(srv, ref, t->root)) {
		struct xs_node *s = xs_node(srv, ref);

		s->peer = find_peer(srv, s);
		if (!is_unchanged(srv, s))
			return -EAGAIN;
		if ((s->flags & XS_NODE_OWN) && !has_place(srv, s))
			return -EAGAIN;
		if (s->flags & XS_NODE_HIDE)
			need.nodes++;
	}
	return xs_budget(srv, &t->conn->who, t->conn->who.domid, &need);
}

static void remove_peer(struct xs_server *srv, struct xs_node *s)
{
	if (!s->peer)
		return;
	xs_node_path(srv, s->peer, srv->event_path);
	xs_watch_fire_removal(srv, srv->event_path, xs_node(srv, s->peer));
	xs_node_children_changed(srv, xs_node(srv, s->peer)->parent);
	xs_node_remove(srv, s->peer);
	s->peer = 0;
}

static void create_peer(struct xs_server *srv, struct xs_node *s)
{
	xs_ref_t parent = xs_node(srv, s->parent)->peer;
	struct xs_node *n;

	s->peer = xs_node_new(srv, parent, "", 0, s->perms[0].domid, 0);
	n = xs_node(srv, s->peer);
	xs_text_move(srv, n->payer, &n->name, s->payer, &s->name);
	xs_node_children_changed(srv, parent);
}

/* Moves one shadow's change into the store. */
static void apply(struct xs_server *srv, struct xs_node *s)
{
	struct xs_node former;
	struct xs_node *n;

	if (s->flags & (XS_NODE_DELETED | XS_NODE_HIDE))
		remove_peer(srv, s);
	if (!(s->flags & XS_NODE_OWN))
		return;
	if (s->flags & XS_NODE_HIDE)
		create_peer(srv, s);
	n = xs_node(srv, s->peer);
	former = *n;
	xs_node_set_perms(srv, n, s->perms, s->nr_perms);
	xs_text_move(srv, n->payer, &n->value, s->payer, &s->value);
	xs_node_changed(srv, n);
	if (s->flags & XS_NODE_FIRE) {
		xs_node_path(srv, s->peer, srv->event_path);
		xs_watch_fire(srv, srv->event_path, n, former.nr_perms ? &former : NULL);
	}
}

static void commit(struct xs_server *srv, const struct xs_transaction *t)
{
	xs_ref_t ref;

	for (ref = t->root; ref; ref = xs_node_walk(srv, ref, t->root)) {
		struct xs_node *s = xs_node(srv, ref);

		s->peer = find_peer(srv, s);
		apply(srv, s);
	}
	srv->counters.commits++;
}

int xs_transaction_end(struct xs_server *srv, struct xs_transaction *t, bool is_commit)
{
	int rc = is_commit ? prepare(srv, t) : 0;

	if (rc == 0 && is_commit)
		commit(srv, t);
	if (rc == -EAGAIN)
		srv->counters.conflicts++;
	discard(srv, t);
	return rc;
}

void xs_transactions_reset(struct xs_server *srv, const struct xs_conn *conn)
{
	unsigned int i;

	for (i = 0; i < XS_NR_TRANSACTIONS; i++)
		if (srv->transactions[i].conn == conn)
			discard(srv, &srv->transactions[i]);
}
