/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Locks.  The hypervisor's core runs with I and F masked and is not preemptible, so on one
 * CPU a lock is nothing; it is written down now so that SMP finds every critical section marked.
 * Order: domain_list_lock, then domain.lock (lower domid first), then sched_lock.
 */
#ifndef EXEN_LOCK_H
#define EXEN_LOCK_H

struct spinlock { char unused[0]; };

#define SPINLOCK_INIT	{ }

static inline void spin_lock(struct spinlock *l) { (void)l; }
static inline void spin_unlock(struct spinlock *l) { (void)l; }

#endif
