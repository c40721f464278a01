/* SPDX-License-Identifier: Apache-2.0 */
/* SABRE Lite: Linux's arch/arm/boot/dts/imx6q-sabrelite.dts. */
#include <stddef.h>

#include <exen/board_fdt.h>

static const char *const intc[] = { "arm,cortex-a9-gic", NULL };

static const char *const disable[] = {
	"arm,cortex-a9-twd-timer", "arm,cortex-a9-global-timer", "arm,pl310-cache",
	"arm,cortex-a9-pmu", NULL,
};

static const paddr_t disable_reg[] = { 0x02020000, 0x020bc000, 0 };	/* UART1, watchdog 1 */

const struct board_fdt_rules sabrelite_fdt_rules = {
	.intc_compatible = intc,
	.disable_compatible = disable,
	.disable_reg = disable_reg,
};
