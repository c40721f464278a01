/* SPDX-License-Identifier: BSD-2-Clause */
/* Counting semaphores; events of other domains. */
#include "internal.h"

void exec_semaphore_init(struct exec_semaphore *semaphore, uint32_t count, uint32_t limit)
{
	*semaphore = (struct exec_semaphore)EXEC_SEMAPHORE(count, limit);
}

void exec_semaphore_give(struct exec_semaphore *semaphore)
{
	const uint32_t irq = port_irq_mask();

	if (semaphore->waiting)
		thread_wake(semaphore->waiting, 0);
	else if (semaphore->count < semaphore->limit)
		semaphore->count++;
	schedule();
	port_irq_restore(irq);
}

int exec_semaphore_take(struct exec_semaphore *semaphore, uint64_t deadline_ns)
{
	const uint32_t irq = port_irq_mask();
	int err = 0;

	if (semaphore->count)
		semaphore->count--;
	else if (deadline_ns == EXEC_NOW)
		err = EXEC_TIMEOUT;
	else
		err = thread_wait(&semaphore->waiting, deadline_ns);
	port_irq_restore(irq);
	return err;
}

static void event_arrived(void *semaphore)
{
	exec_semaphore_give(semaphore);
}

void exec_semaphore_bind(struct exec_semaphore *semaphore, uint32_t port)
{
	port_event_connect(port, event_arrived, semaphore);
}
