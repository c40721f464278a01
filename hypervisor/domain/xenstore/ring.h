/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The ring transport: struct xenstore_domain_interface, one page shared with a guest.
 * Nothing in the page is trusted: the server's own indices are kept outside it, the guest's are
 * read once and checked.
 */
#ifndef XENSTORE_RING_H
#define XENSTORE_RING_H

#include <exen/types.h>
#include "xen.h"

#include "connection.h"

struct xs_ring {
	struct xenstore_domain_interface *page;	/**< NULL: not connected */
	struct xs_conn *conn;
	uint32_t req_cons, rsp_prod;	/**< the server's indices; the page has copies */
	bool has_moved;			/**< bytes have moved since the last notification */
	bool has_complained;		/**< about a broken index: once a connection */
	void (*notify)(void *arg);
	void *arg;
};

extern const struct xs_transport xs_ring_transport;	/**< its arg is a struct xs_ring */

/** Makes the page ready for a guest that has not looked at it yet. */
void xs_ring_init(struct xs_ring *ring, struct xenstore_domain_interface *page,
		  void (*notify)(void *arg), void *arg);
/** Has the guest asked for a new connection (xenstore-ring.txt)? */
bool xs_ring_wants_reconnect(const struct xs_ring *ring);
/** Starts the ring anew and tells the guest so. */
void xs_ring_reconnect(struct xs_ring *ring);
/** Tells the guest why nothing is served any more: XENSTORE_ERROR_*. */
void xs_ring_set_error(struct xs_ring *ring, uint32_t error);
/** Notifies the guest if bytes have moved. */
void xs_ring_notify(struct xs_ring *ring);

#endif
