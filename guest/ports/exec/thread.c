/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads and the scheduler.  A ready thread is in ready[its priority], the running one too, at the
 * front; bit n of ready_bits says that ready[n] is not empty.
 */
#include "internal.h"

#define IDLE_STACK_BYTES	512

static struct exec_thread *ready[EXEC_PRIORITIES];
static uint32_t ready_bits;
static struct exec_thread *current;
static struct exec_thread idle;
static EXEC_STACK(idle_stack, IDLE_STACK_BYTES);

/* -- queues, the most urgent first -- */

void queue_insert(struct exec_thread **queue, struct exec_thread *thread, bool is_first)
{
	const int priority = thread->priority + (is_first ? 1 : 0);

	while (*queue && (*queue)->priority >= priority)
		queue = &(*queue)->next;
	thread->next = *queue;
	*queue = thread;
}

void queue_remove(struct exec_thread **queue, struct exec_thread *thread)
{
	while (*queue != thread)
		queue = &(*queue)->next;
	*queue = thread->next;
}

/* -- ready threads -- */

static void ready_insert(struct exec_thread *thread, bool is_first)
{
	queue_insert(&ready[thread->priority], thread, is_first);
	ready_bits |= 1u << thread->priority;
	thread->is_ready = true;
}

static void ready_remove(struct exec_thread *thread)
{
	queue_remove(&ready[thread->priority], thread);
	if (!ready[thread->priority])
		ready_bits &= ~(1u << thread->priority);
	thread->is_ready = false;
}

static struct exec_thread *most_urgent(void)
{
	return ready[31 - __builtin_clz(ready_bits)];	/* idle is always ready */
}

/* Makes the most urgent thread the running one, or the report of an overflow that has happened. */
static struct port_context *elect(uint32_t sp)
{
	struct port_context *report = stack_check(current, sp);

	if (report)
		return report;
	current = most_urgent();
	return &current->context;
}

void schedule(void)
{
	if (current && !port_in_interrupt() && most_urgent() != current)
		port_context_switch(elect(port_stack_pointer()));
}

static struct port_context *irq_exit(struct port_context *interrupted)
{
	return elect((uint32_t)(uintptr_t)interrupted->frame);
}

/* -- waiting -- */

void thread_set_priority(struct exec_thread *thread, uint8_t priority)
{
	if (thread->is_ready) {
		ready_remove(thread);
		thread->priority = priority;
		ready_insert(thread, true);
	} else if (thread->queue) {
		queue_remove(thread->queue, thread);
		thread->priority = priority;
		queue_insert(thread->queue, thread, false);
	}
	thread->priority = priority;
}

void thread_wake(struct exec_thread *thread, int result)
{
	exec_timer_stop(&thread->timeout);
	if (thread->queue)
		queue_remove(thread->queue, thread);
	thread->queue = NULL;
	thread->result = result;
	ready_insert(thread, false);
}

static void timed_out(struct exec_timer *timer)
{
	struct exec_thread *thread = (struct exec_thread *)
		((uintptr_t)timer - offsetof(struct exec_thread, timeout));
	struct exec_mutex *wanted = thread->wanted;

	thread->wanted = NULL;
	thread_wake(thread, EXEC_TIMEOUT);
	if (wanted)
		mutex_wait_ended(wanted);
}

int thread_wait(struct exec_thread **queue, uint64_t deadline_ns)
{
	struct exec_thread *thread = current;

	if (!thread || port_in_interrupt())
		port_panic("exec: a wait outside of threads");
	ready_remove(thread);
	thread->queue = queue;
	if (queue)
		queue_insert(queue, thread, false);
	if (deadline_ns != EXEC_FOREVER)
		exec_timer_start(&thread->timeout, deadline_ns, 0, timed_out);
	schedule();
	return thread->result;
}

/* -- life -- */

static void thread_end(void)
{
	port_irq_mask();
	if (current->held)
		port_panic("exec: thread \"%s\" has ended with a mutex", current->name);
	port_vfp_leave();
	ready_remove(current);
	schedule();
}

void exec_thread_create(struct exec_thread *thread, const char *name, uint8_t priority,
			uint32_t *stack, uint32_t stack_bytes, void (*entry)(void *arg), void *arg)
{
	uint32_t irq;

	if (priority >= EXEC_PRIORITIES)
		port_panic("exec: thread \"%s\": priority %u", name, priority);
	*thread = (struct exec_thread){
		.name = name,
		.priority = priority,
		.base_priority = priority,
		.stack = stack,
		.stack_bytes = stack_bytes,
	};
	stack_prepare(thread);
	port_context_init(&thread->context, stack, stack_bytes, entry, arg, thread_end);
	irq = port_irq_mask();
	ready_insert(thread, false);
	schedule();
	port_irq_restore(irq);
}

static void idle_loop(void *unused)
{
	(void)unused;
	for (;;)
		port_idle();
}

void exec_start(void)
{
	static const struct port_kernel kernel = { .irq_exit = irq_exit, .clock = clock_interrupt };

	port_irq_mask();
	exec_thread_create(&idle, "idle", 0, idle_stack, sizeof(idle_stack), idle_loop, NULL);
	clock_interrupt();		/* timers that were started before */
	current = most_urgent();
	port_start(&kernel, &current->context);
}

void exec_yield(void)
{
	const uint32_t irq = port_irq_mask();

	ready_remove(current);
	ready_insert(current, false);
	schedule();
	port_irq_restore(irq);
}

struct exec_thread *exec_current(void)
{
	return current;
}
