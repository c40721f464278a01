/* SPDX-License-Identifier: Apache-2.0 */
/* RealView boards: Linux's arch/arm/boot/dts/arm-realview-eb.dts and arm-realview-pba8.dts. */
#include <stddef.h>

#include <exen/board_fdt.h>

static const char *const intc[] = { "arm,pl390", NULL };

/* One of the dual timers would do for the hypervisor, but Linux takes the first that it finds. */
static const char *const disable[] = { "arm,sp804", "arm,cortex-a8-pmu", NULL };

static const paddr_t disable_reg[] = { 0x10009000, 0 };	/* UART0 */

const struct board_fdt_rules realview_fdt_rules = {
	.intc_compatible = intc,
	.disable_compatible = disable,
	.disable_reg = disable_reg,
};
