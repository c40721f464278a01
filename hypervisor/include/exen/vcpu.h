/* SPDX-License-Identifier: Apache-2.0 */
/** @file Virtual CPU: state, virtual interrupts, scheduling. */
#ifndef EXEN_VCPU_H
#define EXEN_VCPU_H

#include <sys/queue.h>
#include <exen/types.h>
#include <exen/timer.h>
#include <asm/current.h>
#include <asm/vcpu.h>		/* struct arch_vcpu */
#include "exen.h"

struct domain;

enum vcpu_state {
	VCPU_OFFLINE,		/**< not started, or its domain has ended */
	VCPU_RUNNABLE,
	VCPU_BLOCKED,		/**< until an unmasked virtual interrupt is pending */
	VCPU_POLLING,		/**< SCHEDOP_poll: until one of the ports is pending, or time-out */
	VCPU_PAUSED,
};

#define VIRQ_WORDS	(EXEN_NR_IRQS / 32)

/** Virtual interrupt controller state of a vcpu.  Interrupts masked (later: sched_lock). */
struct vcpu_irqs {
	uint32_t pending[VIRQ_WORDS];
	uint32_t enabled[VIRQ_WORDS];
	uint32_t deliverable;		/**< bit w: (pending & enabled)[w] != 0 */
};

/**
 * How much of the CPU a vcpu may have: budget_ns in period_ns.  Time is counted by the vcpu's own running
 * time (runstate_ns), so nothing has to be charged.  decisions/0050.  Interrupts masked.
 */
struct sched_budget {
	uint32_t budget_ns;
	uint32_t period_ns;		/**< 0: as much as its priority gives it */
	ns_t window_end_ns;		/**< until then it may run up to: */
	ns_t limit_ns;			/**< its running time at which the budget is used up */
	struct timer renewal;		/**< at window_end_ns, while it is exhausted */
	bool is_exhausted;		/**< runnable, but in no queue */
	uint32_t nr_exhausted;		/**< how often, since boot */
};

struct vcpu {
	struct arch_vcpu arch;		/**< first: assembly finds it at offset 0 */
	struct domain *domain;
	unsigned int id;		/**< 0 .. nr_vcpus - 1 within the domain */
	enum vcpu_state state;
	unsigned int priority;		/**< 0 lowest (idle) .. SCHED_NR_PRIORITIES - 1 */
	TAILQ_ENTRY(vcpu) runq;		/**< valid while queued */
	bool queued;
	bool was_blocked;		/**< before it became runnable; for runstate */
	ns_t state_since_ns;		/**< for runstate */
	bool has_new_slice;		/**< it begins when somebody of its priority waits */
	ns_t slice_from_ns;		/**< running time at which its slice began */
	ns_t runstate_ns[4];		/**< by RUNSTATE_* of xen/vcpu.h */
	uint64_t runstate_va;		/**< guest's runstate area, 0: none; current guest only */
	ns_t runstate_shown_ns;		/**< runnable time that the area shows */
	/** Set by the architecture while this vcpu is preempted with its virtual interrupts masked: a
	 *  CPU without ldrex may be in the middle of an atomic operation (decisions/, grant flags). */
	bool in_masked_section;
	struct sched_budget budget;
	struct vcpu_irqs irqs;
	struct timer singleshot;	/**< VCPUOP_set_singleshot_timer: raises EXEN_IRQ_TIMER */
	struct timer periodic;		/**< VCPUOP_set_periodic_timer: likewise */
	ns_t period_ns;
	struct timer poll_timeout;
	uint32_t poll_nr;		/**< SCHEDOP_poll: number of ports, 0: any */
	uint32_t poll_port[8];
};

#define SCHED_NR_PRIORITIES	8
#define SCHED_PRIO_IDLE		0
#define SCHED_PRIO_DEFAULT	3
#define SCHED_BUDGET_MIN_US	10u
#define SCHED_PERIOD_MIN_US	100u
#define SCHED_PERIOD_MAX_US	1000000u

/* asm/current.h: struct vcpu *current_vcpu(void), whose hypercall or interrupt this CPU handles. */

/* -- virtual interrupts (domain/vcpu_irq.c).  Interrupts masked. */

/** Makes @p irq pending, wakes the vcpu if the interrupt is unmasked.  irq < EXEN_NR_IRQS. */
void vcpu_irq_raise(struct vcpu *v, unsigned int irq);
void vcpu_irq_clear(struct vcpu *v, unsigned int irq);
void vcpu_irq_set_enabled(struct vcpu *v, unsigned int irq, bool enabled);
static inline bool vcpu_irq_pending(const struct vcpu *v)
{
	return v->irqs.deliverable != 0;
}
/** Takes the lowest deliverable interrupt off the pending set; EXEN_IRQ_NONE if there is none. */
unsigned int vcpu_irq_take(struct vcpu *v);

/* -- scheduling (kernel/sched.c).  Interrupts masked. */

/** Makes a blocked or polling vcpu runnable; no effect on others. */
void sched_wake(struct vcpu *v);
/** Takes @p v off the CPU in the given state (not RUNNABLE) if it runs, and off the run queue.
 *  If @p v is current this returns when it has been woken again. */
void sched_sleep(struct vcpu *v, enum vcpu_state state);
/** Takes @p v from the CPU for ever (OFFLINE); returns also if it is current, which then leaves the CPU on
 *  the way out of the hypervisor.  Interrupts masked. */
void sched_stop(struct vcpu *v);
/** The current vcpu goes to the end of its priority's queue. */
void sched_yield(void);
/** In long operations: lets a more urgent vcpu, and pending interrupts, run.  The caller holds no
 *  lock and re-reads what others may have changed. */
void sched_preempt_point(void);
/** Takes interrupts, without a switch.  @return somebody else wants the CPU: he gets it at
 *  sched_preempt_point() */
bool sched_is_preempted(void);

#endif
