/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec-beside - threads keep their registers when another domain takes the processor at any point
 *
 * Two threads in turn hold known values in their registers; a third is woken by a timer of irregular
 * period and changes its own.  Domain 1, more urgent, wakes at times that have nothing to do with those:
 * also between an interrupt's first instruction and the switch to the thread that it woke.
 */
#include <exentest.h>
#include <exec/exec.h>

#define INTERRUPTS	5000
#define STACK_BYTES	4096
#define WAKE_NS		37123ull

enum { WORD_WAKES, WORD_END };

struct partner {
	struct exec_thread thread;
	EXEC_STACK(stack, STACK_BYTES);
	struct exec_semaphore turn;
	struct partner *other;
	uint32_t seed;
	uint32_t turns;
};

static struct partner partners[2];
static struct exec_thread urgent_thread;
static EXEC_STACK(urgent_stack, STACK_BYTES);
static struct exec_semaphore expired;
static volatile uint32_t interrupts;

static void timer_expired(struct exec_timer *timer)
{
	static uint32_t random = 1;

	exec_semaphore_give(&expired);
	exec_timer_start(timer, exec_now_ns() + 20 * NS_PER_US + exentest_random(&random) % 40000, 0,
			 timer_expired);
}

static void end(void)
{
	mailbox()->word[WORD_END] = 1;
	exentest_note("%u and %u turns, %u times domain 1", partners[0].turns, partners[1].turns,
		      mailbox()->word[WORD_WAKES]);
	CHECK(partners[0].turns > INTERRUPTS / 3 && partners[1].turns > INTERRUPTS / 3);
	CHECK(mailbox()->word[WORD_WAKES] > INTERRUPTS / 2);
	exentest_end(EXENTEST_SUCCESS, "after %u ms", (uint32_t)(exec_now_ns() / NS_PER_MS));
}

static void urgent(void *unused)
{
	(void)unused;
	while (interrupts < INTERRUPTS) {
		CHECK_EQ(exec_semaphore_take(&expired, EXEC_FOREVER), 0);
		CHECK_EQ(regs_hold(&interrupts, interrupts, 0xd0000000), 0);
		interrupts++;
	}
	end();
}

static void hold(void *arg)
{
	struct partner *p = arg;

	for (;;) {
		CHECK_EQ(exec_semaphore_take(&p->turn, EXEC_FOREVER), 0);
		CHECK_EQ(regs_hold(&interrupts, interrupts + 1, p->seed), 0);
		p->turns++;
		exec_semaphore_give(&p->other->turn);
	}
}

static void dom0(void)
{
	static struct exec_timer timer;

	peer_await(1);
	exec_semaphore_init(&expired, 0, 1);
	for (uint32_t i = 0; i < 2; i++) {
		struct partner *p = &partners[i];

		p->other = &partners[1 - i];
		p->seed = 0xa0000000 + (i << 24);
		exec_semaphore_init(&p->turn, i, 1);
		exec_thread_create(&p->thread, i ? "one" : "other", 5, p->stack, STACK_BYTES, hold, p);
	}
	exec_thread_create(&urgent_thread, "urgent", 7, urgent_stack, STACK_BYTES, urgent, NULL);
	exec_timer_start(&timer, exec_now_ns() + NS_PER_MS, 0, timer_expired);
	exec_start();
}

static void domu(void)
{
	volatile uint32_t *word = mailbox()->word;
	uint64_t deadline_ns = time_ns();

	peer_signal(1);
	while (!word[WORD_END]) {
		const uint64_t now_ns = time_ns();

		deadline_ns += WAKE_NS;
		if (deadline_ns > now_ns)
			wait_event(false, deadline_ns - now_ns);
		word[WORD_WAKES]++;
		regs_hold(&word[WORD_WAKES], word[WORD_WAKES], 0xe0000000);
	}
}

EXENTEST2(dom0, domu);
