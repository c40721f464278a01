/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Xenstore, as the hypervisor uses it.
 *
 * Everything here is for the hypervisor's thread (SVC mode, preemptible, one thread); nothing
 * sleeps, nothing is called from a hypercall or an interrupt.  Protocol: xen/io/xs_wire.h.  The one
 * server lives in an arena that is given once; limits.h names every limit.
 */
#ifndef XENSTORE_XENSTORE_H
#define XENSTORE_XENSTORE_H

#include "limits.h"
#include "perm.h"

#include "xen.h"

/**
 * Starts the server with dom0 announced and "/" and "/local/domain" in it.
 * @param arena  8-byte aligned, kept for ever; @p size bytes (XENSTORE_ARENA_SIZE is meant)
 * @return 0, -EINVAL: the arena is too small
 */
int xenstore_init(void *arena, size_t size);

/**
 * Serves a domain over a shared page, which is initialised here.  @introduceDomain fires.
 * @param domid       below XENSTORE_MAX_DOMAINS
 * @param privileged  every right and no quota
 * @param page        the shared page; its guest is not running yet
 * @param notify      tells the guest that the page has changed (its event channel)
 * @return 0; -EINVAL (domid), -EBUSY (already connected)
 */
int xenstore_connect(domid_t domid, bool privileged, struct xenstore_domain_interface *page,
		     void (*notify)(void *arg), void *arg);

/** The guest has shut down or crashed but is still there: @releaseDomain fires, once. */
void xenstore_shutdown(domid_t domid);

/**
 * The guest has ended: its watches and transactions end, the nodes that it owns are removed (but
 * dom0's, which are everybody's) and so is all of /local/domain/<domid>; watches fire, then
 * @releaseDomain.  Nodes that others have made
 * for it (dom0's backend directories) stay, with the permissions they name: domids are fixed by
 * the configuration, so the domain's next start finds its own again.  No effect if not connected.
 */
void xenstore_disconnect(domid_t domid);

/**
 * To be called when the domain has sent an event: handles at most one request and writes what came
 * of it to all rings.
 * @return true if there may be more to do at once; false: nothing until the domain's next event
 */
bool xenstore_service(domid_t domid);

/* -- the hypervisor's own access, with every right.  Absolute paths; watches fire. */

/**
 * Writes a value, creating the path and its parents.
 * @param perms  the node's new permissions, owner first, at most XS_NODE_PERMS;
 *		 NULL leaves those that it has or inherits
 * @return 0; -EINVAL (path), -E2BIG (value over 4096 bytes), -ENOSPC (too many permissions),
 *	   -ENOMEM (pool empty)
 */
int xenstore_write_local(const char *path, const char *value, const struct xs_perm *perms,
			 unsigned int nr_perms);
/** Likewise, leaves an existing value alone. */
int xenstore_mkdir_local(const char *path, const struct xs_perm *perms, unsigned int nr_perms);
/** Removes a path and all below; 0 also if there is none. */
int xenstore_rm_local(const char *path);
/**
 * Reads a value as a string.
 * @param size  of @p buf, at least 1; a longer value is cut
 * @return length of the value; -ENOENT, -EINVAL
 */
int xenstore_read_local(const char *path, char *buf, size_t size);

/** What a domain's standard nodes say. */
struct xenstore_domain_nodes {
	domid_t domid;
	const char *name;
	const char *uuid;		/**< of /vm/<uuid>: any valid path component */
	uint32_t memory_kib;
	unsigned int nr_vcpus;
	uint32_t store_gfn;		/**< frame of the xenstore page */
	uint32_t store_port;		/**< the guest's event channels */
	uint32_t console_gfn;		/**< 0: no console ring */
	uint32_t console_port;
	const char *console_type;	/**< "xenconsoled" also if the hypervisor serves it */
};

/**
 * Writes /local/domain/<domid>/... and /vm/<uuid>/... as Xen's tools would.  The domain may read
 * all of it and owns control/shutdown, control/feature-*, control/sysrq, data, drivers, feature,
 * attr and error.
 * @return 0, or the first error of xenstore_write_local()
 */
int xenstore_add_domain_nodes(const struct xenstore_domain_nodes *nodes);

/* -- for the console */

/**
 * The whole store, one line a node: path, value (unprintable bytes as \ooo) and permissions; long
 * lines are cut.
 * @param line  gets a nul-terminated line without newline; must not call back
 */
void xenstore_dump(void (*line)(void *arg, const char *text), void *arg);

struct xenstore_statistics {
	uint32_t nodes, nodes_max;
	uint32_t chunks, chunks_max;	/**< of XS_CHUNK_BYTES bytes of text */
	uint32_t watches, transactions;
	uint32_t requests, errors;
	uint32_t events, events_folded;	/**< watch events; those that found no room */
	uint32_t commits, conflicts;	/**< transactions; those that ended with EAGAIN */
};

void xenstore_get_statistics(struct xenstore_statistics *s);

#endif
