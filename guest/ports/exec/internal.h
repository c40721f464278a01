/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Between the executive's own files.  All with interrupts masked. */
#ifndef EXEC_INTERNAL_H
#define EXEC_INTERNAL_H

#include "exec.h"

/** Puts a thread into a queue, behind those that are as urgent (or before them). */
void queue_insert(struct exec_thread **queue, struct exec_thread *thread, bool is_first);
void queue_remove(struct exec_thread **queue, struct exec_thread *thread);

/** Another priority, wherever the thread is. */
void thread_set_priority(struct exec_thread *thread, uint8_t priority);
/** The running thread waits in @p queue (NULL: for the time only).  @return 0, EXEC_TIMEOUT */
int thread_wait(struct exec_thread **queue, uint64_t deadline_ns);
/** Ends a thread's wait; it runs when schedule() says so. */
void thread_wake(struct exec_thread *thread, int result);
/** Goes on with the most urgent thread; in an interrupt this happens at its end. */
void schedule(void);

/** The context that reports the overflow if the stack of @p thread has overflowed, NULL if not.
 *  @param sp	its stack pointer */
struct port_context *stack_check(const struct exec_thread *thread, uint32_t sp);
void stack_prepare(struct exec_thread *thread);

/** A thread has left the queue of a mutex without getting it. */
void mutex_wait_ended(struct exec_mutex *mutex);

void clock_interrupt(void);

#endif
