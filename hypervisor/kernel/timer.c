/* SPDX-License-Identifier: Apache-2.0 */
/* Software timers in a list ordered by deadline; few exist (two a vcpu and one of the scheduler). */
#include <exen/board.h>
#include <exen/irq.h>
#include <exen/timer.h>
#include <exen/time.h>

static LIST_HEAD(timer_list, timer) queue = LIST_HEAD_INITIALIZER(queue);

/* ns = count * mult >> shift; count = ns * hz / 10^9.  Set once at boot. */
static struct {
	uint64_t (*read)(void);
	uint32_t mult;
	uint32_t shift;
	uint32_t hz;
} timebase __written_at_boot;

ns_t time_now_ns(void)
{
	const uint64_t count = timebase.read();
	const uint32_t hi = (uint32_t)(count >> 32);
	const uint64_t low = (uint64_t)(uint32_t)count * timebase.mult;

	return (low >> timebase.shift) + ((uint64_t)hi * timebase.mult << (32 - timebase.shift));
}

/* Rounded up, so that a deadline is never early. */
static uint64_t ns_to_count(ns_t ns)
{
	const uint64_t s = ns / NS_PER_S;

	return s * timebase.hz +
	       ((ns - s * NS_PER_S) * timebase.hz + NS_PER_S - 1) / NS_PER_S;
}

static void program(void)
{
	const struct timer *first = LIST_FIRST(&queue);

	if (first)
		board->clock.ops->set_deadline(ns_to_count(first->deadline_ns));
	else
		board->clock.ops->stop();
}

void timer_init(struct timer *t, void (*fn)(void *), void *arg)
{
	*t = (struct timer){ .fn = fn, .arg = arg };
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
	const struct timer *first = LIST_FIRST(&queue);

	if (t->armed)
		LIST_REMOVE(t, link);
	t->deadline_ns = deadline_ns;
	insert(t);
	if (LIST_FIRST(&queue) == t || first == t)
		program();
}

void timer_stop(struct timer *t)
{
	if (!t->armed)
		return;
	LIST_REMOVE(t, link);
	t->armed = false;	/* the comparator may fire for nothing: cheaper than moving it */
}

static void timer_interrupt(void)
{
	struct timer *t;

	board->clock.ops->ack();
	while ((t = LIST_FIRST(&queue)) && t->deadline_ns <= time_now_ns()) {
		LIST_REMOVE(t, link);
		t->armed = false;
		t->fn(t->arg);
	}
	program();
}

void time_init(volatile void *base)
{
	uint32_t shift = 32;

	do {
		shift--;
	} while (((uint64_t)NS_PER_S << shift) / board->clock.hz > UINT32_MAX);
	timebase.read = board->clock.ops->read;
	timebase.hz = board->clock.hz;
	timebase.shift = shift;
	timebase.mult = (uint32_t)(((uint64_t)NS_PER_S << shift) / board->clock.hz);
	board->clock.ops->init(base);
	irq_register(board->clock.irq, timer_interrupt);
}
