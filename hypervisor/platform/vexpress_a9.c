/* SPDX-License-Identifier: Apache-2.0 */
/* ARM Versatile Express with the Cortex-A9 tile: V2M-P1 (DUI 0447), V2P-CA9 (DUI 0448).
 * The clock's frequency is that of QEMU's model (hw/timer/a9gtimer.c). */
#include <exen/board.h>
#include <exen/board_fdt.h>
#include <exen/io.h>

/*
 * Motherboard configuration (DUI 0447, 4.4.14): start a write.  A small processor carries it out, and says in
 * SYS_CFGSTAT that it has.
 */
#define SYS_CFGCTRL	0xa4
#define CFG_START_WRITE	0xc0000000
#define SYS_CFGDATA	0xa0
#define SYS_CFGSTAT	0xa8
#define CFGSTAT_ENDED	3u		/* in order, or not */
#define CFG_TILE	(1u << 16)	/* the site of the core tile; 0 is the motherboard */
#define CFG_OSC		(1u << 20)	/* frequency of an oscillator, in Hz */
#define OSC_CLCD	1u		/* the tile's, of its display controller's pixels (DUI 0448) */
#define CFG_MUX		(7u << 20)	/* of the screen: 1 is the tile's controller */
#define CFG_DVI_MODE	(11u << 20)	/* 0: VGA */
#define CFG_SHUTDOWN	(8u << 20)
#define CFG_REBOOT	(9u << 20)

static void vexpress_reset(volatile void *sysregs)
{
	io_write32(sysregs, SYS_CFGCTRL, CFG_START_WRITE | CFG_REBOOT);
}

static void vexpress_power_off(volatile void *sysregs)
{
	io_write32(sysregs, SYS_CFGCTRL, CFG_START_WRITE | CFG_SHUTDOWN);
}

#define MOST_READS	1000000		/* of the status; reading it takes about 100 ns */

static void configure(volatile void *sysregs, uint32_t what, uint32_t value)
{
	io_write32(sysregs, SYS_CFGDATA, value);
	io_write32(sysregs, SYS_CFGSTAT, 0);
	io_write32(sysregs, SYS_CFGCTRL, CFG_START_WRITE | what);
	for (unsigned int i = 0; i < MOST_READS && !(io_read32(sysregs, SYS_CFGSTAT) & CFGSTAT_ENDED); i++)
		;
}

static void vexpress_connect_display(volatile void *sysregs)
{
	configure(sysregs, CFG_MUX, 1);
	configure(sysregs, CFG_DVI_MODE, 0);
	configure(sysregs, CFG_OSC | CFG_TILE | OSC_CLCD, DISPLAY_PIXEL_HZ);
}

static const struct board vexpress_a9 = {
	.name = "Versatile Express A9",
	.compatible = "arm,vexpress,v2p-ca9",
	.machine = 2272,
	.cpu_parts = { 0xc09 },
	.serial = { .ops = &pl011_ops, .base = 0x10009000, .irq = 32 + 5 },
	.irqchip = { .ops = &gic_ops, .base = { 0x1e001000, 0x1e000100 } },
	.clock = { .ops = &a9_global_timer_ops, .base = 0x1e000200, .irq = 27, .hz = 100000000 },
	.rtc = { .ops = &pl031_ops, .base = 0x10017000 },
	.display = { .ops = &pl11x_ops, .base = 0x10020000, .connect = vexpress_connect_display },
	.fdt_rules = &vexpress_a9_fdt_rules,
	.reset = vexpress_reset,
	.power_off = vexpress_power_off,
	.power_base = 0x10000000,
};
BOARD(vexpress_a9);
