/* SPDX-License-Identifier: Apache-2.0 */
/* Stop and restart of the whole machine; its screen. */
#include <asm/cpu.h>
#include <asm/machine.h>
#include <asm/mmu.h>
#include <asm/semihosting.h>
#include <exen/arch.h>
#include <exen/board.h>
#include <exen/console.h>
#include <exen/timer.h>
#include <exen/watchdog.h>

#define PANEL_NS	(20 * NS_PER_MS)	/* until its voltages are there */

static bool allowed;		/* set once at boot */
static volatile void *power_regs;

/* The hypervisor's own vectors ignore a semihosting call that nobody intercepts. */
static bool own_vectors(void)
{
	uint32_t ttbr;

	__asm__ volatile("mrc p15, 0, %0, c2, c0, 0" : "=r"(ttbr));
	return (ttbr & ~0x3fffu) == mmu_ttbr();
}

void semihosting_allow(void)
{
	allowed = true;
}

bool semihosting_is_allowed(void)
{
	return allowed;
}

/* A watchdog that runs cannot be stopped.  The timer that is due to kick it wakes the processor, for good. */
static void sleep_for_ever(void) __attribute__((noreturn));
static void sleep_for_ever(void)
{
	for (;;) {
		watchdog_kick();
		if (cpu)
			cpu->idle();
	}
}

void machine_stop(unsigned int status)
{
	irq_save();
	console_emergency();
	if (allowed || own_vectors())
		semihosting_exit(status);
	if (power_regs && board->power_off)
		board->power_off(power_regs);
	sleep_for_ever();
}

void machine_init(void)
{
	if (board->power_base)
		power_regs = device_map(board->power_base);
}

paddr_t machine_shown(void)
{
	return board->display.ops->frame(device_map(board->display.base));
}

void machine_show(paddr_t frame)
{
	volatile void *regs = device_map(board->display.base);
	ns_t start;

	board->display.connect(power_regs);
	board->display.ops->start(regs, frame);
	start = time_now_ns();
	while (time_now_ns() - start < PANEL_NS)
		;
	board->display.ops->power_on(regs);
}

void machine_restart(void)
{
	irq_save();
	console_emergency();
	watchdog_expect_reset();
	watchdog_abandon();
	if (power_regs && board->reset)
		board->reset(power_regs);
	sleep_for_ever();
}
