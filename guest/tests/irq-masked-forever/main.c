/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irq-masked-forever - a domU that masks interrupts for ever doesn't stop dom0
 *
 * Domain 1 sets CPSR.I and spins.  Dom0 must still get the CPU: its timer comes 50 times, and it
 * can compute for half a second.  SKIP where physical interrupts arrive as IRQ: there the guest's
 * mask holds for the hypervisor too (DESIGN.md section 3).
 */
#include <exentest.h>

static void dom0(void)
{
	uint32_t spins;

	if (!(exen_ops()->features & EXEN_FEATURE_FIQ))
		exentest_skip("interrupts arrive as IRQ on this board");
	peer_await(1);
	for (uint32_t i = 0; i < 50; i++)
		sleep_ns(5 * NS_PER_MS);
	spins = mailbox()->word[0];
	CHECK(spins > 0);
	for (const uint64_t end_ns = time_ns() + 500 * NS_PER_MS; time_ns() < end_ns; )
		;
	CHECK(mailbox()->word[0] > spins);	/* it has its share, too */
}

static void domu(void)
{
	volatile uint32_t *spins = &mailbox()->word[0];

	if (!(exen_ops()->features & EXEN_FEATURE_FIQ))
		return;
	peer_signal(1);
	irq_disable();
	for (;;)
		(*spins)++;
}

EXENTEST2(dom0, domu);
