/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched-block - a blocked domain doesn't run and wakes for what it waits for
 *
 * SCHEDOP_block returns after the timer's deadline, not before; a masked interrupt doesn't wake;
 * while domain 0 is blocked, domain 1 computes.
 */
#include <exentest.h>

#define MASKED_IPI	7		/* interrupts start masked */

static volatile uint32_t fired;

static void fire(void)
{
	fired++;
}

static void timer_wakes(void)
{
	for (uint32_t i = 1; i <= 100; i++) {
		const uint32_t psr = irq_save();
		const uint64_t deadline_ns = time_ns() + NS_PER_MS;

		timer_set(deadline_ns, fire);
		sched_block();
		CHECK(time_ns() >= deadline_ns);
		CHECK_EQ(fired, i - 1);
		irq_restore(psr);
		CHECK(wait_event(fired == i, NS_PER_S));
	}
}

static void masked_does_not_wake(void)
{
	const uint32_t psr = irq_save();
	const uint64_t deadline_ns = time_ns() + 10 * NS_PER_MS;

	CHECK_EQ(exen_op(EXEN_OP_send_ipi, MASKED_IPI, 1), 0);
	timer_set(deadline_ns, fire);
	sched_block();
	CHECK(time_ns() >= deadline_ns);
	irq_restore(psr);
}

static void dom0(void)
{
	volatile uint32_t *spins = &mailbox()->word[0];
	uint32_t before, after;

	peer_await(1);
	timer_wakes();
	masked_does_not_wake();
	before = *spins;
	sleep_ns(50 * NS_PER_MS);
	after = *spins;
	CHECK(after - before > 1000);
	mailbox()->word[1] = 1;
	peer_await(2);
}

static void domu(void)
{
	peer_signal(1);
	while (!mailbox()->word[1])
		mailbox()->word[0]++;
	peer_signal(2);
}

EXENTEST2(dom0, domu);
