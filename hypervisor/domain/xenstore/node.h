/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Nodes: the store's tree, and the shadow trees in which transactions keep what they did.
 * Walks are loops, never recursion: a path may have 1,500 components.
 */
#ifndef XENSTORE_NODE_H
#define XENSTORE_NODE_H

#include "perm.h"
#include "pool.h"

struct xs_node {
	xs_ref_t parent;		/**< while free: the next free node */
	xs_ref_t child;			/**< first child */
	xs_ref_t next;			/**< next child of the same parent */
	xs_ref_t peer;			/**< of a shadow, during commit: the node in the store */
	struct xs_text name;		/**< the last component; of a root: empty */
	struct xs_text value;
	uint32_t gen;			/**< of the last change; shadow: as first seen, 0: absent */
	uint32_t children_gen;		/**< of the last child that came or went; shadow: as seen */
	uint16_t payer;			/**< domid charged: the owner's, of a shadow the client's */
	uint8_t flags;			/**< XS_NODE_* */
	uint8_t nr_perms;
	struct xs_perm perms[XS_NODE_PERMS];
};

#define XS_NODE_USED	0x01u
#define XS_NODE_SHADOW	0x02u		/**< belongs to a transaction; the others are for these: */
#define XS_NODE_TOUCHED	0x04u		/**< the outcome depends on .gen */
#define XS_NODE_LISTED	0x08u		/**< the outcome depends on .children_gen */
#define XS_NODE_OWN	0x10u		/**< value and permissions here replace the store's */
#define XS_NODE_HIDE	0x20u		/**< created here: nothing below comes from the store */
#define XS_NODE_DELETED	0x40u		/**< removed here */
#define XS_NODE_FIRE	0x80u		/**< watches fire for it at commit */

struct xs_node *xs_node(struct xs_server *srv, xs_ref_t ref);

/**
 * A new node as the last child of @p parent (0: a root), without permissions and value.
 * The budget has been asked.
 * @param flags  XS_NODE_SHADOW or 0
 */
xs_ref_t xs_node_new(struct xs_server *srv, xs_ref_t parent, const char *name, size_t len,
		     unsigned int payer, unsigned int flags);
/** Frees the node and all below it.  Bounded by the pool. */
void xs_node_remove(struct xs_server *srv, xs_ref_t ref);
/** The child of that name, 0 if there is none (also if @p parent is 0). */
xs_ref_t xs_node_child(struct xs_server *srv, xs_ref_t parent, const char *name, size_t len);
/** The node of the store at an absolute or special path; 0 if there is none.
 *  @param deepest  if not NULL: becomes the last node met on the way */
xs_ref_t xs_node_find(struct xs_server *srv, const char *path, xs_ref_t *deepest);
/** The next node in depth-first order, parents first, below @p top; 0 after the last. */
xs_ref_t xs_node_walk(struct xs_server *srv, xs_ref_t ref, xs_ref_t top);
/** Likewise, without what is below @p ref. */
xs_ref_t xs_node_walk_over(struct xs_server *srv, xs_ref_t ref, xs_ref_t top);
/** Writes the absolute path; @return its length.  @param dst room for XS_PATH_BYTES */
size_t xs_node_path(struct xs_server *srv, xs_ref_t ref, char *dst);
/** Sets the list; a node of the store moves to the new owner's account.  At least one entry. */
void xs_node_set_perms(struct xs_server *srv, struct xs_node *n, const struct xs_perm *perms,
		       unsigned int nr);
/** Marks a node of the store as changed. */
void xs_node_changed(struct xs_server *srv, struct xs_node *n);
/** Marks the list of children of a node of the store as changed. */
void xs_node_children_changed(struct xs_server *srv, xs_ref_t ref);

#endif
