/* SPDX-License-Identifier: Apache-2.0 */
/* Xilinx Zynq-7000 (UG585): ZC702, MicroZed and others.
 * The clock's frequency is that of QEMU's model (hw/timer/a9gtimer.c). */
#include <exen/board.h>
#include <exen/board_fdt.h>
#include <exen/io.h>

#define SLCR_UNLOCK	0x008
#define PSS_RST_CTRL	0x200

static void zynq_reset(volatile void *slcr)
{
	io_write32(slcr, SLCR_UNLOCK, 0xdf0d);
	io_write32(slcr, PSS_RST_CTRL, 1);
}

static const struct board zynq = {
	.name = "Zynq-7000",
	.compatible = "xlnx,zynq-7000",
	.machine = 3378,
	.cpu_parts = { 0xc09 },
	.serial = { .ops = &zynq_uart_ops, .base = 0xe0001000, .irq = 32 + 50 },
	.irqchip = { .ops = &gic_ops, .base = { 0xf8f01000, 0xf8f00100 } },
	.clock = { .ops = &a9_global_timer_ops, .base = 0xf8f00200, .irq = 27, .hz = 100000000 },
	.fdt_rules = &zynq_fdt_rules,
	.reset = zynq_reset,
	.power_base = 0xf8000000,
};
BOARD(zynq);
