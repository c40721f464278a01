/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of messages of one size. */
#include <string.h>
#include "internal.h"

void exec_queue_init(struct exec_queue *queue, void *messages, uint32_t message_bytes,
		     uint32_t capacity)
{
	*queue = (struct exec_queue){
		.messages = messages,
		.message_bytes = message_bytes,
		.capacity = capacity,
	};
}

static uint8_t *message_at(const struct exec_queue *queue, uint32_t index)
{
	return queue->messages + (queue->first + index) % queue->capacity * queue->message_bytes;
}

/* Waits until *@p count is not @p unwanted: who was woken may find that somebody more urgent came
 * first. */
static int wait_while(const uint32_t *count, uint32_t unwanted, struct exec_thread **waiting,
		      uint64_t deadline_ns)
{
	int err = 0;

	while (*count == unwanted && !err)
		err = deadline_ns == EXEC_NOW ? EXEC_TIMEOUT : thread_wait(waiting, deadline_ns);
	return *count == unwanted ? err : 0;
}

static void wake_first(struct exec_thread *waiting)
{
	if (waiting)
		thread_wake(waiting, 0);
	schedule();
}

int exec_queue_send(struct exec_queue *queue, const void *message, uint64_t deadline_ns)
{
	const uint32_t irq = port_irq_mask();
	const int err = wait_while(&queue->count, queue->capacity, &queue->senders, deadline_ns);

	if (!err) {
		memcpy(message_at(queue, queue->count++), message, queue->message_bytes);
		wake_first(queue->receivers);
	}
	port_irq_restore(irq);
	return err;
}

int exec_queue_receive(struct exec_queue *queue, void *message, uint64_t deadline_ns)
{
	const uint32_t irq = port_irq_mask();
	const int err = wait_while(&queue->count, 0, &queue->receivers, deadline_ns);

	if (!err) {
		memcpy(message, message_at(queue, 0), queue->message_bytes);
		queue->first = (queue->first + 1) % queue->capacity;
		queue->count--;
		wake_first(queue->senders);
	}
	port_irq_restore(irq);
	return err;
}
