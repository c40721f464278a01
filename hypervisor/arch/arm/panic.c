/* SPDX-License-Identifier: Apache-2.0 */
/* The end: a message, the registers, and a status for the emulator. */
#include <asm/entry.h>
#include <asm/machine.h>
#include <exen/bug.h>
#include <exen/console.h>
#include <exen/arch.h>
#include <exen/printk.h>
#include <exen/string.h>
#include <exen/watchdog.h>

#define EXIT_PANIC	134

void panic(const char *fmt, ...)
{
	static bool again;
	char text[160];
	va_list args;

	irq_save();
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	console_emergency();
	if (!again) {
		again = true;
		printk("\n");
		printk("panic: %s\n", text);
		printk("the hypervisor stops here\n");
	}
	watchdog_abandon();	/* it resets the board, if the image has asked for one */
	machine_stop(EXIT_PANIC);
}

void panic_exception(const struct exception_frame *f, unsigned int vector)
{
	static const char *const name[] = { "reset", "undefined instruction", "prefetch abort",
					    "data abort" };

	console_emergency();
	for (unsigned int i = 0; i < 12; i += 4)
		printk("r%-2u %08x %08x %08x %08x\n", i, f->r0_r12[i], f->r0_r12[i + 1],
		       f->r0_r12[i + 2], f->r0_r12[i + 3]);
	panic("%s, lr %08x, psr %08x", name[vector & 3], f->lr, f->spsr);
}
