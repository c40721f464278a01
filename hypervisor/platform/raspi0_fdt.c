/* SPDX-License-Identifier: Apache-2.0 */
/* Raspberry Pi Zero: Linux's arch/arm/boot/dts/bcm2835-rpi-zero.dts. */
#include <stddef.h>

#include <exen/board_fdt.h>

static const char *const intc[] = { "brcm,bcm2835-armctrl-ic", NULL };

static const char *const disable[] = { "brcm,bcm2835-system-timer", NULL };

static const paddr_t disable_reg[] = { 0x20201000, 0 };	/* UART0 */

const struct board_fdt_rules raspi0_fdt_rules = {
	.intc_compatible = intc,
	.disable_compatible = disable,
	.disable_reg = disable_reg,
};
