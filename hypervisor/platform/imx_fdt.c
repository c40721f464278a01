/* SPDX-License-Identifier: Apache-2.0 */
/* i.MX31 and i.MX25: Linux's arch/arm/boot/dts/imx31.dtsi and imx25.dtsi. */
#include <stddef.h>

#include <exen/board_fdt.h>

static const char *const intc[] = { "fsl,avic", NULL };

/* The i.MX25 has four, of which the hypervisor needs one, but Linux takes the first that it finds. */
static const char *const disable[] = { "fsl,imx31-gpt", NULL };

static const paddr_t disable_reg[] = { 0x43f90000, 0x53fdc000, 0 };	/* UART1, watchdog */

const struct board_fdt_rules imx_avic_fdt_rules = {
	.intc_compatible = intc,
	.disable_compatible = disable,
	.disable_reg = disable_reg,
};
