/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for board.dts, by the same structure as hypervisor/platform/. */
#include <stddef.h>

#include "rules.h"

static const char *const intc[] = { "test,other-gic", "test,gic", NULL };
static const char *const disable[] = { "test,timer", "test,absent", NULL };
static const paddr_t reg[] = { 0x10009000, 0x10014010, 0x12345000, 0 };
static const char *const delete_path[] = {
	"/bus@40000000/inner@3,10000/i2c@5000/broken@39", "/not/there", NULL,
};

const struct board_fdt_rules test_board_fdt_rules = {
	.intc_compatible = intc,
	.disable_compatible = disable,
	.disable_reg = reg,
	.delete_path = delete_path,
};
