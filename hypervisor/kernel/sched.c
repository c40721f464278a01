/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixed priorities, round robin within one.  A vcpu that wakes goes to the head of its queue and
 * takes the CPU from an equal; a slice limits how long one keeps the CPU from others of its priority.
 * A vcpu with a budget (budget.c) is passed over while that is used up.
 */
#include <errno.h>

#include <asm/alias_check.h>
#include <asm/cpu.h>
#include <asm/percpu.h>
#include <exen/domain.h>
#include <exen/irq.h>
#include <exen/latency.h>
#include <exen/sched.h>
#include <exen/timer.h>
#include <exen/vcpu.h>
#include "budget.h"
#include "config.h"

#define SLICE_NS	(10 * NS_PER_MS)

TAILQ_HEAD(runq, vcpu);

static struct {
	struct runq queue[SCHED_NR_PRIORITIES];
	uint32_t occupied;		/* bit p: queue[p] is not empty */
	struct timer slice;		/* may fire early: it is left armed over switches */
	unsigned int slice_priority;	/* of whose it is */
	bool to_tail;			/* the current vcpu gives way to its equals */
	bool is_slice_over;		/* it does because of its slice */
	unsigned int nr_budgeted;	/* vcpus that have a budget */
} sched;

struct percpu percpu;

static void request_resched(void)
{
	percpu.exit_work |= EXIT_RESCHED;
}

static void enqueue(struct vcpu *v, bool head)
{
	struct runq *q = &sched.queue[v->priority];

	if (head)
		TAILQ_INSERT_HEAD(q, v, runq);
	else
		TAILQ_INSERT_TAIL(q, v, runq);
	v->queued = true;
	sched.occupied |= BIT(v->priority);
}

static void dequeue(struct vcpu *v)
{
	struct runq *q = &sched.queue[v->priority];

	TAILQ_REMOVE(q, v, runq);
	v->queued = false;
	if (TAILQ_EMPTY(q))
		sched.occupied &= ~BIT(v->priority);
}

/* The hypervisor's thread is always runnable or runs, so there is always a queue. */
static inline struct vcpu *take_first(void)
{
	const unsigned int priority = 31 - (unsigned int)__builtin_clz(sched.occupied);
	struct runq *q = &sched.queue[priority];
	struct vcpu *v = TAILQ_FIRST(q);

	TAILQ_REMOVE(q, v, runq);
	v->queued = false;
	if (TAILQ_EMPTY(q))
		sched.occupied &= ~BIT(priority);
	return v;
}

static void account_running(struct vcpu *v, ns_t now)
{
	v->runstate_ns[RUNSTATE_running] += now - v->state_since_ns;
	v->state_since_ns = now;
}

/* Those whose budget is used up are passed over. */
static struct vcpu *take_first_within_budget(struct vcpu *prev)
{
	const ns_t now = time_now_ns();
	struct vcpu *v;

	account_running(prev, now);
	do
		v = take_first();
	while (v->budget.period_ns && !budget_admit(v, now));
	return v;
}

static bool is_waiting(const struct vcpu *v)
{
	return v->state == VCPU_BLOCKED || v->state == VCPU_POLLING;
}

/* Of a vcpu that runs.  More urgent ones take nothing from a slice. */
static inline ns_t slice_end_ns(struct vcpu *v)
{
	const ns_t ran = v->runstate_ns[RUNSTATE_running];

	if (v->has_new_slice)
		v->slice_from_ns = ran;
	v->has_new_slice = false;
	return v->state_since_ns + v->slice_from_ns + SLICE_NS - ran;
}

/* If someone waits at the priority of the vcpu that runs, its slice counts. */
static inline void arm_slice(struct vcpu *v)
{
	if (!sched.slice.armed && (sched.occupied & BIT(v->priority)) && v->priority != SCHED_PRIO_IDLE) {
		sched.slice_priority = v->priority;
		timer_set(&sched.slice, slice_end_ns(v));
	}
}

/* The current vcpu gives way to its equals. */
static void end_slice(void)
{
	sched.to_tail = true;
	sched.is_slice_over = true;
	request_resched();
}

/* Another has become its equal.  If it had its slice before it got the CPU this time, it gives way at once: a
 * timer that has expired already would say the same, 400 instructions later. */
static void share_slice(struct vcpu *v)
{
	if (sched.slice.armed || !(sched.occupied & BIT(v->priority)) || v->priority == SCHED_PRIO_IDLE)
		return;
	if (slice_end_ns(v) <= v->state_since_ns)
		end_slice();
	else
		arm_slice(v);
}

static void slice_expired(void *unused)
{
	if (time_now_ns() < slice_end_ns(percpu.current))	/* the end of an earlier vcpu's slice */
		arm_slice(percpu.current);
	else
		end_slice();
}

static void account(struct vcpu *prev, struct vcpu *next, ns_t now)
{
	account_running(prev, now);
	next->runstate_ns[next->was_blocked ? RUNSTATE_blocked : RUNSTATE_runnable] +=
		now - next->state_since_ns;
	next->state_since_ns = now;
	next->was_blocked = false;
}

/* Nobody wants the CPU: waits where it is, as the thread would, but without two switches.  Ends when
 * an interrupt has made the vcpu or another runnable, or has given the thread work. */
static void idle_in(struct vcpu *v)
{
	ns_t now = time_now_ns();

	account_running(v, now);
	while (is_waiting(v) && sched.occupied == BIT(SCHED_PRIO_IDLE)) {
		irq_upcall_ack();	/* a guest's that has ended would keep the CPU awake */
		latency_path_end();
		cpu->idle();
		latency_path(EXEN_PATH_INTERRUPT, 0, 0);
		irq_handle_one();
	}
	now = time_now_ns();
	v->runstate_ns[RUNSTATE_blocked] += now - v->state_since_ns;
	v->state_since_ns = now;
}

/* So that who becomes due while a slice ends doesn't wait for the choice of the next. */
static void look_before_switch(void)
{
	sched.is_slice_over = false;
	if (irq_is_pending())
		irq_handle_one();
}

/* The current vcpu goes back into its queue if it can run.  @return who comes first: current now */
static inline struct vcpu *choose(struct vcpu *prev)
{
	struct vcpu *next;

	if (prev->state == VCPU_RUNNABLE) {
		if (sched.is_slice_over)
			look_before_switch();
		prev->has_new_slice |= sched.to_tail;
		enqueue(prev, !sched.to_tail);
	}
	sched.to_tail = false;
	next = sched.nr_budgeted ? take_first_within_budget(prev) : take_first();
	if (next != prev) {
		const ns_t now = time_now_ns();

		account(prev, next, now);
		latency_end(next, LATENCY_WAKE, 0);
		percpu.current = next;
		percpu.hv_stack_top = next->arch.hv_stack_top;
	}
	if (sched.nr_budgeted)
		budget_enforce(next);
	arm_slice(next);
	percpu.exit_work = vcpu_irq_pending(next) ? EXIT_UPCALL : 0;
	return next;
}

/*
 * An interrupt that has come while the choice was made is handled before the switch, or it would wait for
 * that, too, and a vcpu that it wakes for another one.  Who is more urgent than the last isn't kept waiting.
 */
static inline bool is_in_vain(const struct vcpu *next, const struct vcpu *from)
{
	return next->priority <= from->priority && irq_is_pending() && irq_handle_one() &&
	       (percpu.exit_work & EXIT_RESCHED);
}

void schedule(void)
{
	struct vcpu *const from = percpu.current, *next = from;

	if (CONFIG_DEBUG_ALIASES)
		alias_check(from->domain);
	if (sched.occupied == BIT(SCHED_PRIO_IDLE) && is_waiting(from))
		idle_in(from);
	do
		next = choose(next);
	while (next != from && is_in_vain(next, from));
	if (next != from)
		switch_to(from, next);
}

void sched_wake(struct vcpu *v)
{
	if (!is_waiting(v) && v->state != VCPU_PAUSED)
		return;
	v->state = VCPU_RUNNABLE;
	if (v == percpu.current)
		return;
	v->was_blocked = true;
	latency_begin(v, LATENCY_WAKE, 0);
	enqueue(v, true);
	if (v->priority < percpu.current->priority)
		return;
	if (v->priority == percpu.current->priority)
		sched.to_tail = true;
	else
		timer_stop(&sched.slice);	/* it would come when the urgent one runs */
	request_resched();
}

/* Runnable, behind its equals. */
static void requeue(struct vcpu *v)
{
	enqueue(v, false);
	if (v->priority > percpu.current->priority)
		request_resched();
	else
		share_slice(percpu.current);
}

void sched_start(struct vcpu *v)
{
	v->state = VCPU_RUNNABLE;
	v->state_since_ns = time_now_ns();
	budget_open(v);
	requeue(v);
}

void sched_requeue(struct vcpu *v)
{
	if (v->state == VCPU_RUNNABLE && !v->queued && v != percpu.current)
		requeue(v);
}

void sched_sleep(struct vcpu *v, enum vcpu_state state)
{
	v->state = state;
	if (v->queued)
		dequeue(v);
	if (v == percpu.current)
		schedule();
}

void sched_stop(struct vcpu *v)
{
	v->state = VCPU_OFFLINE;
	if (v->queued)
		dequeue(v);
	if (v == percpu.current)
		request_resched();
}

void sched_yield(void)
{
	sched.to_tail = true;
	schedule();
}

void sched_preempt_point(void)
{
	latency_path_point();
	if (!(percpu.exit_work & EXIT_RESCHED))
		irq_handle_one();
	if (percpu.exit_work & EXIT_RESCHED)
		schedule();
}

bool sched_is_preempted(void)
{
	latency_path_point();
	if (irq_is_pending())
		irq_handle_one();
	return percpu.exit_work & EXIT_RESCHED;
}

unsigned int sched_priority(void)
{
	const struct vcpu *v = percpu.current;
	const unsigned int own = is_waiting(v) ? SCHED_PRIO_IDLE : v->priority;

	return sched.occupied ? MAX(own, 31 - (unsigned int)__builtin_clz(sched.occupied)) : own;
}

void sched_set_priority(struct vcpu *v, unsigned int priority)
{
	const bool queued = v->queued;

	if (v->priority == priority)
		return;
	if (queued)
		dequeue(v);
	v->priority = priority;
	if (queued)
		enqueue(v, false);
	if (sched.occupied >> percpu.current->priority > 1)
		request_resched();
	share_slice(percpu.current);
}

int sched_set_budget(struct vcpu *v, uint32_t budget_us, uint32_t period_us)
{
	const bool had = v->budget.period_ns;

	if ((budget_us || period_us) &&
	    (period_us < SCHED_PERIOD_MIN_US || period_us > SCHED_PERIOD_MAX_US ||
	     budget_us < SCHED_BUDGET_MIN_US || budget_us > period_us))
		return -EINVAL;
	if (v == percpu.current)
		account_running(v, time_now_ns());
	budget_set(v, budget_us * NS_PER_US, period_us * NS_PER_US);
	sched.nr_budgeted += !!period_us - had;
	request_resched();	/* the one that runs may have got a limit or lost one */
	sched_requeue(v);
	return 0;
}

void sched_init(void)
{
	for (unsigned int i = 0; i < SCHED_NR_PRIORITIES; i++)
		TAILQ_INIT(&sched.queue[i]);
	timer_init(&sched.slice, slice_expired, NULL, &sched.slice_priority);
	budget_init();
	percpu.current = thread_init();
	percpu.hv_stack_top = percpu.current->arch.hv_stack_top;
}
