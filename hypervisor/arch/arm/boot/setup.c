/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boot, from the first C code to the final place in memory.
 *
 *	RAM from below:	the domains' slots ... | board DTB | FIT | hypervisor (4 MiB) | end
 */
#include <libfdt.h>

#include <asm/boot_params.h>
#include <asm/cpu.h>
#include <asm/entry.h>
#include <asm/memory.h>
#include <asm/machine.h>
#include <asm/mmu.h>
#include <asm/semihosting.h>
#include <exen/board.h>
#include <exen/boot.h>
#include <exen/console.h>
#include <exen/printk.h>
#include <exen/string.h>
#include <exen/timer.h>
#include "config.h"
#include "exen.h"

extern char __text_end[], __data_start[], __data_end[], __noinit_start[], __noinit_end[];
extern const uint32_t image_size;
extern struct exen_ops ops_page;	/* entry/pages.S */

#define MAX_DTB_SIZE	KiB(256)

struct boot_info boot_info;

void boot_refuse(const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (board) {
		console_emergency();
		printk("boot: %s\n", text);
	} else {
		semihosting_write("EmbeddedXEN boot: ");
		semihosting_write(text);
		semihosting_write("\n");
	}
	machine_stop(EXIT_BOOT_REFUSED);
}

static void start_console(uint32_t machine, const void *params, paddr_t load)
{
	board_identify(machine, params, load);
	printk("EmbeddedXEN, Xen ABI 4.17, on %s\n", board->name);
	printk("CPU: %s (%08x)\n", cpu->name, (unsigned int)cpu_midr());
}

/* Where things are to lie, from the top down. */
static void plan(paddr_t base, const void *params, uint32_t fit_size, uint32_t dtb_size)
{
	uint32_t need = HV_RAM_SIZE + SECTION_SIZE + ALIGN_UP(fit_size, PAGE_SIZE) +
			ALIGN_UP(dtb_size, PAGE_SIZE);

	if (!boot_memory(params, 0, &boot_info.ram_base, &boot_info.ram_size))
		boot_refuse("the loader says nothing about memory");
	boot_info.ram_base = ALIGN_UP(boot_info.ram_base, SECTION_SIZE);
	boot_info.ram_size = ALIGN_DOWN(boot_info.ram_size, SECTION_SIZE);
	if (base - boot_info.ram_base > boot_info.ram_size ||
	    base - boot_info.ram_base + HV_RAM_SIZE > boot_info.ram_size - HV_RAM_SIZE ||
	    need > boot_info.ram_size)
		boot_refuse("too little memory: %u MiB of RAM, the image alone needs %u MiB",
			    (unsigned int)(boot_info.ram_size >> 20),
			    (unsigned int)((base - boot_info.ram_base + 2 * HV_RAM_SIZE) >> 20));
}

/* Moves the window to the end of RAM, then the payload and the device tree to just below it. */
static void move_up(paddr_t base, paddr_t fit, const void *params)
{
	const uint32_t dtb_size = is_fdt(params) ? fdt_totalsize(params) : 0;
	const paddr_t window = boot_info.ram_base + boot_info.ram_size - HV_RAM_SIZE;
	paddr_t top;

	/* What the last run has left in the place that is the window's again. */
	memcpy(__noinit_start, (const void *)(window + (uintptr_t)__noinit_start - HV_BASE),
	       (uint32_t)(__noinit_end - __noinit_start));
	memcpy((void *)HV_POOL, params, dtb_size);
	move_window(window, base);
	hv_paddr = window;
	mmu_init();
	mmu_map_ram(boot_info.ram_base, boot_info.ram_size);

	top = ALIGN_DOWN(window - boot_info.fit_size, PAGE_SIZE);
	memmove((void *)top, (const void *)fit, boot_info.fit_size);
	boot_info.fit = boot_info.fit_size ? (const void *)top : NULL;
	if (dtb_size) {
		top = ALIGN_DOWN(top - dtb_size, PAGE_SIZE);
		boot_info.board_dtb = memcpy((void *)top, (const void *)HV_POOL, dtb_size);
	}
	boot_info.slots_size = ALIGN_DOWN(top, MiB(2)) - boot_info.ram_base;
	memset((void *)HV_POOL, 0, SECTION_SIZE);
}

static void fill_ops_page(void)
{
	ops_page = (struct exen_ops){
		.magic = EXEN_BOOT_MAGIC,
		.version = EXEN_ABI_VERSION,
		.size = sizeof(ops_page),
		.window_pa = hv_paddr,
		.window_pa_size = HV_RAM_SIZE,
		.time_ns = (uint32_t)(uintptr_t)time_now_ns,
	};
}

/* Numbers 0 and 1 are hypercalls as wrong as others: what the loader needed in their slots goes. */
static void fill_header_slots(void)
{
	uint32_t *page = (uint32_t *)EXEN_HYPERCALL_PAGE;
	const uint32_t target = (uint32_t)(uintptr_t)hypercall_entry;

	for (unsigned int nr = 0; nr < 2; nr++) {
		uint32_t *slot = page + nr * EXEN_HYPERCALL_SLOT / sizeof(*page);
		const uint32_t offset = target - ((uint32_t)(uintptr_t)slot + 8);

		*slot = 0xea000000 | (offset >> 2 & 0xffffff);	/* b target */
	}
	cpu->dcache_clean_inv_all();
	cpu->icache_inv_all();
}

void arch_publish_irq_mode(bool fiq)
{
	ops_page.features = (fiq ? EXEN_FEATURE_FIQ : 0) | (CONFIG_GUARD ? EXEN_FEATURE_GUARD : 0);
	ops_page.fiq_entry = (uint32_t)(uintptr_t)fiq_entry;
	ops_page.irq_entry = fiq ? 0 : (uint32_t)(uintptr_t)irq_entry;
}

void boot_main(uint32_t machine, paddr_t dtb_or_atags, paddr_t load, paddr_t base)
{
	const void *params = (const void *)dtb_or_atags;
	const uint32_t own_size = (uint32_t)(__text_end - (char *)HV_BASE) +
				  (uint32_t)(__data_end - __data_start);
	const uint32_t file_size = *(const uint32_t *)(load + (uintptr_t)&image_size - HV_BASE);
	uint32_t dtb_size = 0;

	hv_paddr = base;
	start_console(machine, params, load);
	if (is_fdt(params))
		dtb_size = fdt_totalsize(params);
	if (dtb_size > MAX_DTB_SIZE)
		boot_refuse("device tree of %u bytes", (unsigned int)dtb_size);
	if (file_size > ALIGN_UP(own_size, PAGE_SIZE))
		boot_info.fit_size = file_size - ALIGN_UP(own_size, PAGE_SIZE);
	plan(base, params, boot_info.fit_size, dtb_size);
	move_up(base, load + ALIGN_UP(own_size, PAGE_SIZE), params);
	printk("memory: %u MiB at %08x, %u of them for domains; hypervisor at %08x\n",
	       (unsigned int)(boot_info.ram_size >> 20), (unsigned int)boot_info.ram_base,
	       (unsigned int)(boot_info.slots_size >> 20), (unsigned int)hv_paddr);
	fill_ops_page();
	cpu_find_vfp();
	personality_publish();
	drop_v6_only();
	fill_header_slots();
	main_start();
}
