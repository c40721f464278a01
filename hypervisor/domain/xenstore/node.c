/* SPDX-License-Identifier: Apache-2.0 */
#include <exen/bug.h>
#include <exen/string.h>

#include "path.h"
#include "server.h"

struct xs_node *xs_node(struct xs_server *srv, xs_ref_t ref)
{
	BUG_ON(ref == 0 || ref >= srv->nr_nodes);
	return &srv->nodes[ref];
}

static void charge_node(struct xs_server *srv, const struct xs_node *n, int number)
{
	struct xs_account *a = xs_account(srv, n->payer);

	if (n->flags & XS_NODE_SHADOW)
		a->shadows += number;
	else
		a->nodes += number;
}

static void append_child(struct xs_server *srv, xs_ref_t parent, xs_ref_t ref)
{
	xs_ref_t *link = &xs_node(srv, parent)->child;

	while (*link)
		link = &xs_node(srv, *link)->next;
	*link = ref;
}

xs_ref_t xs_node_new(struct xs_server *srv, xs_ref_t parent, const char *name, size_t len,
		     unsigned int payer, unsigned int flags)
{
	xs_ref_t ref = srv->first_free_node;
	struct xs_node *n = xs_node(srv, ref);

	srv->first_free_node = n->parent;
	srv->free_nodes--;
	memset(n, 0, sizeof(*n));
	n->parent = parent;
	n->payer = payer;
	n->flags = XS_NODE_USED | flags;
	charge_node(srv, n, 1);
	xs_text_set(srv, payer, &n->name, name, len);
	if (parent)
		append_child(srv, parent, ref);
	return ref;
}

static void free_leaf(struct xs_server *srv, xs_ref_t ref)
{
	struct xs_node *n = xs_node(srv, ref);

	xs_text_free(srv, n->payer, &n->name);
	xs_text_free(srv, n->payer, &n->value);
	charge_node(srv, n, -1);
	memset(n, 0, sizeof(*n));
	n->parent = srv->first_free_node;
	srv->first_free_node = ref;
	srv->free_nodes++;
}

static void unlink_child(struct xs_server *srv, xs_ref_t ref)
{
	struct xs_node *n = xs_node(srv, ref);
	xs_ref_t *link;

	if (!n->parent)
		return;
	link = &xs_node(srv, n->parent)->child;
	while (*link != ref)
		link = &xs_node(srv, *link)->next;
	*link = n->next;
}

void xs_node_remove(struct xs_server *srv, xs_ref_t top)
{
	xs_ref_t ref = top;

	unlink_child(srv, top);
	for (;;) {
		struct xs_node *n = xs_node(srv, ref);
		xs_ref_t parent = n->parent;

		if (n->child) {
			ref = n->child;
			continue;
		}
		if (ref != top)
			xs_node(srv, parent)->child = n->next;
		free_leaf(srv, ref);
		if (ref == top)
			return;
		ref = parent;
	}
}

xs_ref_t xs_node_child(struct xs_server *srv, xs_ref_t parent, const char *name, size_t len)
{
	xs_ref_t ref;

	if (!parent)
		return 0;
	for (ref = xs_node(srv, parent)->child; ref; ref = xs_node(srv, ref)->next)
		if (xs_text_equal(srv, &xs_node(srv, ref)->name, name, len))
			return ref;
	return 0;
}

xs_ref_t xs_node_find(struct xs_server *srv, const char *path, xs_ref_t *deepest)
{
	xs_ref_t ref = *path == '@' ? srv->specials : srv->root;
	size_t len;

	for (path = xs_path_component(path, &len); len;
	     path = xs_path_component(path + len, &len)) {
		if (deepest)
			*deepest = ref;
		ref = xs_node_child(srv, ref, path, len);
		if (!ref)
			return 0;
	}
	if (deepest)
		*deepest = ref;
	return ref;
}

xs_ref_t xs_node_walk(struct xs_server *srv, xs_ref_t ref, xs_ref_t top)
{
	if (xs_node(srv, ref)->child)
		return xs_node(srv, ref)->child;
	return xs_node_walk_over(srv, ref, top);
}

xs_ref_t xs_node_walk_over(struct xs_server *srv, xs_ref_t ref, xs_ref_t top)
{
	for (; ref != top; ref = xs_node(srv, ref)->parent)
		if (xs_node(srv, ref)->next)
			return xs_node(srv, ref)->next;
	return 0;
}

size_t xs_node_path(struct xs_server *srv, xs_ref_t ref, char *dst)
{
	size_t len = 0;
	xs_ref_t r;

	for (r = ref; xs_node(srv, r)->parent; r = xs_node(srv, r)->parent)
		len += 1 + xs_node(srv, r)->name.len;
	if (len == 0) {
		memcpy(dst, "/", 2);
		return 1;
	}
	dst[len] = '\0';
	dst += len;
	for (r = ref; xs_node(srv, r)->parent; r = xs_node(srv, r)->parent) {
		dst -= xs_node(srv, r)->name.len;
		xs_text_read(srv, &xs_node(srv, r)->name, dst);
		*--dst = '/';
	}
	return len;
}

void xs_node_set_perms(struct xs_server *srv, struct xs_node *n, const struct xs_perm *perms,
		       unsigned int nr)
{
	memcpy(n->perms, perms, nr * sizeof(*perms));
	n->nr_perms = nr;
	if ((n->flags & XS_NODE_SHADOW) || n->payer == perms[0].domid)
		return;
	charge_node(srv, n, -1);
	xs_text_recharge(srv, &n->name, n->payer, perms[0].domid);
	xs_text_recharge(srv, &n->value, n->payer, perms[0].domid);
	n->payer = perms[0].domid;
	charge_node(srv, n, 1);
}

static uint32_t next_gen(struct xs_server *srv)
{
	if (++srv->gen == 0)
		srv->gen = 1;
	return srv->gen;
}

void xs_node_changed(struct xs_server *srv, struct xs_node *n)
{
	n->gen = next_gen(srv);
}

void xs_node_children_changed(struct xs_server *srv, xs_ref_t ref)
{
	xs_node(srv, ref)->children_gen = next_gen(srv);
}
