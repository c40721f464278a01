/* SPDX-License-Identifier: BSD-2-Clause */
/* Time: timers in order of their deadlines, one of them in the clock; sleeping; periods. */
#include "internal.h"

static struct exec_timer *timers;
static uint64_t clock_at_ns = PORT_CLOCK_NEVER;	/* what the clock is set to, perhaps too early */

static void insert(struct exec_timer *timer)
{
	struct exec_timer **at = &timers;

	while (*at && (*at)->deadline_ns <= timer->deadline_ns)
		at = &(*at)->next;
	timer->next = *at;
	*at = timer;
	timer->is_armed = true;
}

static void remove(struct exec_timer *timer)
{
	struct exec_timer **at = &timers;

	while (*at != timer)
		at = &(*at)->next;
	*at = timer->next;
	timer->is_armed = false;
}

/* A stopped timer leaves the clock as it is: one interrupt for nothing costs less than two calls. */
static void set_clock(void)
{
	if (!timers || timers->deadline_ns >= clock_at_ns)
		return;
	clock_at_ns = timers->deadline_ns;
	port_clock_set(clock_at_ns);
}

/* How many periods began in (@p from_ns, @p to_ns). */
static uint32_t periods_between(uint64_t from_ns, uint64_t to_ns, uint64_t period_ns)
{
	return to_ns > from_ns ? (uint32_t)((to_ns - from_ns + period_ns - 1) / period_ns) : 0;
}

static void expire(struct exec_timer *timer, uint64_t now_ns)
{
	remove(timer);
	if (timer->period_ns) {
		uint32_t missed;

		timer->deadline_ns += timer->period_ns;
		missed = periods_between(timer->deadline_ns, now_ns + 1, timer->period_ns);
		timer->overruns += missed;
		timer->deadline_ns += missed * timer->period_ns;
		insert(timer);
	}
	timer->fn(timer);
}

/* Each timer at most once: a periodic one is due after now_ns again. */
void clock_interrupt(void)
{
	const uint64_t now_ns = port_clock_ns();

	clock_at_ns = PORT_CLOCK_NEVER;
	while (timers && timers->deadline_ns <= now_ns)
		expire(timers, now_ns);
	set_clock();
}

void exec_timer_start(struct exec_timer *timer, uint64_t first_ns, uint64_t period_ns,
		      void (*fn)(struct exec_timer *timer))
{
	const uint32_t irq = port_irq_mask();

	if (timer->is_armed)
		remove(timer);
	timer->deadline_ns = first_ns;
	timer->period_ns = period_ns;
	timer->fn = fn;
	timer->overruns = 0;
	insert(timer);
	set_clock();
	port_irq_restore(irq);
}

void exec_timer_stop(struct exec_timer *timer)
{
	const uint32_t irq = port_irq_mask();

	if (timer->is_armed)
		remove(timer);
	port_irq_restore(irq);
}

void exec_sleep_until(uint64_t deadline_ns)
{
	const uint32_t irq = port_irq_mask();

	if (port_clock_ns() < deadline_ns)
		thread_wait(NULL, deadline_ns);
	port_irq_restore(irq);
}

void exec_period_init(struct exec_period *period, uint64_t start_ns, uint64_t period_ns)
{
	*period = (struct exec_period){ .next_ns = start_ns, .period_ns = period_ns };
}

uint32_t exec_period_wait(struct exec_period *period)
{
	uint32_t missed;

	period->next_ns += period->period_ns;
	missed = periods_between(period->next_ns, port_clock_ns(), period->period_ns);
	period->next_ns += missed * period->period_ns;
	period->overruns += missed;
	exec_sleep_until(period->next_ns);
	return missed;
}
