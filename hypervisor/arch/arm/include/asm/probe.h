/* SPDX-License-Identifier: Apache-2.0 */
/** @file Software walk of the current page tables, for CPUs without translation operations. */
#ifndef ASM_PROBE_H
#define ASM_PROBE_H

#include <stdint.h>

/** @return 0 if PL1 may read (write) the page at @p va.  v5 formats: subpage permissions.
 *  Context: interrupts masked; uses temporary mapping slot 1. */
uint32_t probe_walk_v5_read(uint32_t va);
uint32_t probe_walk_v5_write(uint32_t va);
/** The same for v6 tables with SCTLR.XP set. */
uint32_t probe_walk_xp_read(uint32_t va);
uint32_t probe_walk_xp_write(uint32_t va);

#endif
