/* SPDX-License-Identifier: Apache-2.0 */
/* Cubieboard: Linux's arch/arm/boot/dts/sun4i-a10-cubieboard.dts. */
#include <stddef.h>

#include <exen/board_fdt.h>

static const char *const intc[] = { "allwinner,sun4i-a10-ic", NULL };

static const char *const disable[] = { "allwinner,sun4i-a10-timer", NULL };

static const paddr_t disable_reg[] = { 0x01c28000, 0 };	/* UART0 */

const struct board_fdt_rules cubieboard_fdt_rules = {
	.intc_compatible = intc,
	.disable_compatible = disable,
	.disable_reg = disable_reg,
};
