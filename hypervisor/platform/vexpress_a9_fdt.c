/* SPDX-License-Identifier: Apache-2.0 */
/* Versatile Express A9: Linux's arch/arm/boot/dts/vexpress-v2p-ca9.dts and vexpress-v2m.dtsi. */
#include <stddef.h>

#include <exen/board_fdt.h>

#define IOFPGA	"/bus@40000000/motherboard-bus@40000000/iofpga@7,00000000/"

static const char *const intc[] = { "arm,cortex-a9-gic", NULL };

static const char *const disable[] = {
	"arm,cortex-a9-twd-timer", "arm,cortex-a9-twd-wdt", "arm,sp804", "arm,pl310-cache",
	"arm,cortex-a9-pmu", NULL,
};

static const paddr_t disable_reg[] = { 0x10009000, 0 };	/* UART0 */

/* The bridge's driver takes port@1 for its output, where the motherboard's display controller is,
 * and waits for it for ever; without both, the tile's controller works. */
static const char *const delete_path[] = {
	IOFPGA "i2c@16000/dvi-transmitter@39/ports/port@1",
	IOFPGA "clcd@1f000",
	NULL,
};

const struct board_fdt_rules vexpress_a9_fdt_rules = {
	.intc_compatible = intc,
	.disable_compatible = disable,
	.disable_reg = disable_reg,
	.delete_path = delete_path,
};
