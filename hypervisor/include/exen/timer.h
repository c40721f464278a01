/* SPDX-License-Identifier: Apache-2.0 */
/** @file Software timers on the one hardware comparator, and the clock. */
#ifndef EXEN_TIMER_H
#define EXEN_TIMER_H

#include <sys/queue.h>
#include <exen/types.h>

/** One-shot timer.  Fields are the timer code's; initialise with timer_init(). */
struct timer {
	LIST_ENTRY(timer) link;		/**< in the queue, ordered by deadline */
	ns_t deadline_ns;
	void (*fn)(void *arg);		/**< called once, interrupts masked, may re-arm */
	void *arg;
	const unsigned int *priority;	/**< of the vcpu that waits for it; NULL: nobody's */
	bool armed;
	uint8_t nr_given_way;		/**< how often to another due just after it */
};

/** Nanoseconds since boot.  Any context. */
ns_t time_now_ns(void);

/**
 * @param priority	of the vcpu that waits for it, NULL: nobody's.  It gives way for 20 microseconds to a
 *			more urgent one that another timer has woken, for 30 to one that is about to be, at
 *			most eight times
 */
void timer_init(struct timer *t, void (*fn)(void *), void *arg, const unsigned int *priority);
/** Arms or re-arms @p t.  A deadline in the past fires at once (from interrupt context, not here). */
void timer_set(struct timer *t, ns_t deadline_ns);
void timer_stop(struct timer *t);

#endif
