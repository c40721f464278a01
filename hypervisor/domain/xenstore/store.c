/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include <exen/string.h>

#include "path.h"
#include "server.h"
#include "view.h"

/* @path has changed at @at: its watches fire now, or when the transaction commits. */
static void announce(const struct xs_view *v, const char *path, const struct xs_place *at,
		     const struct xs_node *former)
{
	if (v->txn) {
		v->txn->changes++;
		xs_node(v->srv, at->shadow)->flags |= XS_NODE_FIRE;
	} else {
		xs_watch_fire(v->srv, path, xs_node(v->srv, at->node), former);
	}
}

int xs_store_read(const struct xs_view *v, const char *path, const struct xs_node **node)
{
	struct xs_lookup l;
	int rc = xs_view_find(v, path, XS_ACCESS_READ, &l);

	if (rc == 0)
		*node = xs_view_content(v, &l.at);
	return rc;
}

/* -- creation */

/* What creating everything from l->missing on takes. */
static struct xs_need creation_need(const struct xs_view *v, const struct xs_lookup *l,
				    size_t value_len)
{
	struct xs_need need = { .chunks = xs_chunks(value_len) };
	bool is_shadowed = l->at.shadow != 0;
	const char *name = l->missing;
	size_t len = l->missing_len;

	for (; len; name = xs_path_component(name + len, &len), is_shadowed = false) {
		if (is_shadowed)
			continue;
		need.chunks += xs_chunks(len);
		if (v->txn)
			need.shadows++;
		else
			need.nodes++;
	}
	return need;
}

/* The place for a new child @name of @parent; the budget has been asked. */
static struct xs_place place_new(const struct xs_view *v, const struct xs_place *parent,
				 const char *name, size_t len, unsigned int owner)
{
	struct xs_server *srv = v->srv;
	struct xs_place at = { .hidden = v->txn != NULL };

	if (!v->txn) {
		at.node = xs_node_new(srv, parent->node, name, len, owner, 0);
		xs_node_changed(srv, xs_node(srv, at.node));
		xs_node_children_changed(srv, parent->node);
		return at;
	}
	at.shadow = xs_node_child(srv, parent->shadow, name, len);
	if (!at.shadow)
		at.shadow = xs_node_new(srv, parent->shadow, name, len, v->who.domid,
					XS_NODE_SHADOW);
	xs_node(srv, at.shadow)->flags &= ~XS_NODE_DELETED;
	xs_node(srv, at.shadow)->flags |= XS_NODE_OWN | XS_NODE_HIDE;
	return at;
}

/* Creates everything from l->missing on.  Permissions are the parent's, but what an unprivileged
 * client creates is its own. */
static int create(const struct xs_view *v, const char *path, struct xs_lookup *l, const char *value,
		  size_t value_len)
{
	const struct xs_need need = creation_need(v, l, value_len);
	const char *name = l->missing;
	size_t len = l->missing_len;
	const struct xs_node *heritage = xs_view_content(v, &l->parent);
	struct xs_perm perms[XS_NODE_PERMS];
	unsigned int nr_perms = heritage->nr_perms;
	struct xs_node *n;
	int rc;

	memcpy(perms, heritage->perms, sizeof(perms));
	if (!v->who.privileged)
		perms[0].domid = v->who.domid;
	rc = xs_budget(v->srv, &v->who, v->txn ? v->who.domid : perms[0].domid, &need);
	if (rc)
		return rc;
	l->at = l->parent;
	for (; len; name = xs_path_component(name + len, &len)) {
		l->at = place_new(v, &l->at, name, len, perms[0].domid);
		xs_node_set_perms(v->srv, xs_view_content(v, &l->at), perms, nr_perms);
	}
	n = xs_view_content(v, &l->at);
	xs_text_set(v->srv, n->payer, &n->value, value, value_len);
	announce(v, path, &l->at, NULL);
	return 0;
}

static int overwrite(const struct xs_view *v, const char *path, const struct xs_lookup *l,
		     const char *value, size_t len)
{
	struct xs_server *srv = v->srv;
	struct xs_node *n = v->txn ? xs_node(srv, l->at.shadow) : xs_node(srv, l->at.node);
	unsigned int had = xs_chunks(n->value.len);
	struct xs_need need = { .chunks = MAX(xs_chunks(len), had) - had };
	int rc = xs_budget(srv, &v->who, n->payer, &need);

	if (rc == 0 && v->txn)
		rc = xs_view_own(v, &l->at, false);
	if (rc)
		return rc;
	xs_text_set(srv, n->payer, &n->value, value, len);
	if (!v->txn)
		xs_node_changed(srv, n);
	announce(v, path, &l->at, NULL);
	return 0;
}

int xs_store_write(const struct xs_view *v, const char *path, const char *value, size_t len)
{
	struct xs_lookup l;
	int rc;

	if (!v->who.privileged && len > XS_QUOTA_VALUE)
		return -ENOSPC;
	rc = xs_view_find(v, path, XS_ACCESS_WRITE, &l);
	if (rc == -ENOENT)
		return create(v, path, &l, value, len);
	return rc ? rc : overwrite(v, path, &l, value, len);
}

int xs_store_mkdir(const struct xs_view *v, const char *path)
{
	struct xs_lookup l;
	int rc = xs_view_find(v, path, XS_ACCESS_WRITE, &l);

	return rc == -ENOENT ? create(v, path, &l, "", 0) : rc;
}

/* -- removal and permissions */

/* In a transaction: everything below goes, what is known of the store's generations stays. */
static void shadow_remove(const struct xs_view *v, xs_ref_t top)
{
	struct xs_server *srv = v->srv;
	xs_ref_t ref;

	for (ref = top; ref; ref = xs_node_walk(srv, ref, top)) {
		struct xs_node *s = xs_node(srv, ref);

		xs_text_free(srv, s->payer, &s->value);
		s->flags &= ~(XS_NODE_OWN | XS_NODE_HIDE | XS_NODE_FIRE | XS_NODE_DELETED);
	}
	xs_node(srv, top)->flags |= XS_NODE_DELETED;
	v->txn->changes++;
}

int xs_store_rm(const struct xs_view *v, const char *path)
{
	struct xs_lookup l;
	int rc = xs_view_find(v, path, XS_ACCESS_WRITE, &l);

	if (rc == -ENOENT) {
		size_t len;

		xs_path_component(l.missing + l.missing_len, &len);
		return len ? -ENOENT : 0;
	}
	if (rc)
		return rc;
	if (path[1] == '\0')
		return -EINVAL;
	if (v->txn) {
		shadow_remove(v, l.at.shadow);
		return 0;
	}
	xs_watch_fire_removal(v->srv, path, xs_node(v->srv, l.at.node));
	xs_node_children_changed(v->srv, l.parent.node);
	xs_node_remove(v->srv, l.at.node);
	return 0;
}

int xs_store_set_perms(const struct xs_view *v, const char *path, const struct xs_perm *perms,
		       unsigned int nr)
{
	struct xs_server *srv = v->srv;
	struct xs_node former;
	struct xs_node *n;
	struct xs_lookup l;
	int rc = xs_view_find(v, path, XS_ACCESS_WRITE | XS_ACCESS_OWNER, &l);

	if (rc)
		return rc;
	former = *xs_view_content(v, &l.at);
	if (!v->who.privileged && perms[0].domid != former.perms[0].domid)
		return -EPERM;
	if (v->txn) {
		rc = xs_view_own(v, &l.at, true);
		if (rc)
			return rc;
	}
	n = xs_view_content(v, &l.at);
	xs_node_set_perms(srv, n, perms, nr);
	if (!v->txn)
		xs_node_changed(srv, n);
	announce(v, path, &l.at, &former);
	return 0;
}

/* -- lists of children */

int xs_store_list(const struct xs_view *v, const char *path, struct xs_list *list)
{
	struct xs_list_pos pos = { 0 };
	const struct xs_text *name;
	struct xs_lookup l;
	int rc = xs_view_find(v, path, XS_ACCESS_READ, &l);

	if (rc)
		return rc;
	*list = (struct xs_list){ .view = v, .node = l.at.node, .shadow = l.at.shadow };
	if (l.at.node) {
		const struct xs_node *n = xs_node(v->srv, l.at.node);

		list->gen = MAX(n->gen, n->children_gen);
	}
	if (v->txn) {
		struct xs_node *s = xs_node(v->srv, l.at.shadow);

		if (!l.at.hidden && !(s->flags & XS_NODE_LISTED)) {
			if (l.at.node)
				s->children_gen = xs_node(v->srv, l.at.node)->children_gen;
			s->flags |= XS_NODE_LISTED;
		}
		list->gen += v->txn->changes;
	}
	while ((name = xs_list_next(list, &pos)))
		list->len += name->len + 1u;
	return 0;
}

/* Is this child of the store gone, or replaced, in the transaction? */
static bool is_hidden_child(const struct xs_list *list, xs_ref_t ref)
{
	struct xs_server *srv = list->view->srv;
	size_t len;

	if (!list->shadow)
		return false;
	len = xs_text_read(srv, &xs_node(srv, ref)->name, srv->event_path);
	return xs_view_has_flags(list->view, xs_node_child(srv, list->shadow, srv->event_path, len),
			 XS_NODE_HIDE | XS_NODE_DELETED);
}

static xs_ref_t first_child(struct xs_server *srv, xs_ref_t ref)
{
	return ref ? xs_node(srv, ref)->child : 0;
}

const struct xs_text *xs_list_next(const struct xs_list *list, struct xs_list_pos *pos)
{
	struct xs_server *srv = list->view->srv;

	if (!pos->in_shadow) {
		pos->ref = pos->ref ? xs_node(srv, pos->ref)->next : first_child(srv, list->node);
		while (pos->ref && is_hidden_child(list, pos->ref))
			pos->ref = xs_node(srv, pos->ref)->next;
		if (pos->ref)
			return &xs_node(srv, pos->ref)->name;
		pos->in_shadow = true;
	}
	pos->ref = pos->ref ? xs_node(srv, pos->ref)->next : first_child(srv, list->shadow);
	while (pos->ref && !xs_view_has_flags(list->view, pos->ref, XS_NODE_HIDE))
		pos->ref = xs_node(srv, pos->ref)->next;
	return pos->ref ? &xs_node(srv, pos->ref)->name : NULL;
}
