/* SPDX-License-Identifier: Apache-2.0 */
/* Zynq-7000: Linux's arch/arm/boot/dts/zynq-7000.dtsi. */
#include <stddef.h>

#include <exen/board_fdt.h>

static const char *const intc[] = { "arm,cortex-a9-gic", NULL };

static const char *const disable[] = {
	"arm,cortex-a9-twd-timer", "arm,cortex-a9-global-timer", "arm,pl310-cache",
	"arm,cortex-a9-pmu", NULL,
};

static const paddr_t disable_reg[] = { 0xe0001000, 0 };	/* UART1 */

const struct board_fdt_rules zynq_fdt_rules = {
	.intc_compatible = intc,
	.disable_compatible = disable,
	.disable_reg = disable_reg,
};
