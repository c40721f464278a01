/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file Links to other domains by messages: abi/rtlink.h.
 *
 * Opening and closing talk to xenstore (xs_init() before): thread context, interrupts enabled, one link
 * after another; in the executive, the least urgent thread.  Sending and receiving are short and wait for
 * nobody, whatever the other end does: any context, in SVC mode, but each direction of a link from one
 * context at a time.
 */
#ifndef GUEST_RTLINK_H
#define GUEST_RTLINK_H

#include <guest/cpu.h>
#include <guest/gnttab.h>

#define rtlink_mb()	memory_barrier()
#include <rtlink.h>

struct rtlink {
	struct rtlink_producer out;
	struct rtlink_consumer in;
	evtchn_port_t port;		/**< its events: see rtlink_want_event() */
	bool is_backend;
	bool is_open;
	char dir[64];			/* this end's directory in xenstore */
	char peer[96];			/* the other's */
	domid_t peer_id;
	grant_ref_t ref;		/* frontend: of the first ring */
	struct gnttab_mapping map[2];	/* backend */
};

/** Two rings, in a frontend's RAM. */
struct rtlink_pages {
	struct rtlink_ring ring[2];
} __attribute__((aligned(4096)));

/**
 * Frontend, device/rtlink/@p handle of this domain: offers its pages and waits for the other end.
 * @param ref	two grant entries, from here on
 * @return 0; -XEN_ENXIO: no such device; -XEN_ETIME: the other end does not come; -XEN_E*.  Then
 *	   nothing is open
 */
int32_t rtlink_open(struct rtlink *link, uint32_t handle, struct rtlink_pages *pages,
		    grant_ref_t ref, uint64_t timeout_ns);
/**
 * Backend of domain @p frontend's device @p handle: waits for an offer and takes it.
 * @param index	two pages of the foreign area, from here on
 * @return as rtlink_open(); -XEN_EINVAL: what the other end offers cannot be
 */
int32_t rtlink_accept(struct rtlink *link, domid_t frontend, uint32_t handle, uint32_t index,
		      uint64_t timeout_ns);
/** Is the other end connected, as far as xenstore says?  Else close and open again. */
bool rtlink_is_connected(const struct rtlink *link);
/** Closes this end; the frontend waits until the backend has let go of its pages.
 *  @return false: it hasn't within @p timeout_ns; the pages and grants are still in use */
bool rtlink_close(struct rtlink *link, uint64_t timeout_ns);

/** @return 0; RTLINK_WOULD_WAIT: full, the message is dropped and counted; RTLINK_TOO_LONG, RTLINK_BROKEN */
int rtlink_send(struct rtlink *link, const void *bytes, uint32_t len);
/** @param bytes  RTLINK_MESSAGE_BYTES.  @return its length, RTLINK_WOULD_WAIT, RTLINK_BROKEN */
int rtlink_receive(struct rtlink *link, void *bytes);
/** The last message that is there, those before it are lost; looks at RTLINK_MESSAGES at most.
 *  @return as rtlink_receive() */
int rtlink_receive_last(struct rtlink *link, void *bytes);
/** The next message raises link->port.  @return true: there is one already, no event comes */
bool rtlink_want_event(struct rtlink *link);
/** Messages that the other end could not send: what it says. */
uint32_t rtlink_lost(const struct rtlink *link);

#endif
