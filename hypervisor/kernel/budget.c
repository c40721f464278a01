/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Budgets: a vcpu gets at most budget_ns in period_ns, whatever its priority.  A period begins when it gets
 * the CPU and either the last one is over, or what is left of the budget is more than its share of what is
 * left of the period: so in any time L it gets no more than budget + L * budget / period, and there
 * is no double budget around the end of a period (decisions/0050).
 *
 * What it has overdrawn (the timer comes late when interrupts are masked) goes off the next budgets.
 */
#include <asm/percpu.h>
#include <exen/domain.h>
#include <exen/sched.h>
#include <exen/timer.h>
#include <exen/vcpu.h>
#include "budget.h"

static struct timer end;	/* of the budget of the vcpu that runs */

static void end_expired(void *unused)
{
	percpu.exit_work |= EXIT_RESCHED;
}

static void renewal_expired(void *arg)
{
	struct vcpu *v = arg;

	v->budget.is_exhausted = false;
	sched_requeue(v);
}

static int64_t left_ns(const struct vcpu *v)
{
	return (int64_t)(v->budget.limit_ns - v->runstate_ns[RUNSTATE_running]);
}

void budget_open(struct vcpu *v)
{
	timer_stop(&v->budget.renewal);
	v->budget.is_exhausted = false;
	v->budget.window_end_ns = 0;
	v->budget.limit_ns = v->runstate_ns[RUNSTATE_running];
}

void budget_set(struct vcpu *v, uint32_t budget_ns, uint32_t period_ns)
{
	v->budget.budget_ns = budget_ns;
	v->budget.period_ns = period_ns;
	v->budget.renewal.fn = renewal_expired;
	v->budget.renewal.arg = v;
	budget_open(v);
}

/* Products of two numbers below 2^32: times left are at most a budget and a period. */
static bool is_ahead_of_share(const struct sched_budget *b, uint32_t left, uint32_t window)
{
	return (uint64_t)left * b->period_ns > (uint64_t)b->budget_ns * window;
}

static void begin_window(struct vcpu *v, int64_t left, ns_t now)
{
	struct sched_budget *b = &v->budget;

	b->window_end_ns = now + b->period_ns;
	b->limit_ns = v->runstate_ns[RUNSTATE_running] + b->budget_ns;
	if (left < 0)
		b->limit_ns += (ns_t)left;
}

/* Until now it has been runnable or blocked, and is charged with nothing while it waits. */
static void exhaust(struct vcpu *v, ns_t now)
{
	v->runstate_ns[v->was_blocked ? RUNSTATE_blocked : RUNSTATE_runnable] +=
		now - v->state_since_ns;
	v->state_since_ns = now;
	v->was_blocked = false;
	v->budget.is_exhausted = true;
	v->budget.nr_exhausted++;
	timer_set(&v->budget.renewal, v->budget.window_end_ns);
}

bool budget_admit(struct vcpu *v, ns_t now)
{
	struct sched_budget *b = &v->budget;
	const int64_t left = left_ns(v);

	if (now >= b->window_end_ns ||
	    (left > 0 && is_ahead_of_share(b, (uint32_t)left, (uint32_t)(b->window_end_ns - now))))
		begin_window(v, left, now);
	if (left_ns(v) > 0)
		return true;
	exhaust(v, now);
	return false;
}

void budget_enforce(const struct vcpu *v)
{
	const ns_t at = v->state_since_ns + (ns_t)left_ns(v);

	if (!v->budget.period_ns)
		timer_stop(&end);
	else if (!end.armed || end.deadline_ns != at)
		timer_set(&end, at);
}

uint32_t sched_budget_used_us(const struct vcpu *v)
{
	const struct sched_budget *b = &v->budget;

	if (!b->period_ns || (time_now_ns() >= b->window_end_ns && !b->is_exhausted))
		return 0;
	return (uint32_t)(b->budget_ns - left_ns(v)) / NS_PER_US;
}

void budget_init(void)
{
	timer_init(&end, end_expired, NULL, NULL);
}
