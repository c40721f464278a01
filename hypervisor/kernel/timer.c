/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Software timers in a list ordered by deadline; few exist (some a vcpu and one of the scheduler).
 *
 * Conversions multiply, they never divide: a 64-bit division is a hundred instructions and more.
 * A deadline is converted as a distance from a moment not long ago, at most 4 s, so that no rounding adds up;
 * the comparator fires early for a later one and is set again.
 */
#include <exen/board.h>
#include <exen/irq.h>
#include <exen/sched.h>
#include <exen/timer.h>
#include <exen/time.h>

/* From the last interrupt on: more than that, a switch and a handler take where the processor is slow. */
#define GIVE_WAY_NS	(10 * NS_PER_US)

static LIST_HEAD(timer_list, timer) queue = LIST_HEAD_INITIALIZER(queue);

/* Set once at boot. */
static struct {
	uint64_t (*read)(void);
	uint32_t ns;			/* of a count, and 2^-32 ns of it */
	uint32_t ns_fraction;
	uint32_t count_mult;		/* counts = ns * count_mult >> 32, rounded up; ns < 2^32 */
} timebase __written_at_boot;

/* One moment, on both scales. */
struct instant {
	uint64_t count;
	ns_t ns;
};

/* Of the last interrupt, or later: deadlines are converted as distances from it. */
static struct instant last;

static inline ns_t count_to_ns(uint64_t count)
{
	const uint32_t lo = (uint32_t)count, hi = (uint32_t)(count >> 32);
	ns_t ns = (uint64_t)lo * timebase.ns_fraction >> 32;

	ns += (uint64_t)lo * timebase.ns;
	ns += (uint64_t)hi * timebase.ns_fraction;
	return ns + ((uint64_t)(hi * timebase.ns) << 32);
}

ns_t time_now_ns(void)
{
	return count_to_ns(timebase.read());
}

static inline struct instant now(void)
{
	const uint64_t count = timebase.read();

	return (struct instant){ .count = count, .ns = count_to_ns(count) };
}

/* From `last`, if it isn't too long ago. */
static ns_t distance(ns_t deadline_ns)
{
	const ns_t delta = deadline_ns > last.ns ? deadline_ns - last.ns : 0;

	if (delta <= UINT32_MAX)
		return delta;
	last = now();
	return MIN(deadline_ns - MIN(deadline_ns, last.ns), (ns_t)UINT32_MAX);
}

/* An interrupt for who cannot run yet would only hold up who is more urgent, and has just been woken. */
static inline bool gives_way(const struct timer *t)
{
	return t->priority && sched_is_above(*t->priority);
}

static void program(void)
{
	const struct timer *first = LIST_FIRST(&queue);
	uint32_t delta;

	if (!first) {
		board->clock.ops->stop();
		return;
	}
	delta = (uint32_t)distance(first->deadline_ns);
	if (delta < GIVE_WAY_NS && gives_way(first))
		delta = GIVE_WAY_NS;
	board->clock.ops->set_deadline(last.count + 1 + ((uint64_t)delta * timebase.count_mult >> 32));
}

void timer_init(struct timer *t, void (*fn)(void *), void *arg, const unsigned int *priority)
{
	*t = (struct timer){ .fn = fn, .arg = arg, .priority = priority };
}

static void insert(struct timer *t)
{
	struct timer *at = LIST_FIRST(&queue), *prev = NULL;

	while (at && at->deadline_ns <= t->deadline_ns) {
		prev = at;
		at = LIST_NEXT(at, link);
	}
	if (prev)
		LIST_INSERT_AFTER(prev, t, link);
	else
		LIST_INSERT_HEAD(&queue, t, link);
	t->armed = true;
}

void timer_set(struct timer *t, ns_t deadline_ns)
{
	if (t->armed)
		LIST_REMOVE(t, link);
	t->deadline_ns = deadline_ns;
	insert(t);
	if (LIST_FIRST(&queue) == t)
		program();
}

void timer_stop(struct timer *t)
{
	if (!t->armed)
		return;
	LIST_REMOVE(t, link);
	t->armed = false;	/* the comparator may fire for nothing: cheaper than moving it */
}

static void expire(ns_t until)
{
	struct timer *t;

	while ((t = LIST_FIRST(&queue)) && t->deadline_ns <= until) {
		LIST_REMOVE(t, link);
		t->armed = false;
		t->fn(t->arg);
	}
}

/*
 * The clock says what has expired, not the comparator: an event that came while interrupts were
 * masked is still pending when a later deadline has been programmed since.
 */
static void timer_interrupt(void)
{
	board->clock.ops->ack();
	if (LIST_EMPTY(&queue)) {
		board->clock.ops->stop();
		return;
	}
	last = now();
	expire(last.ns);
	program();
}

void time_init(volatile void *base)
{
	const uint32_t hz = board->clock.hz;

	timebase.read = board->clock.ops->read;
	timebase.ns = NS_PER_S / hz;
	timebase.ns_fraction = (uint32_t)(((uint64_t)(NS_PER_S % hz) << 32) / hz);
	timebase.count_mult = (uint32_t)((((uint64_t)hz << 32) + NS_PER_S - 1) / NS_PER_S);
	board->clock.ops->init(base);
	irq_register(board->clock.irq, timer_interrupt);
}
