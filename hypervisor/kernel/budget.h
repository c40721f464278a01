/* SPDX-License-Identifier: Apache-2.0 */
/** @file Between sched.c and budget.c.  Interrupts masked. */
#ifndef KERNEL_BUDGET_H
#define KERNEL_BUDGET_H

#include <exen/types.h>

struct vcpu;

void budget_init(void);
/** Limits as of now; 0, 0: none.  Bounds are checked.  The vcpu may have been exhausted: requeue it. */
void budget_set(struct vcpu *v, uint32_t budget_ns, uint32_t period_ns);
/** A vcpu that starts has all of its budget. */
void budget_open(struct vcpu *v);
/**
 * May @p v, which has a budget and has been taken off its queue, run now?
 * @return false: it is exhausted, and back in its queue when its period ends
 */
bool budget_admit(struct vcpu *v, ns_t now);
/** @p v runs: from v->state_since_ns on, if it has not run before.  It is preempted when its budget ends. */
void budget_enforce(const struct vcpu *v);

/** In sched.c: puts @p v into its queue if that is where it belongs. */
void sched_requeue(struct vcpu *v);

#endif
