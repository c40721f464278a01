/* SPDX-License-Identifier: Apache-2.0 */
/** @file Scheduler and the hypervisor's thread; what vcpus may call is in vcpu.h. */
#ifndef EXEN_SCHED_H
#define EXEN_SCHED_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/** Makes the boot context the hypervisor's thread.  Boot only, interrupts masked. */
void sched_init(void);
/** Switches to the most urgent runnable vcpu; returns when the caller's vcpu runs again.
 *  FIQ mode, interrupts masked. */
void schedule(void);

/** A vcpu that has just been given its start state becomes runnable.  Interrupts masked. */
void sched_start(struct vcpu *v);
/** @return the priority of who runs, or will as soon as it may.  Interrupts masked. */
unsigned int sched_priority(void);
/** Interrupts masked. */
void sched_set_priority(struct vcpu *v, unsigned int priority);
/**
 * The vcpu gets at most @p budget_us of CPU time in a period of @p period_us from now on, beginning
 * with a full budget; 0, 0: no limit.  Interrupts masked.
 * @return 0; -EINVAL: not SCHED_PERIOD_MIN_US .. _MAX_US, or not SCHED_BUDGET_MIN_US .. period
 */
int sched_set_budget(struct vcpu *v, uint32_t budget_us, uint32_t period_us);
/** What @p v, which doesn't run, has used of its budget since its period began.  Interrupts masked. */
uint32_t sched_budget_used_us(const struct vcpu *v);
/** The vcpu of the hypervisor's thread, set up for the boot context.  Boot only. */
struct vcpu *thread_init(void);

/** There is work for the hypervisor's thread (console, xenstore, domains).  Interrupts masked. */
void thread_kick(void);
/** The thread's endless loop: works, and idles when there is nothing to do. */
void thread_run(void) __attribute__((noreturn));

/** In the architecture: switches stacks and processor state.  See switch.S. */
void switch_to(struct vcpu *prev, struct vcpu *next);
/** Enters the scheduler from the hypervisor's thread.  Interrupts as they are. */
void thread_yield(void);

#endif
