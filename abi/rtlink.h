/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * rtlink: messages between a real-time domain and another one, through two granted pages and an event
 * channel.  Neither end waits for the other, takes a lock, or trusts what the other writes.
 *
 * Each page is a ring (struct rtlink_ring) for one direction, with one producer and one consumer. Index n
 * means message n % RTLINK_MESSAGES.  An end keeps its own index privately and only ever writes it to
 * the page; of the other's it takes a copy and checks that.  Messages are whole; a full ring refuses,
 * and the producer counts what it could not send.
 *
 * The ends meet as Xen's split drivers do: device class "rtlink", states of xen/io/xenbus.h.  The
 * real-time domain is the frontend: its pages stay when the other end has gone.
 *
 *	frontend's node		written in state Initialising
 *	version			RTLINK_VERSION, decimal
 *	ring-ref0		grant of the ring from frontend to backend
 *	ring-ref1		grant of the ring from backend to frontend
 *	event-channel		port that the backend binds; one for both directions
 *
 *	frontend		backend
 *	Initialising		Initialising -> InitWait
 *	nodes -> Initialised
 *				maps and binds -> Connected
 *	-> Connected
 *	Closing, Closed		unmaps, closes -> Closed
 *	Initialising		-> InitWait
 *
 * An end that finds the other closing, or RTLINK_BROKEN, closes and may start again.
 *
 * Usable from any kernel: depends on <stdint.h> and <stdbool.h>.  The functions are there if
 * rtlink_mb() is defined before: accesses before it are complete, for the other domain, before
 * those after it.
 */
#ifndef ABI_RTLINK_H
#define ABI_RTLINK_H

#include <stdbool.h>
#include <stdint.h>

#define RTLINK_VERSION		1
#define RTLINK_CLASS		"rtlink"
#define RTLINK_MESSAGES		32	/**< of a ring; a power of two */
#define RTLINK_MESSAGE_BYTES	120

struct rtlink_message {
	uint32_t len;			/**< 0 .. RTLINK_MESSAGE_BYTES */
	uint8_t bytes[RTLINK_MESSAGE_BYTES];
};

/** One page, zeroed by the frontend but for prod_event, which is 1. */
struct rtlink_ring {
	uint32_t prod;			/**< producer's: messages written, modulo 2^32 */
	uint32_t cons_event;		/**< producer's: wants an event when cons becomes this */
	uint32_t dropped;		/**< producer's: messages that found no room */
	uint32_t reserved0[13];
	uint32_t cons;			/**< consumer's: messages read, modulo 2^32 */
	uint32_t prod_event;		/**< consumer's: wants an event when prod becomes this */
	uint32_t reserved1[14];
	struct rtlink_message message[RTLINK_MESSAGES];
};

_Static_assert(sizeof(struct rtlink_ring) == 4096, "ABI: rtlink_ring is a page");

enum rtlink_error {
	RTLINK_WOULD_WAIT = -1,		/**< the ring is full, or empty */
	RTLINK_TOO_LONG = -2,		/**< the caller's message */
	RTLINK_BROKEN = -3,		/**< the other end has written what cannot be */
};

#ifdef rtlink_mb

/** Private to its end: not in the shared page.  One thread at a time. */
struct rtlink_producer {
	volatile struct rtlink_ring *ring;
	uint32_t prod;
	uint32_t dropped;
};

struct rtlink_consumer {
	volatile struct rtlink_ring *ring;
	uint32_t cons;
};

/** The frontend, before it grants the page. */
static inline void rtlink_ring_init(volatile struct rtlink_ring *ring)
{
	__builtin_memset((void *)(uintptr_t)ring, 0, sizeof(*ring));
	ring->prod_event = 1;
	rtlink_mb();
}

/** @return messages that can be sent now, RTLINK_BROKEN */
static inline int rtlink_room(const struct rtlink_producer *p)
{
	const uint32_t used = p->prod - p->ring->cons;

	return used <= RTLINK_MESSAGES ? (int)(RTLINK_MESSAGES - used) : RTLINK_BROKEN;
}

/**
 * Puts a message into the ring, at once or not at all.
 * @param must_notify	set if the consumer wants an event for it
 * @return 0, RTLINK_WOULD_WAIT (counted as dropped), RTLINK_TOO_LONG, RTLINK_BROKEN
 */
static inline int rtlink_push(struct rtlink_producer *p, const void *bytes, uint32_t len,
			      bool *must_notify)
{
	volatile struct rtlink_message *m = &p->ring->message[p->prod % RTLINK_MESSAGES];
	const int room = rtlink_room(p);

	*must_notify = false;
	if (len > RTLINK_MESSAGE_BYTES)
		return RTLINK_TOO_LONG;
	if (room <= 0) {
		p->ring->dropped = ++p->dropped;
		return room ? RTLINK_BROKEN : RTLINK_WOULD_WAIT;
	}
	rtlink_mb();			/* the consumer has read what was there */
	m->len = len;
	__builtin_memcpy((void *)(uintptr_t)m->bytes, bytes, len);
	rtlink_mb();
	p->ring->prod = ++p->prod;
	rtlink_mb();
	*must_notify = p->ring->prod_event == p->prod;
	return 0;
}

/**
 * Takes the next message out of the ring; a broken one is taken out, too.
 * @param bytes		RTLINK_MESSAGE_BYTES
 * @param must_notify	set if the producer wants an event for the room
 * @return its length, RTLINK_WOULD_WAIT, RTLINK_BROKEN
 */
static inline int rtlink_pop(struct rtlink_consumer *c, void *bytes, bool *must_notify)
{
	volatile const struct rtlink_message *m = &c->ring->message[c->cons % RTLINK_MESSAGES];
	const uint32_t there = c->ring->prod - c->cons;
	uint32_t len;

	*must_notify = false;
	if (!there)
		return RTLINK_WOULD_WAIT;
	if (there > RTLINK_MESSAGES)
		return RTLINK_BROKEN;
	rtlink_mb();			/* the message is there */
	len = m->len;			/* once: it may change */
	if (len <= RTLINK_MESSAGE_BYTES)
		__builtin_memcpy(bytes, (const void *)(uintptr_t)m->bytes, len);
	rtlink_mb();
	c->ring->cons = ++c->cons;
	rtlink_mb();
	*must_notify = c->ring->cons_event == c->cons;
	return len <= RTLINK_MESSAGE_BYTES ? (int)len : RTLINK_BROKEN;
}

/** Asks for an event when there is a message.  @return true: there is (or the ring is broken), none comes */
static inline bool rtlink_want_message(struct rtlink_consumer *c)
{
	c->ring->prod_event = c->cons + 1;
	rtlink_mb();
	return c->ring->prod != c->cons;
}

/** Asks for an event when there is room.  @return true: there is (or the ring is broken), none comes */
static inline bool rtlink_want_room(struct rtlink_producer *p)
{
	p->ring->cons_event = p->prod - RTLINK_MESSAGES + 1;
	rtlink_mb();
	return rtlink_room(p) != 0;
}

#endif /* rtlink_mb */
#endif /* ABI_RTLINK_H */
