/* SPDX-License-Identifier: Apache-2.0 */
/* Start of the system in its final place; the only file of kernel/ that sees every layer. */
#include <asm/entry.h>
#include <asm/machine.h>
#include <asm/memory.h>
#include <asm/mmu.h>
#include <exen/board.h>
#include <exen/boot.h>
#include <exen/bug.h>
#include <exen/commands.h>
#include <exen/console.h>
#include <exen/domain.h>
#include <exen/domain_build.h>
#include <exen/irq.h>
#include <exen/printk.h>
#include <exen/sched.h>
#include <exen/time.h>
#include <exen/watchdog.h>
#include <exen/work.h>
#include "../domain/xenstore/xenstore.h"

const thread_work_fn thread_work[] = {
	console_work,
	domain_console_work,
	domain_store_work,
	command_work,
	domain_work,
};
const unsigned int nr_thread_work = sizeof(thread_work) / sizeof(thread_work[0]);

static void start_devices(void)
{
	machine_init();
	irq_init();
	arch_publish_irq_mode(irq_is_fiq());
	time_init(device_map_open(board->clock.base));
	console_start(device_map(board->serial.base));
	guard_init();
	mmu_unmap_low(boot_info.ram_base, boot_info.ram_size);
	printk("interrupts: %s, physical ones arrive as %s; clock: %s, %u kHz\n",
	       board->irqchip.ops->name, irq_is_fiq() ? "FIQ" : "IRQ", board->clock.ops->name,
	       (unsigned int)(board->clock.hz / 1000));
	if (board->watchdog.ops)
		watchdog_init(device_map(board->watchdog.base));
}

/* Domains start with the time of day, before the one that owns the clock can tell it. */
static void start_wallclock(void)
{
	uint32_t seconds = 0;

	if (board->rtc.ops)
		seconds = board->rtc.ops->seconds(device_map(board->rtc.base));
	if (seconds)
		wallclock_set((uint64_t)seconds * NS_PER_S - time_now_ns());
}

void main_start(void)
{
	start_devices();
	start_wallclock();
	sched_init();
	if (!boot_info.fit)
		boot_refuse("no domains: the image ends with the hypervisor");
	BUG_ON(xenstore_init((void *)HV_POOL, XENSTORE_ARENA_SIZE));
	domains_build_all();
	console_defer();
	arch_irq_enable();
	thread_run();
}
