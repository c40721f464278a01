/* SPDX-License-Identifier: Apache-2.0 */
/* Versatile PB: Linux's arch/arm/boot/dts/versatile-pb.dts and versatile-ab.dts. */
#include <stddef.h>

#include <exen/board_fdt.h>

static const char *const intc[] = { "arm,versatile-vic", NULL };

/* One of the two dual timers would do for the hypervisor, but Linux takes the first that it finds. */
static const char *const disable[] = { "arm,sp804", NULL };

static const paddr_t disable_reg[] = { 0x101f1000, 0 };	/* UART0 */

const struct board_fdt_rules versatilepb_fdt_rules = {
	.intc_compatible = intc,
	.disable_compatible = disable,
	.disable_reg = disable_reg,
};
