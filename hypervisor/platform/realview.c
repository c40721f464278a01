/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ARM RealView boards: Emulation Baseboard (DUI 0303) with a core tile of any generation, Platform
 * Baseboard for Cortex-A8 (DUI 0417).  Same devices at the same addresses but for the interrupt controller.
 */
#include <exen/board.h>
#include <exen/board_fdt.h>
#include <exen/io.h>

#define SYS_LOCK	0x20
#define SYS_RESETCTL	0x40
#define SYS_CLCD	0x50
#define UNLOCK		0xa05f

#define CLCD_MASK	(0xfu << 2)
#define CLCD_POWER	(BIT(4) | BIT(2))	/* of the panel; its inputs */

static void realview_eb_reset(volatile void *sysregs)
{
	io_write32(sysregs, SYS_LOCK, UNLOCK);
	io_write32(sysregs, SYS_RESETCTL, 0x8);
}

static void realview_pb_reset(volatile void *sysregs)
{
	io_write32(sysregs, SYS_LOCK, UNLOCK);
	io_write32(sysregs, SYS_RESETCTL, 0);
	io_write32(sysregs, SYS_RESETCTL, 0x4);
}

/* The pixel clock stays as the loader has left it: QEMU ignores all five oscillators, and by Linux's trees
 * it is not the same one on these boards (0 on the EB, 4 on the PB). */
static void realview_connect_display(volatile void *sysregs)
{
	io_write32(sysregs, SYS_CLCD, (io_read32(sysregs, SYS_CLCD) & ~CLCD_MASK) | CLCD_POWER);
}

#define REALVIEW \
	.serial = { .ops = &pl011_ops, .base = 0x10009000, .irq = 32 + 12 }, \
	.clock = { .ops = &sp804_ops, .base = 0x10012000, .irq = 32 + 5, .hz = 1000000 }, \
	.rtc = { .ops = &pl031_ops, .base = 0x10017000 }, \
	.display = { .ops = &pl11x_ops, .base = 0x10020000, .connect = realview_connect_display }, \
	.fdt_rules = &realview_fdt_rules, \
	.power_base = 0x10000000

static const struct board realview_eb = {
	.name = "RealView EB",
	.compatible = "arm,realview-eb",
	.machine = 827,
	.cpu_parts = { 0x926, 0xb36, 0xb76, 0xb02, 0xc08, 0xc09 },
	.irqchip = { .ops = &gic_ops, .base = { 0x10041000, 0x10040000 } },
	.reset = realview_eb_reset,
	REALVIEW,
};
BOARD(realview_eb);

static const struct board realview_pba8 = {
	.name = "RealView PB-A8",
	.compatible = "arm,realview-pba8",
	.machine = 1897,
	.cpu_parts = { 0xc08 },
	.irqchip = { .ops = &gic_ops, .base = { 0x1e001000, 0x1e000000 } },
	.reset = realview_pb_reset,
	REALVIEW,
};
BOARD(realview_pba8);
