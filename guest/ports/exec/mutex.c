/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mutexes with priority inheritance.  A thread's priority is the highest of its own and of those that
 * wait for what it holds; a change goes on to the owner of what it waits for.
 */
#include "internal.h"

static uint8_t inherited_priority(const struct exec_thread *thread)
{
	uint8_t priority = thread->base_priority;

	for (const struct exec_mutex *m = thread->held; m; m = m->next_held)
		if (m->waiting && m->waiting->priority > priority)
			priority = m->waiting->priority;
	return priority;
}

static void inherit(struct exec_thread *thread)
{
	for (uint32_t i = 0; thread && i < EXEC_CHAIN_MAX; i++) {
		const uint8_t priority = inherited_priority(thread);

		if (priority == thread->priority)
			return;
		thread_set_priority(thread, priority);
		thread = thread->wanted ? thread->wanted->owner : NULL;
	}
}

/* Would a wait of @p thread for @p mutex end, as far as EXEC_CHAIN_MAX shows? */
static bool is_safe(const struct exec_mutex *mutex, const struct exec_thread *thread)
{
	for (uint32_t i = 0; mutex && i < EXEC_CHAIN_MAX; i++) {
		if (mutex->owner == thread)
			return false;
		mutex = mutex->owner->wanted;
	}
	return !mutex;
}

static void give_to(struct exec_mutex *mutex, struct exec_thread *thread)
{
	mutex->owner = thread;
	mutex->next_held = thread->held;
	thread->held = mutex;
}

static int wait_for(struct exec_mutex *mutex, uint64_t deadline_ns)
{
	struct exec_thread *thread = exec_current();

	if (deadline_ns == EXEC_NOW)
		return EXEC_TIMEOUT;
	if (!is_safe(mutex, thread))
		return EXEC_DEADLOCK;
	thread->wanted = mutex;
	/* The owner inherits before this thread is in the queue: thread_wait() doesn't return first. */
	if (mutex->owner->priority < thread->priority) {
		thread_set_priority(mutex->owner, thread->priority);
		inherit(mutex->owner->wanted ? mutex->owner->wanted->owner : NULL);
	}
	return thread_wait(&mutex->waiting, deadline_ns);
}

int exec_mutex_lock(struct exec_mutex *mutex, uint64_t deadline_ns)
{
	const uint32_t irq = port_irq_mask();
	int err = 0;

	if (mutex->owner)
		err = wait_for(mutex, deadline_ns);
	else
		give_to(mutex, exec_current());
	port_irq_restore(irq);
	return err;
}

static void forget(struct exec_mutex *mutex, struct exec_thread *thread)
{
	struct exec_mutex **at = &thread->held;

	while (*at != mutex)
		at = &(*at)->next_held;
	*at = mutex->next_held;
	mutex->owner = NULL;
}

void exec_mutex_unlock(struct exec_mutex *mutex)
{
	const uint32_t irq = port_irq_mask();
	struct exec_thread *thread = exec_current(), *next = mutex->waiting;

	if (mutex->owner != thread)
		port_panic("exec: thread \"%s\" unlocks what it has not locked", thread->name);
	forget(mutex, thread);
	if (next) {
		next->wanted = NULL;
		thread_wake(next, 0);
		give_to(mutex, next);
	}
	inherit(thread);
	schedule();
	port_irq_restore(irq);
}

void mutex_wait_ended(struct exec_mutex *mutex)
{
	inherit(mutex->owner);
}
