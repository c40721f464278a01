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
#define GIVE_WAY_NS	(20 * NS_PER_US)
/* More than a timer's interrupt takes. */
#define ABOUT_NS	(10 * NS_PER_US)
#define MOST_GIVEN_WAY	8

static LIST_HEAD(timer_list, timer) queue = LIST_HEAD_INITIALIZER(queue);

/* Set once at boot. */
static struct {
	uint32_t ns;			/* of a count, and 2^-32 ns of it */
	uint32_t ns_fraction;
	uint32_t count_mult;		/* counts = ns * count_mult >> 32, rounded up; ns < 2^32 */
	struct clock_ops ops;		/* copied: two loads less for each call */
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
	return count_to_ns(timebase.ops.read());
}

static inline struct instant now(void)
{
	const uint64_t count = timebase.ops.read();

	return (struct instant){ .count = count, .ns = count_to_ns(count) };
}

static __attribute__((noinline)) uint32_t distance_from_now(ns_t deadline_ns)
{
	last = now();
	return (uint32_t)MIN(deadline_ns - MIN(deadline_ns, last.ns), (ns_t)UINT32_MAX);
}

/* From `last`, if it isn't too long ago. */
static inline uint32_t distance(ns_t deadline_ns)
{
	const ns_t delta = deadline_ns > last.ns ? deadline_ns - last.ns : 0;

	return delta <= UINT32_MAX ? (uint32_t)delta : distance_from_now(deadline_ns);
}

void timer_init(struct timer *t, void (*fn)(void *), void *arg, const unsigned int *priority)
{
	*t = (struct timer){ .fn = fn, .arg = arg, .priority = priority };
}

/*
 * A timer of a less urgent vcpu gives way: its interrupt would hold up who is more urgent and cannot let it
 * run anyway.  To one who runs or has just been woken, when the comparator is programmed; to a timer that is
 * due a moment later, until it has run, too, when either is set, and only so many times.
 */
static inline bool gives_way_to(const struct timer *t, const struct timer *next)
{
	return next->priority && t->priority && *next->priority > *t->priority &&
	       t->nr_given_way < MOST_GIVEN_WAY;
}

static inline void give_way_once(struct timer *t)
{
	t->nr_given_way++;
	t->deadline_ns += ABOUT_NS + GIVE_WAY_NS;
}

/* @next: not before it.  By the low words: one 4.3 s later is close, too, and it does little harm. */
static inline bool is_close(const struct timer *t, const struct timer *next)
{
	return (uint32_t)next->deadline_ns - (uint32_t)t->deadline_ns < ABOUT_NS;
}

/* Among others.  @return whether it is the first now */
static __attribute__((noinline)) bool insert_among(struct timer *t)
{
	struct timer *at = LIST_FIRST(&queue), *prev = NULL;

	for (;;) {
		while (at && at->deadline_ns <= t->deadline_ns) {
			prev = at;
			at = LIST_NEXT(at, link);
		}
		if (!at || !is_close(t, at) || !gives_way_to(t, at))
			break;
		give_way_once(t);
	}
	if (prev)
		LIST_INSERT_AFTER(prev, t, link);
	else
		LIST_INSERT_HEAD(&queue, t, link);
	return !prev;
}

/* @return whether it is the first now */
static inline bool insert(struct timer *t)
{
	const struct timer *first = LIST_FIRST(&queue);

	t->armed = true;
	if (first && (t->deadline_ns >= first->deadline_ns || is_close(t, first)))
		return insert_among(t);
	LIST_INSERT_HEAD(&queue, t, link);
	return true;
}

static inline bool is_followed(const struct timer *t)
{
	const struct timer *next = LIST_NEXT(t, link);

	return next && is_close(t, next);
}

/* @return whether the first gives way to one close behind it; there may be others between them */
static bool first_gives_way(void)
{
	struct timer *const first = LIST_FIRST(&queue), *next = first;

	while ((next = LIST_NEXT(next, link)) && is_close(first, next)) {
		if (gives_way_to(first, next)) {
			LIST_REMOVE(first, link);
			give_way_once(first);
			insert_among(first);
			return true;
		}
	}
	return false;
}

/* All that would expire in a moment and whose vcpus cannot run. */
static void give_way_to_who_runs(void)
{
	const ns_t soon = last.ns + GIVE_WAY_NS;
	struct timer *t = LIST_FIRST(&queue), *next;
	unsigned int urgent;
	bool has_any = false;

	if (!t || t->deadline_ns >= soon)
		return;
	urgent = sched_priority();
	for (; t && t->deadline_ns < soon; t = next) {
		next = LIST_NEXT(t, link);
		if (t->priority && *t->priority < urgent) {
			t->deadline_ns = soon;
			has_any = true;
		} else if (has_any) {		/* it is before them now */
			LIST_REMOVE(t, link);
			insert_among(t);
		}
	}
}

/* @delta: nanoseconds from `last` on. */
static inline void program_in(uint32_t delta)
{
	timebase.ops.set_deadline(last.count + 1 + ((uint64_t)delta * timebase.count_mult >> 32));
}

/* Where one may have to give way, or be too far away. */
static __attribute__((noinline)) void program_with_care(void)
{
	give_way_to_who_runs();
	if (LIST_EMPTY(&queue)) {
		timebase.ops.stop();
		return;
	}
	while (first_gives_way())
		;
	program_in(distance(LIST_FIRST(&queue)->deadline_ns));
}

static inline void program(void)
{
	const struct timer *first = LIST_FIRST(&queue);
	const ns_t delta = first ? first->deadline_ns - last.ns : 0;

	/* Nearly always; nor has it passed. */
	if (delta >= GIVE_WAY_NS && delta <= UINT32_MAX && !is_followed(first))
		program_in((uint32_t)delta);
	else
		program_with_care();
}

void timer_set(struct timer *t, ns_t deadline_ns)
{
	if (t->armed)
		LIST_REMOVE(t, link);
	t->deadline_ns = deadline_ns;
	t->nr_given_way = 0;
	if (insert(t) || (is_close(LIST_FIRST(&queue), t) && gives_way_to(LIST_FIRST(&queue), t)))
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
	timebase.ops.ack();
	last = now();
	expire(last.ns);
	program();
}

void time_init(volatile void *base)
{
	const uint32_t hz = board->clock.hz;

	timebase.ops = *board->clock.ops;
	timebase.ns = NS_PER_S / hz;
	timebase.ns_fraction = (uint32_t)(((uint64_t)(NS_PER_S % hz) << 32) / hz);
	timebase.count_mult = (uint32_t)((((uint64_t)hz << 32) + NS_PER_S - 1) / NS_PER_S);
	timebase.ops.init(base);
	irq_register(board->clock.irq, timer_interrupt);
}
