/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Every limit of the xenstore server.
 *
 * Unprivileged domains are bound by the quotas; whatever they do together, XENSTORE_MAX_DOMAINS - 1
 * of them leave room for dom0 and for the hypervisor's own entries in the default arena (asserted
 * in pool.c).  Privileged clients are bound by the pools only.
 */
#ifndef XENSTORE_LIMITS_H
#define XENSTORE_LIMITS_H

#include <exen/types.h>

#define XENSTORE_ARENA_SIZE	KiB(512u)	/**< default arena, bytes */
#define XENSTORE_MAX_DOMAINS	8		/**< domains with a ring: domids 0 .. 7 */

/* -- the protocol (see also xen/io/xs_wire.h) */
#define XS_HEADER_BYTES		16u
#define XS_MESSAGE_BYTES	(XS_HEADER_BYTES + 4096u)	/**< header and largest payload */
#define XS_PATH_BYTES		(3072u + 1)	/**< longest absolute path and its nul */
#define XS_TOKEN_MAX		1022u		/**< with the longest path an event still fits */

/* -- pools: what is left of the arena after connections is divided by this ratio */
#define XS_ARENA_NODES		2u
#define XS_ARENA_CHUNKS		5u
#define XS_CHUNK_BYTES		30u		/**< payload of a chunk of text */
#define XS_NR_WATCHES		576u
#define XS_NR_TRANSACTIONS	64u
#define XS_NR_ACCOUNTS		64u		/**< domids from the last one on share it */

/* -- quotas of an unprivileged domain */
#define XS_QUOTA_NODES		256u		/**< nodes that it owns */
#define XS_QUOTA_SHADOWS	128u		/**< paths that its transactions have touched */
#define XS_QUOTA_CHUNKS		896u		/**< text in nodes, transactions and watches */
#define XS_QUOTA_WATCHES	64u
#define XS_QUOTA_TRANSACTIONS	8u
#define XS_QUOTA_VALUE		2048u		/**< bytes in one value */

/* -- for everybody */
#define XS_NODE_PERMS		5u		/**< entries in a node's list, the owner's too */

/** Output that a connection may hold back: one reply, always reserved, and watch events. */
#define XS_EVENT_BYTES		2048u
#define XS_OUT_BYTES		(XS_MESSAGE_BYTES + XS_EVENT_BYTES)

#endif
