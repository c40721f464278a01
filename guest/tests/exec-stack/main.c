/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec-stack - a thread that overflows its stack is named, with its registers, and the domain ends
 *
 * Domain 1's first life: a thread computes deep down and an interrupt finds the overflow; its second
 * life: one comes back from there and calls the executive.  Its third tells dom0.  The console must
 * have the messages (test.conf); nothing that the threads do behind the overflow reaches dom0.
 */
#include <exentest.h>
#include <exec/exec.h>

#define STACK_BYTES	1024
#define LIVES		3

static uint32_t memory[2 * STACK_BYTES / 4 + 1024] __attribute__((aligned(8)));
static uint32_t *const stack = &memory[1024];	/* what lies below it is for the overflow */
static struct exec_thread thread;
static struct exec_timer timer;

static void tick(struct exec_timer *t)
{
	(void)t;
}

/* Recursion that the compiler can't turn into a loop. */
static uint32_t dig(uint32_t depth, void (*at_bottom)(void))
{
	volatile uint32_t hole[16];

	for (uint32_t i = 0; i < 16; i++)
		hole[i] = depth;
	if (depth)
		hole[1] = dig(depth - 1, at_bottom);
	else
		at_bottom();
	return hole[0] + hole[1];
}

static void compute(void)
{
	register uint32_t known __asm__("r4") = 0xcafe0004;

	__asm__ volatile("1: b 1b" : : "r"(known));
}

static void nothing(void)
{
}

static void greedy(void *unused)
{
	(void)unused;
	dig(20, compute);
	mailbox()->word[1] = 1;
}

static void caller(void *unused)
{
	(void)unused;
	dig(20, nothing);
	exec_sleep_until(exec_now_ns() + NS_PER_MS);
	mailbox()->word[2] = 1;
}

static void dom0(void)
{
	volatile uint32_t *lives = &mailbox()->word[0];

	for (uint32_t life = 1; life <= LIVES; life++) {
		wait_event(*lives >= life || mailbox()->ended, EXENTEST_TIMEOUT_NS);
		peer_check();
		if (*lives < life)
			exentest_failure("domain 1 has started %u times, not %u", *lives, life);
	}
	peer_await(LIVES);
	CHECK_EQ(mailbox()->word[1], 0);
	CHECK_EQ(mailbox()->word[2], 0);
}

static void domu(void)
{
	const uint32_t life = ++mailbox()->word[0];

	evtchn_send(peer_port());
	if (life >= LIVES) {
		peer_signal(LIVES);
		for (;;)
			sched_block();
	}
	exec_thread_create(&thread, life == 1 ? "greedy" : "caller", 5, stack, STACK_BYTES,
			   life == 1 ? greedy : caller, NULL);
	exec_timer_start(&timer, exec_now_ns() + NS_PER_MS, NS_PER_MS, tick);
	exec_start();
}

EXENTEST2(dom0, domu);
