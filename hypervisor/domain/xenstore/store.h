/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The store as a client sees it: permissions, quotas, and inside a transaction its own
 * changes over the store's tree.
 *
 * Errors of all: -ENOENT (no such path, where the client has the right to know), -EACCES, -ENOSPC
 * (quota), -ENOMEM (pool).  On an error nothing has changed.  Outside a transaction a change fires
 * watches.  Paths are absolute and valid (xs_path_resolve()).
 */
#ifndef XENSTORE_STORE_H
#define XENSTORE_STORE_H

#include "node.h"

struct xs_transaction;

/** Who looks, and through which transaction (NULL: none). */
struct xs_view {
	struct xs_server *srv;
	struct xs_who who;
	struct xs_transaction *txn;
};

/** @param node  becomes the node that holds value and permissions, for reading */
int xs_store_read(const struct xs_view *v, const char *path, const struct xs_node **node);
/** Creates the path and its missing parents. */
int xs_store_write(const struct xs_view *v, const char *path, const char *value, size_t len);
/** Creates the path and its missing parents; leaves an existing value alone. */
int xs_store_mkdir(const struct xs_view *v, const char *path);
/** Removes the path and all below; 0 also if only the path's parent exists.  -EINVAL: "/" */
int xs_store_rm(const struct xs_view *v, const char *path);
/** For the owner.  -EPERM: an unprivileged client gives the node away. */
int xs_store_set_perms(const struct xs_view *v, const char *path, const struct xs_perm *perms,
		       unsigned int nr);

/** A list of children's names, each with its nul; taken at once and used before any change. */
struct xs_list {
	const struct xs_view *view;
	xs_ref_t node;			/**< in the store, 0: none visible */
	xs_ref_t shadow;		/**< in the transaction, 0: none */
	uint32_t gen;			/**< changes whenever the node or the list does */
	size_t len;			/**< bytes of all names */
};

int xs_store_list(const struct xs_view *v, const char *path, struct xs_list *list);

/** Position in a list: the child whose name comes next. */
struct xs_list_pos {
	xs_ref_t ref;
	bool in_shadow;
};

/** The name at @p pos (start with all zero), which moves on; NULL after the last. */
const struct xs_text *xs_list_next(const struct xs_list *list, struct xs_list_pos *pos);

#endif
