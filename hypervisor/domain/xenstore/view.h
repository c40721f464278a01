/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file A view's places: where a path leads in the store and, inside a transaction, in its shadows.
 * To look at a place in a transaction makes the transaction depend on it.
 */
#ifndef XENSTORE_VIEW_H
#define XENSTORE_VIEW_H

#include "store.h"

/** The store's node and the transaction's shadow of it; either may be 0. */
struct xs_place {
	xs_ref_t node;
	xs_ref_t shadow;
	bool hidden;			/**< the transaction made or removed it: no node is seen */
};

struct xs_lookup {
	struct xs_place at;
	struct xs_place parent;		/**< if .at does not exist: the last place that does */
	const char *missing;		/**< and the first component that is missing */
	size_t missing_len;
};

/** Finds @p path for a client that needs @p access (XS_ACCESS_*).
 *  @return 0; -ENOENT, if the client has that access to where it would be; -EACCES; -ENOSPC,
 *	    -ENOMEM (a transaction has no room for shadows) */
int xs_view_find(const struct xs_view *v, const char *path, unsigned int access,
		 struct xs_lookup *l);
/** The node that holds the place's value and permissions, NULL if the place does not exist. */
struct xs_node *xs_view_content(const struct xs_view *v, const struct xs_place *at);
/** Gives an existing place in a transaction its own permissions and, if @p with_value, a value.
 *  @return 0, -ENOSPC, -ENOMEM */
int xs_view_own(const struct xs_view *v, const struct xs_place *at, bool with_value);
/** Has the node any of these flags?  False if @p ref is 0. */
bool xs_view_has_flags(const struct xs_view *v, xs_ref_t ref, unsigned int flags);

#endif
