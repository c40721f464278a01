/* SPDX-License-Identifier: Apache-2.0 */
/** @file Between build_fdt.c and build_fdt_board.c. */
#ifndef DOMAIN_BUILD_FDT_INTERNAL_H
#define DOMAIN_BUILD_FDT_INTERNAL_H

#include "build_fdt.h"

/** The interrupt controller, as interrupt specifiers refer to it. */
struct fdt_intc {
	uint32_t phandle;
	uint32_t cells;		/**< "#interrupt-cells": 1 to 3, see EXEN_IRQ_CELL_PERCPU in abi/exen.h */
};

/** Memory, /chosen, /hypervisor and timer, then packs the tree.  @return 0 or a libfdt error */
int build_fdt_common(void *fdt, const struct fdt_domain *domain, const struct fdt_intc *intc);

#endif
