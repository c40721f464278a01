/* SPDX-License-Identifier: Apache-2.0 */
/** @file The server: everything in one structure at the start of its arena.  One thread uses it. */
#ifndef XENSTORE_SERVER_H
#define XENSTORE_SERVER_H

#include "connection.h"
#include "node.h"
#include "store.h"
#include "transaction.h"
#include "watch.h"

/** Counts since start. */
struct xs_counters {
	uint32_t requests;
	uint32_t errors;		/**< of them, answered with an error */
	uint32_t events;		/**< watch events queued */
	uint32_t folded;		/**< watch events that found no room */
	uint32_t commits;
	uint32_t conflicts;		/**< transactions that ended with -EAGAIN */
};

struct xs_server {
	struct xs_node *nodes;		/**< [nr_nodes], 0 is unused */
	struct xs_chunk *chunks;	/**< [nr_chunks], 0 is unused */
	struct xs_conn *conns;		/**< [nr_conns] */
	unsigned int nr_nodes, nr_chunks, nr_conns;
	unsigned int free_nodes, free_chunks;	/**< how many are free */
	xs_ref_t first_free_node, first_free_chunk;
	xs_ref_t root;			/**< "/" */
	xs_ref_t specials;		/**< parent of the special names, outside the tree */
	uint32_t gen;			/**< of the latest change; two changes never share one */
	uint32_t last_transaction;
	struct xs_counters counters;
	struct xs_account accounts[XS_NR_ACCOUNTS];
	struct xs_watch watches[XS_NR_WATCHES];
	struct xs_transaction transactions[XS_NR_TRANSACTIONS];
	char path[XS_PATH_BYTES];	/**< of the request that is handled */
	char event_path[XS_PATH_BYTES];	/**< scratch of commit, of lists and of removal */
	char watch_path[XS_PATH_BYTES];	/**< scratch of watches */
};

/**
 * Makes a server with the node "/" and the special names, all dom0's.
 * @param arena     8-byte aligned, kept for ever
 * @param size      bytes
 * @param nr_conns  connections at a time
 * @return the server, NULL if the arena is too small
 */
struct xs_server *xs_server_init(void *arena, size_t size, unsigned int nr_conns);

/** Sends what is queued to every client that takes it. */
void xs_server_flush(struct xs_server *srv);

/** Handles the complete request in @p conn->in; there is room for the reply. */
void xs_request_handle(struct xs_server *srv, struct xs_conn *conn);

/* -- domains.  All: -EINVAL for a domid without an account of its own */

/** False also for a domid that is no domain's. */
bool xs_domain_is_introduced(struct xs_server *srv, unsigned int domid);

/** Announces a domain and introduces it: @introduceDomain fires. */
int xs_domain_add(struct xs_server *srv, unsigned int domid);
/** INTRODUCE: lets a released domain talk again.  -EINVAL: the embedder does not know it. */
int xs_domain_introduce(struct xs_server *srv, unsigned int domid);
/** RELEASE: its watches and transactions end, it is no longer listened to, @releaseDomain fires.
 *  -ENOENT: it is not introduced. */
int xs_domain_release(struct xs_server *srv, unsigned int domid);
/** It has shut down but still exists: @releaseDomain fires, once until xs_domain_resume(). */
int xs_domain_shutdown(struct xs_server *srv, unsigned int domid);
int xs_domain_resume(struct xs_server *srv, unsigned int domid);
/** It has ended: released, forgotten, and the nodes that it owns are removed (nodes that have
 *  children of other owners, with these).  Not so dom0's: what belongs to nobody else is dom0's. */
int xs_domain_remove(struct xs_server *srv, unsigned int domid);
/** For @p domid it is as if it were also @p target.  -ENOENT: one of them is not introduced. */
int xs_domain_set_target(struct xs_server *srv, unsigned int domid, unsigned int target);

/**
 * Verifies every link, chain, charge and count.  Takes time in proportion to the arena.
 * @return NULL if all is well, else what is wrong
 */
const char *xs_server_check(struct xs_server *srv);

/** See xenstore_dump(). */
void xs_dump(struct xs_server *srv, void (*show)(void *arg, const char *text), void *arg);

#endif
