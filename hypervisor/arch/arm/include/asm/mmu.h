/* SPDX-License-Identifier: Apache-2.0 */
/** @file The hypervisor's own page tables (ARM ARM B3.5, short descriptors). */
#ifndef ASM_MMU_H
#define ASM_MMU_H

#include <exen/types.h>
#include "exen.h"

/** Physical base of the window's RAM; changes once, when boot moves it to the top of RAM. */
extern paddr_t hv_paddr;

/** Physical address of something in the window's RAM. */
paddr_t hv_va_to_pa(const void *va);
bool is_hypervisor_ram(paddr_t pa);

/** Fills in the tables for vectors, devices and temporary mappings, from hv_paddr.  Called at boot
 *  and again after the move. */
void mmu_init(void);
/** Maps [base, base + size) one to one as normal memory in the hypervisor's own tables, whole
 *  sections.  Boot only. */
void mmu_map_ram(paddr_t base, uint32_t size);
/** Unmaps everything one to one that is not RAM.  Boot only. */
void mmu_unmap_low(paddr_t ram_base, uint32_t ram_size);
/** Maps the 4 KiB of device registers that contain @p pa.  Boot only; panics when 256 are used.
 *  @return the virtual address of the register at @p pa */
volatile void *device_map(paddr_t pa);
/** The same for registers that code called by guests reads.  Boot only. */
volatile void *device_map_open(paddr_t pa);
/** Maps a page table as the MMU sees it, past the data cache, until the next one; read-only. */
const uint32_t *map_table(mfn_t frame);
/** Has a map_temporary() not been undone? */
bool temporary_is_mapped(void);
/** Closes the hypervisor's memory to guests from now on (CONFIG_GUARD).  Boot only, last. */
void guard_init(void);
/** Where code for ARMv6 and later must not run: nops (V6_ONLY of asm/assembler.h).  Boot only, before
 *  guard_init(). */
void drop_v6_only(void);
/** The first-level entries that a guest's page directories carry. */
void mmu_window_sections(uint32_t section[EXEN_WINDOW_SECTIONS]);
/** TTBR0 value of the hypervisor's own tables. */
uint32_t mmu_ttbr(void);

#endif
