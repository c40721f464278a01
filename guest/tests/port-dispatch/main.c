/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port-dispatch - the porting layer serves a kernel that switches in the interrupted thread's name (RTEMS)
 *
 * Two threads without an executive.  The end of an interrupt asks for a dispatch by port_context_call();
 * it runs in the interrupted thread, on its stack, and switches by a call.  A thread that computes keeps
 * its registers, with its stack at both alignments, while the urgent one runs 500 times in between.
 */
#include <exentest.h>
#include <port.h>

#define ROUNDS		500
#define PERIOD_NS	(100 * NS_PER_US)
#define STACK_BYTES	4096
#define ARGUMENT	((void *)0xd15)

uint32_t regs_hold_askew(const volatile uint32_t *counter, uint32_t until, uint32_t seed);	/* askew.S */

static struct port_context computing, urgent;
static uint32_t computing_stack[STACK_BYTES / 4] __attribute__((aligned(8)));
static uint32_t urgent_stack[STACK_BYTES / 4] __attribute__((aligned(8)));
static volatile uint32_t rounds;
static volatile bool is_due, is_dispatching;

static bool is_aligned(const volatile void *p)
{
	__asm__ volatile("" : "+r"(p));	/* the compiler takes it for granted */
	return (uintptr_t)p % 8 == 0;
}

/* Like _Thread_Do_dispatch(); what comes meanwhile is seen to, too. */
static void dispatch(void *argument)
{
	volatile uint64_t local = 0;

	CHECK(argument == ARGUMENT && is_aligned(&local));
	CHECK(port_irq_is_masked() && !port_in_interrupt());
	CHECK((uintptr_t)&local - (uintptr_t)computing_stack < STACK_BYTES);
	while (is_due) {
		is_due = false;
		port_context_switch(&urgent);
	}
	is_dispatching = false;
	irq_enable();
}

static struct port_context *irq_exit(struct port_context *interrupted)
{
	if (is_due && !is_dispatching) {
		is_dispatching = true;
		port_context_call(interrupted, dispatch, ARGUMENT);
	}
	return interrupted;
}

static void clock(void)
{
	is_due = true;
	port_clock_set(port_clock_ns() + PERIOD_NS);
}

static void run_urgent(void *unused)
{
	(void)unused;
	for (;;) {
		uint32_t irq;

		rounds++;
		irq = port_irq_mask();
		port_context_switch(&computing);
		port_irq_restore(irq);
	}
}

static void run_computing(void *unused)
{
	(void)unused;
	clock();
	CHECK_EQ(regs_hold(&rounds, ROUNDS / 2, 0xc0000000), 0);
	CHECK_EQ(regs_hold_askew(&rounds, ROUNDS, 0xa0000000), 0);
	exentest_end(EXENTEST_SUCCESS, "after %u ms", (uint32_t)(port_clock_ns() / NS_PER_MS));
}

static void dom0(void)
{
	static const struct port_kernel kernel = { .irq_exit = irq_exit, .clock = clock };

	port_context_init(&urgent, urgent_stack, STACK_BYTES, run_urgent, NULL, NULL);
	port_context_init(&computing, computing_stack, STACK_BYTES, run_computing, NULL, NULL);
	port_start(&kernel, &computing);
}

EXENTEST(dom0);
