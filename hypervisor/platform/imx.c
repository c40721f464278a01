/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Freescale i.MX31 and i.MX25 (MCIMX31RM, IMX25RM): the same blocks at the same addresses.
 * The clocks' frequencies are those of QEMU's models (hw/misc/imx31_ccm.c, imx25_ccm.c) after a
 * reset; a boot loader that sets another peripheral bus clock needs another entry.
 */
#include <exen/board.h>
#include <exen/board_fdt.h>

/* Clearing SRS in the watchdog's control register asserts the software reset. */
void imx_reset(volatile void *wdog)
{
	*(volatile uint16_t *)wdog = 0x0004;
}

#define IMX_SERIAL	{ .ops = &imx_uart_ops, .base = 0x43f90000, .irq = 32 + 45 }
#define IMX_IRQCHIP	{ .ops = &avic_ops, .base = { 0x68000000 } }
#define IMX_WATCHDOG	0x53fdc000

/* KZM-ARM11-01; i.MX31 Lite has the same port. */
static const struct board kzm = {
	.name = "i.MX31",
	.compatible = "fsl,imx31",
	.machine = 1722,
	.cpu_parts = { 0xb36 },
	.serial = IMX_SERIAL,
	.irqchip = IMX_IRQCHIP,
	.clock = { .ops = &imx_gpt_ops, .base = 0x53f90000, .irq = 32 + 29, .hz = 38999040 },
	.fdt_rules = &imx_avic_fdt_rules,
	.reset = imx_reset,
	.power_base = IMX_WATCHDOG,
	.watchdog = { .ops = &imx_wdog_ops, .base = IMX_WATCHDOG },
};
BOARD(kzm);

static const struct board imx25_pdk = {
	.name = "i.MX25",
	.compatible = "fsl,imx25",
	.machine = 1771,
	.cpu_parts = { 0x926 },
	.serial = IMX_SERIAL,
	.irqchip = IMX_IRQCHIP,
	.clock = { .ops = &imx_gpt_ops, .base = 0x53f90000, .irq = 32 + 54, .hz = 33249280 },
	.fdt_rules = &imx_avic_fdt_rules,
	.reset = imx_reset,
	.power_base = IMX_WATCHDOG,
	.watchdog = { .ops = &imx_wdog_ops, .base = IMX_WATCHDOG },
};
BOARD(imx25_pdk);
