/* SPDX-License-Identifier: Apache-2.0 */
/* Cubieboard: Allwinner A10 (A10 User Manual). */
#include <exen/board.h>
#include <exen/board_fdt.h>
#include <exen/io.h>

/* The watchdog lies beside the timers; the shortest interval is half a second. */
#define WDOG_CTRL	0x90
#define WDOG_MODE	0x94
#define CTRL_RESTART	BIT(0)
#define MODE_RESET	BIT(1)
#define MODE_EN		BIT(0)

static void sun4i_reset(volatile void *timers)
{
	io_write32(timers, WDOG_MODE, MODE_RESET | MODE_EN);
	io_write32(timers, WDOG_CTRL, CTRL_RESTART);
}

static const struct board cubieboard = {
	.name = "Cubieboard",
	.compatible = "allwinner,sun4i-a10",
	.machine = 4104,
	.cpu_parts = { 0xc08 },
	.serial = { .ops = &dw_apb_uart_ops, .base = 0x01c28000, .irq = 32 + 1 },
	.irqchip = { .ops = &sun4i_ic_ops, .base = { 0x01c20400, 0x01c20c00 } },
	.clock = { .ops = &sun4i_timer_ops, .base = 0x01c20c00, .irq = 32 + 22, .hz = 24000000 },
	.fdt_rules = &cubieboard_fdt_rules,
	.reset = sun4i_reset,
	.power_base = 0x01c20c00,
};
BOARD(cubieboard);
