/* SPDX-License-Identifier: Apache-2.0 */
/* Raspberry Pi Zero and the first models: BCM2835 (BCM2835 ARM Peripherals). */
#include <exen/board.h>
#include <exen/board_fdt.h>
#include <exen/io.h>

/* Power management, which the manual leaves out: as Linux's drivers/watchdog/bcm2835_wdt.c. */
#define PM_RSTC		0x1c
#define PM_RSTS		0x20
#define PM_WDOG		0x24
#define PM_PASSWORD	0x5a000000
#define RSTC_WRCFG	0x30
#define RSTC_FULL_RESET	0x20
#define RSTS_HALT	0x555		/* to the firmware: don't boot again */

static void raspi_reset(volatile void *pm)
{
	io_write32(pm, PM_WDOG, PM_PASSWORD | 10);
	io_write32(pm, PM_RSTC, PM_PASSWORD | (io_read32(pm, PM_RSTC) & ~RSTC_WRCFG) | RSTC_FULL_RESET);
}

static void raspi_power_off(volatile void *pm)
{
	io_write32(pm, PM_RSTS, PM_PASSWORD | io_read32(pm, PM_RSTS) | RSTS_HALT);
	raspi_reset(pm);
}

static const struct board raspi0 = {
	.name = "Raspberry Pi Zero",
	.compatible = "brcm,bcm2835",
	.machine = 3138,
	.cpu_parts = { 0xb76 },
	.serial = { .ops = &pl011_ops, .base = 0x20201000, .irq = 32 + 2 * 32 + 25 },
	.irqchip = { .ops = &bcm2835_ic_ops, .base = { 0x2000b200, 0x20003000 } },
	.clock = { .ops = &bcm2835_timer_ops, .base = 0x20003000, .irq = 32 + 32 + 3, .hz = 1000000 },
	.fdt_rules = &raspi0_fdt_rules,
	.reset = raspi_reset,
	.power_off = raspi_power_off,
	.power_base = 0x20100000,
};
BOARD(raspi0);
