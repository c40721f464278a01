/* SPDX-License-Identifier: Apache-2.0 */
/** @file Boot parameters: device tree or tagged list (Linux Documentation/arm/setup.rst). */
#ifndef BOOT_ATAGS_H
#define BOOT_ATAGS_H

#include <exen/types.h>

/** @return true if a tagged list starts at @p params */
bool is_atags(const void *params);
/** @return true if a flattened device tree starts at @p params */
bool is_fdt(const void *params);
/** First bank of memory.  @return false if @p params names none. */
bool boot_memory(const void *params, paddr_t *base, uint32_t *size);

#endif
