/* SPDX-License-Identifier: Apache-2.0 */
/** @file How a board's device tree becomes that of the domain that owns the board: data. */
#ifndef EXEN_BOARD_FDT_H
#define EXEN_BOARD_FDT_H

#include <exen/types.h>

/**
 * Each list ends with NULL (disable_reg: with 0); a list that is not needed is NULL.  What a rule
 * names and the tree does not have is passed over: loaders bring trees of other versions.
 */
struct board_fdt_rules {
	/** The interrupt controller that the hypervisor drives: becomes "exen,pv-intc". */
	const char *const *intc_compatible;
	/** Devices that the hypervisor drives or that need more than one CPU: status "disabled". */
	const char *const *disable_compatible;
	/** The same, by the physical address of the device's first register (consoles). */
	const paddr_t *disable_reg;
	/** Nodes that a board's tree has wrong. */
	const char *const *delete_path;
};

extern const struct board_fdt_rules vexpress_a9_fdt_rules;
extern const struct board_fdt_rules sabrelite_fdt_rules;
extern const struct board_fdt_rules zynq_fdt_rules;
extern const struct board_fdt_rules versatilepb_fdt_rules;
extern const struct board_fdt_rules realview_fdt_rules;
extern const struct board_fdt_rules imx_avic_fdt_rules;
extern const struct board_fdt_rules raspi0_fdt_rules;
extern const struct board_fdt_rules cubieboard_fdt_rules;

#endif
