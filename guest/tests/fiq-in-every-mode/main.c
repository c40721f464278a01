/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fiq-in-every-mode - a domain is preempted in any mode and goes on as if nothing had been
 *
 * Domain 1 has a higher priority and wakes every 200 us.  Dom0 holds known values in r0-r11 in SVC,
 * IRQ, ABT, UND, SYS and USR mode, interrupts masked, while domain 1 preempts it 50 times in each.
 * SKIP where physical interrupts arrive as IRQ: a masked section isn't preempted there.
 */
#include <exentest.h>

#define SWITCHES	50

static bool return_from_usr(enum trap_kind kind, struct trap_frame *frame)
{
	(void)kind;
	frame->spsr = (frame->spsr & ~(uint32_t)PSR_MODE) | PSR_SVC;
	frame->pc += 4;
	return true;
}

static void hold(uint32_t mode, const char *name)
{
	volatile uint32_t *counter = &mailbox()->count;
	const uint32_t before = *counter;
	uint32_t changed;

	peer_check();		/* later on the count would jump */
	changed = regs_hold_in_mode(counter, before + SWITCHES, mode << 24, mode);
	peer_check();
	if (changed)
		exentest_failure("%s mode: registers %x have changed", name, changed);
	CHECK(*counter - before >= SWITCHES);
}

static void dom0(void)
{
	if (!(exen_ops()->features & EXEN_FEATURE_FIQ))
		exentest_skip("interrupts arrive as IRQ on this board");
	trap_set_handler(TRAP_SVC, return_from_usr);
	peer_await(1);
	for (uint32_t i = 0; i < 10; i++) {
		hold(PSR_SVC, "SVC");
		hold(PSR_IRQ, "IRQ");
		hold(PSR_ABT, "ABT");
		hold(PSR_UND, "UND");
		hold(PSR_SYS, "SYS");
		hold(PSR_USR, "USR");
	}
	CHECK((cpsr_read() & PSR_MODE) == PSR_SVC);
	sleep_ns(NS_PER_MS);
}

static void domu(void)
{
	peer_signal(1);
	for (;;) {
		mailbox()->count++;
		sleep_ns(200 * NS_PER_US);
	}
}

EXENTEST2(dom0, domu);
