/* SPDX-License-Identifier: Apache-2.0 */
/** @file A domain's device tree.  Pure functions on memory; Documentation/boot.md says what is in it. */
#ifndef DOMAIN_BUILD_FDT_H
#define DOMAIN_BUILD_FDT_H

#include <exen/board_fdt.h>
#include <exen/types.h>

/** What the tree says of the domain. */
struct fdt_domain {
	paddr_t memory_base;
	uint32_t memory_size;		/**< bytes */
	const char *bootargs;		/**< "" for none */
	paddr_t ramdisk_base;
	uint32_t ramdisk_size;		/**< bytes, 0: none */
	paddr_t grant_base;		/**< where grant table frames can be reached */
	uint32_t grant_size;		/**< bytes */
	unsigned int nr_cpus;
	/** Nodes of the board's tree that others own, ends with NULL; NULL: none. */
	const char *const *disable_path;
};

/**
 * A tree for a domain that owns the board's devices: @p board_dtb, with the domain's memory, the
 * paravirtual interrupt controller and timer, and /hypervisor in it.
 * @param buf        8-byte aligned, @p space bytes; the tree is packed in the end
 * @param board_dtb  structure checked; any fdt_totalsize() up to @p space
 * @param rules      of the board; NULL: a tree that has "exen,pv-intc" already
 * @return 0 or a (negative) libfdt error: -FDT_ERR_NOSPACE; -FDT_ERR_NOTFOUND if there is no
 *         interrupt controller that the rules know; -FDT_ERR_BADNCELLS if it has no cells or more than three
 */
int build_fdt_board(void *buf, uint32_t space, const void *board_dtb,
		    const struct board_fdt_rules *rules, const struct fdt_domain *domain);

/**
 * A tree for a domain that sees no hardware.
 * @param board_dtb  for the CPU's name
 */
int build_fdt_minimal(void *buf, uint32_t space, const void *board_dtb,
		      const struct fdt_domain *domain);

/**
 * Physical address of a node's first register, through the "ranges" of all its parents.
 * @return false: no reg, or not reachable by the CPU
 */
bool build_fdt_reg(const void *fdt, int node, uint64_t *address);

#endif
