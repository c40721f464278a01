/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "path.h"
#include "server.h"
#include "view.h"

bool xs_view_has_flags(const struct xs_view *v, xs_ref_t ref, unsigned int flags)
{
	return ref && (xs_node(v->srv, ref)->flags & flags);
}

struct xs_node *xs_view_content(const struct xs_view *v, const struct xs_place *at)
{
	if (xs_view_has_flags(v, at->shadow, XS_NODE_OWN))
		return xs_node(v->srv, at->shadow);
	return at->node ? xs_node(v->srv, at->node) : NULL;
}

static int shadow_new(const struct xs_view *v, xs_ref_t parent, const char *name, size_t len,
		      xs_ref_t *shadow)
{
	const struct xs_need need = { .shadows = 1, .chunks = xs_chunks(len) };
	int rc = xs_budget(v->srv, &v->who, v->who.domid, &need);

	if (rc == 0)
		*shadow = xs_node_new(v->srv, parent, name, len, v->who.domid, XS_NODE_SHADOW);
	return rc;
}

static void hide_if_changed(const struct xs_view *v, struct xs_place *at)
{
	if (xs_view_has_flags(v, at->shadow, XS_NODE_HIDE | XS_NODE_DELETED))
		at->hidden = true;
	if (at->hidden)
		at->node = 0;
}

/* From a place to its child.  In a transaction the child gets a shadow, unless it is hidden. */
static int step(const struct xs_view *v, const struct xs_place *from, const char *name, size_t len,
		struct xs_place *to)
{
	struct xs_server *srv = v->srv;
	struct xs_place at = { .hidden = from->hidden };

	if (!at.hidden)
		at.node = xs_node_child(srv, from->node, name, len);
	if (v->txn) {
		at.shadow = xs_node_child(srv, from->shadow, name, len);
		if (!at.shadow && !at.hidden) {
			int rc = shadow_new(v, from->shadow, name, len, &at.shadow);

			if (rc)
				return rc;
		}
	}
	hide_if_changed(v, &at);
	*to = at;
	return 0;
}

/* The transaction's outcome depends on whether the place exists and on what it holds. */
static void touch(const struct xs_view *v, const struct xs_place *at)
{
	struct xs_node *s;

	if (!v->txn || !at->shadow || at->hidden ||
	    xs_view_has_flags(v, at->shadow, XS_NODE_TOUCHED))
		return;
	s = xs_node(v->srv, at->shadow);
	s->gen = at->node ? xs_node(v->srv, at->node)->gen : 0;
	s->flags |= XS_NODE_TOUCHED;
}

/* Walks down @path as far as it exists.  0: all of it, -ENOENT: to l->parent. */
static int walk(const struct xs_view *v, const char *path, struct xs_lookup *l)
{
	const char *name;
	size_t len;

	l->at = (struct xs_place){ .node = v->srv->root, .shadow = v->txn ? v->txn->root : 0 };
	for (name = xs_path_component(path, &len); len;
	     name = xs_path_component(name + len, &len)) {
		int rc;

		l->parent = l->at;
		l->missing = name;
		l->missing_len = len;
		rc = step(v, &l->parent, name, len, &l->at);
		if (rc)
			return rc;
		if (!xs_view_content(v, &l->at))
			return -ENOENT;
	}
	return 0;
}

static bool may(const struct xs_view *v, const struct xs_node *n, unsigned int access)
{
	return (xs_access(n->perms, n->nr_perms, &v->who) & access) == access;
}

int xs_view_find(const struct xs_view *v, const char *path, unsigned int access,
		 struct xs_lookup *l)
{
	int rc = walk(v, path, l);
	const struct xs_place *judge = rc == -ENOENT ? &l->parent : &l->at;

	if (rc && rc != -ENOENT)
		return rc;
	touch(v, &l->at);
	touch(v, judge);
	return may(v, xs_view_content(v, judge), access) ? rc : -EACCES;
}

int xs_view_own(const struct xs_view *v, const struct xs_place *at, bool with_value)
{
	struct xs_server *srv = v->srv;
	struct xs_node *s = xs_node(srv, at->shadow);
	const struct xs_node *n;
	struct xs_need need = { 0 };
	int rc;

	if (s->flags & XS_NODE_OWN)
		return 0;
	n = xs_node(srv, at->node);
	if (with_value)
		need.chunks = xs_chunks(n->value.len);
	rc = xs_budget(srv, &v->who, s->payer, &need);
	if (rc)
		return rc;
	xs_node_set_perms(srv, s, n->perms, n->nr_perms);
	if (with_value)
		xs_text_copy(srv, s->payer, &s->value, &n->value);
	s->flags |= XS_NODE_OWN;
	return 0;
}
