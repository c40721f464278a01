/* SPDX-License-Identifier: Apache-2.0 */
/* The server's invariants, for tests, the fuzzer and xenstore-host. */
#include "server.h"

/* Does the chain have exactly the chunks that its length needs?  Adds them to *@used. */
static bool is_text_sound(const struct xs_server *srv, const struct xs_text *t, unsigned int *used)
{
	unsigned int left = xs_chunks(t->len);
	xs_ref_t ref;

	*used += left;
	for (ref = t->head; ref && left; ref = srv->chunks[ref].next, left--)
		if (ref >= srv->nr_chunks)
			return false;
	return ref == 0 && left == 0;
}

static const char *check_tree(struct xs_server *srv, xs_ref_t root, unsigned int flags,
			      unsigned int *nodes)
{
	xs_ref_t ref, child;

	for (ref = root; ref; ref = xs_node_walk(srv, ref, root)) {
		const struct xs_node *n = xs_node(srv, ref);

		if (++*nodes >= srv->nr_nodes)
			return "tree has a loop";
		if ((n->flags & (XS_NODE_USED | XS_NODE_SHADOW)) != (XS_NODE_USED | flags))
			return "node is in the wrong tree";
		if (!flags && (n->nr_perms == 0 || n->payer != n->perms[0].domid))
			return "node has the wrong payer";
		for (child = n->child; child; child = xs_node(srv, child)->next)
			if (xs_node(srv, child)->parent != ref)
				return "child has the wrong parent";
	}
	return NULL;
}

static const char *check_trees(struct xs_server *srv)
{
	unsigned int nodes = 0;
	const char *fault = check_tree(srv, srv->root, 0, &nodes);
	unsigned int i;

	if (!fault)
		fault = check_tree(srv, srv->specials, 0, &nodes);
	for (i = 0; i < XS_NR_TRANSACTIONS && !fault; i++)
		if (srv->transactions[i].conn)
			fault = check_tree(srv, srv->transactions[i].root, XS_NODE_SHADOW, &nodes);
	if (!fault && nodes + srv->free_nodes != srv->nr_nodes - 1)
		fault = "nodes are lost";
	return fault;
}

static const char *check_texts(const struct xs_server *srv)
{
	unsigned int used = 0, i;

	for (i = 1; i < srv->nr_nodes; i++)
		if ((srv->nodes[i].flags & XS_NODE_USED) &&
		    (!is_text_sound(srv, &srv->nodes[i].name, &used) ||
		     !is_text_sound(srv, &srv->nodes[i].value, &used)))
			return "text of a node is broken";
	for (i = 0; i < XS_NR_WATCHES; i++)
		if (!is_text_sound(srv, &srv->watches[i].path, &used) ||
		    !is_text_sound(srv, &srv->watches[i].token, &used))
			return "text of a watch is broken";
	return used + srv->free_chunks == srv->nr_chunks - 1 ? NULL : "chunks are lost";
}

static const char *check_free_lists(const struct xs_server *srv)
{
	unsigned int left;
	xs_ref_t ref = srv->first_free_node;

	for (left = srv->free_nodes; left && ref; left--)
		ref = srv->nodes[ref].parent;
	if (left || (srv->free_nodes && ref))
		return "list of free nodes is broken";
	ref = srv->first_free_chunk;
	for (left = srv->free_chunks; left && ref; left--)
		ref = srv->chunks[ref].next;
	return left || (srv->free_chunks && ref) ? "list of free chunks is broken" : NULL;
}

/* Counts what one account should hold. */
static void recount(struct xs_server *srv, const struct xs_account *a, struct xs_account *sum)
{
	const struct xs_watch *w;
	const struct xs_transaction *t;
	const struct xs_node *n;

	for (n = srv->nodes + 1; n < srv->nodes + srv->nr_nodes; n++) {
		if (!(n->flags & XS_NODE_USED) || xs_account(srv, n->payer) != a)
			continue;
		sum->chunks += xs_chunks(n->name.len) + xs_chunks(n->value.len);
		if (n->flags & XS_NODE_SHADOW)
			sum->shadows++;
		else
			sum->nodes++;
	}
	for (w = srv->watches; w < srv->watches + XS_NR_WATCHES; w++) {
		if (!w->conn || xs_account(srv, w->conn->who.domid) != a)
			continue;
		sum->chunks += xs_chunks(w->path.len) + xs_chunks(w->token.len);
		sum->watches++;
	}
	for (t = srv->transactions; t < srv->transactions + XS_NR_TRANSACTIONS; t++)
		if (t->conn && xs_account(srv, t->conn->who.domid) == a)
			sum->transactions++;
}

static const char *check_accounts(struct xs_server *srv)
{
	const struct xs_account *a;

	for (a = srv->accounts; a < srv->accounts + XS_NR_ACCOUNTS; a++) {
		struct xs_account sum = { 0 };

		recount(srv, a, &sum);
		if (sum.nodes != a->nodes || sum.shadows != a->shadows ||
		    sum.chunks != a->chunks || sum.watches != a->watches ||
		    sum.transactions != a->transactions)
			return "account is wrong";
	}
	return NULL;
}

static const char *check_conns(const struct xs_server *srv)
{
	const struct xs_conn *conn;
	const struct xs_watch *w;

	for (conn = srv->conns; conn < srv->conns + srv->nr_conns; conn++) {
		unsigned int missed = 0;

		for (w = srv->watches; w < srv->watches + XS_NR_WATCHES; w++)
			missed += w->conn == conn && w->missed;
		if (missed != conn->nr_missed)
			return "connection has the wrong number of missed events";
		if (conn->out_len > XS_OUT_BYTES || conn->in_len > XS_MESSAGE_BYTES)
			return "connection has overrun its buffer";
	}
	return NULL;
}

const char *xs_server_check(struct xs_server *srv)
{
	const char *fault = check_free_lists(srv);

	if (!fault)
		fault = check_trees(srv);
	if (!fault)
		fault = check_texts(srv);
	if (!fault)
		fault = check_accounts(srv);
	return fault ? fault : check_conns(srv);
}
