/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Memory: the guest's own page tables. */
#ifndef GUEST_MM_H
#define GUEST_MM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <guest/layout.h>

#define GUEST_PAGE_SIZE		4096u

/** Physical address and bytes of this domain's RAM. */
extern uint32_t slot_pa;
extern uint32_t slot_size;

static inline void *pa_to_va(uint32_t pa)
{
	return (void *)(pa - slot_pa + GUEST_RAM_VA);
}

static inline uint32_t va_to_pa(const void *va)
{
	return (uint32_t)(uintptr_t)va - GUEST_RAM_VA + slot_pa;
}

/** Frame number of an address in RAM, as Xen's interfaces take it. */
static inline uint32_t va_to_gfn(const void *va)
{
	return va_to_pa(va) >> 12;
}

/**
 * Maps [pa, pa + len) as device memory, for good.
 * @return its virtual address; NULL if the device area is full
 */
void *map_device(uint32_t pa, uint32_t len);

/** Virtual address of page @p index (0 .. GUEST_FOREIGN_PAGES - 1) of the foreign area. */
void *foreign_page(uint32_t index);
/** Maps a frame (another domain's) there, cacheable. */
void foreign_map(uint32_t index, uint32_t pa, bool readonly);
void foreign_unmap(uint32_t index);

#endif
