/* SPDX-License-Identifier: Apache-2.0 */
/* Boundary Devices SABRE Lite: i.MX 6Quad (IMX6DQRM).
 * The clock's frequency is that of QEMU's model (hw/timer/a9gtimer.c). */
#include <exen/board.h>
#include <exen/board_fdt.h>

static const struct board sabrelite = {
	.name = "SABRE Lite",
	.compatible = "fsl,imx6q-sabrelite",
	.machine = 3769,
	.cpu_parts = { 0xc09 },
	.serial = { .ops = &imx_uart_ops, .base = 0x02020000, .irq = 32 + 26 },
	.irqchip = { .ops = &gic_ops, .base = { 0x00a01000, 0x00a00100 } },
	.clock = { .ops = &a9_global_timer_ops, .base = 0x00a00200, .irq = 27, .hz = 100000000 },
	.fdt_rules = &sabrelite_fdt_rules,
	.reset = imx_reset,
	.power_base = 0x020bc000,
	.watchdog = { .ops = &imx_wdog_ops, .base = 0x020bc000 },
};
BOARD(sabrelite);
