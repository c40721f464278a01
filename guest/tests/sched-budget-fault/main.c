/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched-budget-fault - an urgent domain that faults is reported and restarted, and takes no more time
 *
 * Domain 1 has a higher priority, a budget of 2 ms in 10 ms and exen,on-crash = "restart".  Its lives end
 * by a data abort, a jump to nowhere, an undefined instruction and a stack that has run out.  Each is
 * reported with its registers, and the next life begins.  The last life spins: dom0 has 79 % of the CPU, as
 * in a first life.
 */
#include <exentest.h>

#define LIVES		5
#define NOWHERE		0x00badbac
#define NO_STACK	0x00500000	/* nothing is mapped there */

/* Reading the clock ends a block of QEMU's translation: seldom is faster. */
static void compute(void)
{
	for (volatile uint32_t i = 0; i < 1000; i++)
		;
}

static void dom0(void)
{
	volatile uint32_t *lives = &mailbox()->word[0];
	struct vcpu_runstate_info info;
	uint64_t before_ns;

	for (uint32_t life = 1; life <= LIVES; life++) {
		wait_event(*lives >= life || mailbox()->ended, EXENTEST_TIMEOUT_NS);
		peer_check();
		if (*lives < life)
			exentest_failure("domain 1 has started %u times, not %u", *lives, life);
	}
	peer_await(LIVES);
	CHECK_EQ(vcpu_op(VCPUOP_get_runstate_info, 0, &info), 0);
	before_ns = info.time[RUNSTATE_running];
	for (const uint64_t end_ns = time_ns() + 100 * NS_PER_MS; time_ns() < end_ns; )
		compute();
	CHECK_EQ(vcpu_op(VCPUOP_get_runstate_info, 0, &info), 0);
	CHECK(info.time[RUNSTATE_running] - before_ns >= 79 * NS_PER_MS);
}

static void die(uint32_t life)
{
	switch (life) {
	case 1:
		*(volatile uint32_t *)NOWHERE = life;
		break;
	case 2:
		((void (*)(void))NOWHERE)();
		break;
	case 3:
		__asm__ volatile(".word 0xe7f000f0");	/* udf */
		break;
	default:
		__asm__ volatile("mov sp, %0\n"
				 "1: stmfd sp!, {r0-r11}\n\t"
				 "b 1b" : : "r"(NO_STACK) : "memory");
	}
}

static void domu(void)
{
	volatile uint32_t *lives = &mailbox()->word[0];
	const uint32_t life = ++*lives;

	evtchn_send(peer_port());
	if (life < LIVES)
		die(life);
	peer_signal(LIVES);
	for (;;)
		;
}

EXENTEST2(dom0, domu);
