/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixed priorities, round robin within one.  A vcpu that wakes goes to the head of its queue and
 * takes the CPU from an equal; a slice limits how long one keeps the CPU from others of its priority.
 */
#include <asm/alias_check.h>
#include <asm/cpu.h>
#include <asm/percpu.h>
#include <exen/domain.h>
#include <exen/irq.h>
#include <exen/sched.h>
#include <exen/timer.h>
#include <exen/vcpu.h>
#include "config.h"

#define SLICE_NS	(10 * NS_PER_MS)

TAILQ_HEAD(runq, vcpu);

static struct {
	struct runq queue[SCHED_NR_PRIORITIES];
	uint32_t occupied;		/* bit p: queue[p] is not empty */
	struct timer slice;		/* may fire early: it is left armed over switches */
	ns_t slice_end_ns;		/* of the vcpu that runs */
	bool to_tail;			/* the current vcpu gives way to its equals */
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

static bool is_waiting(const struct vcpu *v)
{
	return v->state == VCPU_BLOCKED || v->state == VCPU_POLLING;
}

/* Someone waits at the priority of the vcpu that runs: its slice counts. */
static inline void arm_slice(void)
{
	const unsigned int priority = percpu.current->priority;

	if (!sched.slice.armed && (sched.occupied & BIT(priority)) && priority != SCHED_PRIO_IDLE)
		timer_set(&sched.slice, sched.slice_end_ns);
}

static void slice_expired(void *unused)
{
	if (time_now_ns() < sched.slice_end_ns) {	/* the end of an earlier vcpu's slice */
		arm_slice();
		return;
	}
	sched.to_tail = true;
	request_resched();
}

static void account(struct vcpu *prev, struct vcpu *next, ns_t now)
{
	prev->runstate_ns[RUNSTATE_running] += now - prev->state_since_ns;
	prev->state_since_ns = now;
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

	v->runstate_ns[RUNSTATE_running] += now - v->state_since_ns;
	v->state_since_ns = now;
	while (is_waiting(v) && sched.occupied == BIT(SCHED_PRIO_IDLE)) {
		irq_upcall_ack();	/* a guest's that has ended would keep the CPU awake */
		cpu->idle();
		irq_handle_one();
	}
	now = time_now_ns();
	v->runstate_ns[RUNSTATE_blocked] += now - v->state_since_ns;
	v->state_since_ns = now;
}

void schedule(void)
{
	struct vcpu *prev = percpu.current, *next;
	const bool was_to_tail = sched.to_tail;

	if (CONFIG_DEBUG_ALIASES)
		alias_check(prev->domain);
	if (sched.occupied == BIT(SCHED_PRIO_IDLE) && is_waiting(prev))
		idle_in(prev);
	if (prev->state == VCPU_RUNNABLE)
		enqueue(prev, !was_to_tail);
	sched.to_tail = false;
	/* The hypervisor's thread is always runnable, so there is always a queue. */
	next = TAILQ_FIRST(&sched.queue[31 - __builtin_clz(sched.occupied)]);
	dequeue(next);
	if (next != prev) {
		const ns_t now = time_now_ns();

		account(prev, next, now);
		sched.slice_end_ns = now + SLICE_NS;
		percpu.current = next;
		percpu.hv_stack_top = next->arch.hv_stack_top;
	} else if (was_to_tail) {
		sched.slice_end_ns = time_now_ns() + SLICE_NS;
	}
	arm_slice();
	percpu.exit_work = vcpu_irq_pending(next) ? EXIT_UPCALL : 0;
	if (next != prev)
		switch_to(prev, next);
}

void sched_wake(struct vcpu *v)
{
	if (!is_waiting(v) && v->state != VCPU_PAUSED)
		return;
	v->state = VCPU_RUNNABLE;
	if (v == percpu.current)
		return;
	v->was_blocked = true;
	enqueue(v, true);
	if (v->priority >= percpu.current->priority) {
		sched.to_tail |= v->priority == percpu.current->priority;
		request_resched();
	}
}

void sched_start(struct vcpu *v)
{
	v->state = VCPU_RUNNABLE;
	v->state_since_ns = time_now_ns();
	enqueue(v, false);
	if (v->priority > percpu.current->priority)
		request_resched();
	else
		arm_slice();
}

void sched_sleep(struct vcpu *v, enum vcpu_state state)
{
	v->state = state;
	if (v->queued)
		dequeue(v);
	if (v == percpu.current)
		schedule();
}

void sched_yield(void)
{
	sched.to_tail = true;
	schedule();
}

void sched_preempt_point(void)
{
	irq_handle_one();
	if (percpu.exit_work & EXIT_RESCHED)
		schedule();
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
	arm_slice();
}

void sched_init(void)
{
	for (unsigned int i = 0; i < SCHED_NR_PRIORITIES; i++)
		TAILQ_INIT(&sched.queue[i]);
	timer_init(&sched.slice, slice_expired, NULL);
	percpu.current = thread_init();
	percpu.hv_stack_top = percpu.current->arch.hv_stack_top;
}
