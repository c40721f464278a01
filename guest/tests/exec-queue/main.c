/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec-queue - messages arrive once and in order, waits for them end in time
 *
 * A thousand through a queue of four, the receiver more and less urgent than the sender; a receive from
 * an empty one and a send to a full one end at the deadline, not before and not much later; the most urgent
 * receiver is served first; interrupts send without waiting, and more often than there is room.
 */
#include <exentest.h>
#include <exec/exec.h>

#define STACK_BYTES	4096
#define CAPACITY	4
#define MESSAGES	1000
#define LATE_NS		(100 * NS_PER_US)
#define DIRECTOR	10

struct message {
	uint32_t number;
	uint8_t text[5];		/* an odd length */
};

static struct exec_thread director, threads[2];
static EXEC_STACK(director_stack, STACK_BYTES);
static uint32_t stacks[2][STACK_BYTES / 4] __attribute__((aligned(8)));
static struct message messages[CAPACITY];
static struct exec_queue queue;
static volatile uint32_t received;
static uint32_t refused;
static char served[4];

static void create(uint32_t i, uint8_t priority, void (*entry)(void *arg), const char *name)
{
	exec_thread_create(&threads[i], name, priority, stacks[i], STACK_BYTES, entry,
			   (void *)(uintptr_t)name);
}

static void sender(void *unused)
{
	(void)unused;
	for (uint32_t i = 0; i < MESSAGES; i++) {
		struct message m = { .number = i };

		memset(m.text, (int)(i % 251), sizeof(m.text));
		CHECK_EQ(exec_queue_send(&queue, &m, EXEC_FOREVER), 0);
	}
}

static void receiver(void *unused)
{
	(void)unused;
	for (uint32_t i = 0; i < MESSAGES; i++) {
		struct message m;

		CHECK_EQ(exec_queue_receive(&queue, &m, EXEC_FOREVER), 0);
		CHECK_EQ(m.number, i);
		CHECK(m.text[0] == i % 251 && m.text[4] == i % 251);
		received++;
	}
}

static void in_order(uint8_t sender_priority, uint8_t receiver_priority)
{
	received = 0;
	create(0, sender_priority, sender, "sender");
	create(1, receiver_priority, receiver, "receiver");
	exec_sleep_until(exec_now_ns() + 50 * NS_PER_MS);
	CHECK_EQ(received, MESSAGES);
	CHECK_EQ(queue.count, 0);
}

static void time_outs(void)
{
	struct message m = { .number = 1 };
	uint64_t deadline_ns;

	for (uint32_t i = 1; i <= 10; i++) {
		deadline_ns = exec_now_ns() + i * 100 * NS_PER_US;
		CHECK_EQ(exec_queue_receive(&queue, &m, deadline_ns), EXEC_TIMEOUT);
		CHECK(exec_now_ns() >= deadline_ns && exec_now_ns() < deadline_ns + LATE_NS);
	}
	CHECK_EQ(exec_queue_receive(&queue, &m, EXEC_NOW), EXEC_TIMEOUT);
	CHECK_EQ(exec_queue_receive(&queue, &m, 1), EXEC_TIMEOUT);	/* long past */
	for (uint32_t i = 0; i < CAPACITY; i++)
		CHECK_EQ(exec_queue_send(&queue, &m, EXEC_NOW), 0);
	CHECK_EQ(exec_queue_send(&queue, &m, EXEC_NOW), EXEC_TIMEOUT);
	deadline_ns = exec_now_ns() + NS_PER_MS;
	CHECK_EQ(exec_queue_send(&queue, &m, deadline_ns), EXEC_TIMEOUT);
	CHECK(exec_now_ns() >= deadline_ns && exec_now_ns() < deadline_ns + LATE_NS);
	for (uint32_t i = 0; i < CAPACITY; i++)
		CHECK_EQ(exec_queue_receive(&queue, &m, EXEC_FOREVER), 0);
}

static void receives_once(void *name)
{
	struct message m;

	CHECK_EQ(exec_queue_receive(&queue, &m, exec_now_ns() + NS_PER_S), 0);
	served[strlen(served)] = *(const char *)name;
}

static void most_urgent_first(void)
{
	struct message m = { .number = 0 };

	create(0, DIRECTOR + 1, receives_once, "low");
	create(1, DIRECTOR + 2, receives_once, "high");
	CHECK_EQ(exec_queue_send(&queue, &m, EXEC_FOREVER), 0);
	CHECK(!strcmp(served, "h"));
	CHECK_EQ(exec_queue_send(&queue, &m, EXEC_FOREVER), 0);
	CHECK(!strcmp(served, "hl"));
}

static void send_from_interrupt(struct exec_timer *timer)
{
	static struct message m;

	(void)timer;
	if (exec_queue_send(&queue, &m, EXEC_NOW))
		refused++;
	else
		m.number++;
}

static void from_interrupts(void)
{
	static struct exec_timer timer;
	const uint64_t start_ns = exec_now_ns();
	struct message m;

	exec_timer_start(&timer, start_ns + NS_PER_MS, NS_PER_MS, send_from_interrupt);
	for (uint32_t i = 0; i < 20; i++) {
		CHECK_EQ(exec_queue_receive(&queue, &m, exec_now_ns() + 2 * NS_PER_MS), 0);
		CHECK_EQ(m.number, i);
	}
	exec_sleep_until(start_ns + 30 * NS_PER_MS + NS_PER_MS / 2);
	exec_timer_stop(&timer);
	CHECK_EQ(refused, 30 - 20 - CAPACITY);
	for (uint32_t i = 20; i < 20 + CAPACITY; i++) {
		CHECK_EQ(exec_queue_receive(&queue, &m, EXEC_NOW), 0);
		CHECK_EQ(m.number, i);
	}
}

static void direct(void *unused)
{
	(void)unused;
	exec_queue_init(&queue, messages, sizeof(messages[0]), CAPACITY);
	in_order(5, 6);
	in_order(6, 5);
	in_order(5, 5);
	time_outs();
	most_urgent_first();
	from_interrupts();
	exentest_end(EXENTEST_SUCCESS, "after %u ms", (uint32_t)(exec_now_ns() / NS_PER_MS));
}

static void dom0(void)
{
	exec_thread_create(&director, "director", DIRECTOR, director_stack, STACK_BYTES, direct,
			   NULL);
	exec_start();
}

EXENTEST(dom0);
