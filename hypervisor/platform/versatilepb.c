/* SPDX-License-Identifier: Apache-2.0 */
/* ARM Versatile Platform Baseboard (DUI 0225): ARM926EJ-S, ARM1136, ARM1176. */
#include <exen/board.h>
#include <exen/board_fdt.h>
#include <exen/io.h>

#define SYS_OSCCLCD	0x1c
#define SYS_LOCK	0x20
#define UNLOCK		0xa05f
#define SYS_RESETCTL	0x40
#define SYS_CLCD	0x50

#define CLCD_MASK	0x3fu
#define CLCD_565	3u		/* blue in the low bits */
#define CLCD_POWER	(BIT(4) | BIT(2))	/* of the panel; its inputs */

/*
 * The pixel clock is an ICS307: 24 MHz * 2 * (V + 8) / ((R + 2) * divider), the divider of S = 1 is 2.  QEMU
 * has the register and ignores it.
 */
#define ICST_V		35u
#define ICST_R		39u
#define ICST_S		1u
#define ICST_HZ		(24000000u * 2 / (ICST_R + 2) * (ICST_V + 8) / 2)

_Static_assert(ICST_HZ > DISPLAY_PIXEL_HZ / 1000 * 995 && ICST_HZ < DISPLAY_PIXEL_HZ / 1000 * 1005,
	       "within half a percent, as monitors expect");

static void versatile_reset(volatile void *sysregs)
{
	io_write32(sysregs, SYS_LOCK, UNLOCK);
	io_write32(sysregs, SYS_RESETCTL, 0x106);
}

static void versatile_connect_display(volatile void *sysregs)
{
	io_write32(sysregs, SYS_LOCK, UNLOCK);
	io_write32(sysregs, SYS_OSCCLCD, ICST_S << 16 | ICST_R << 9 | ICST_V);
	io_write32(sysregs, SYS_LOCK, 0);
	io_write32(sysregs, SYS_CLCD, (io_read32(sysregs, SYS_CLCD) & ~CLCD_MASK) | CLCD_POWER | CLCD_565);
}

static const struct board versatilepb = {
	.name = "Versatile PB",
	.compatible = "arm,versatile-pb",
	.machine = 387,
	.cpu_parts = { 0x926, 0xb36, 0xb76 },
	.serial = { .ops = &pl011_ops, .base = 0x101f1000, .irq = 32 + 12 },
	.irqchip = { .ops = &pl190_ops, .base = { 0x10140000 } },
	.clock = { .ops = &sp804_ops, .base = 0x101e3000, .irq = 32 + 5, .hz = 1000000 },
	.rtc = { .ops = &pl031_ops, .base = 0x101e8000 },
	.display = { .ops = &pl11x_ops, .base = 0x10120000, .connect = versatile_connect_display },
	.fdt_rules = &versatilepb_fdt_rules,
	.reset = versatile_reset,
	.power_base = 0x10000000,
};
BOARD(versatilepb);
