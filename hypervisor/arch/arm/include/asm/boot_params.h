/* SPDX-License-Identifier: Apache-2.0 */
/** @file Boot parameters: device tree or tagged list (Linux Documentation/arm/setup.rst). */
#ifndef BOOT_ATAGS_H
#define BOOT_ATAGS_H

#include <exen/types.h>

/** @return true if a tagged list starts at @p params */
bool is_atags(const void *params);
/** @return true if a flattened device tree starts at @p params */
bool is_fdt(const void *params);
/** Bank @p nr of memory, from 0.  @return false if @p params has fewer. */
bool boot_memory(const void *params, unsigned int nr, paddr_t *base, uint32_t *size);

/**
 * Finds @ref board and @ref cpu, starts the board's console; refuses to go on if what the loader says
 * contradicts itself or the processor.  No device is touched before that is known.
 */
void board_identify(uint32_t machine, const void *params, paddr_t load);

#endif
