/* SPDX-License-Identifier: Apache-2.0 */
/* Page tables of the window.  Second-level tables are shared by every guest: their first-level
 * entries are constant, so a change here is seen in all address spaces. */
#include <asm/cpu.h>
#include <asm/memory.h>
#include <asm/mmu.h>
#include <exen/arch.h>
#include <exen/bug.h>
#include <exen/string.h>
#include "config.h"
#include "exen.h"

#define L2_ENTRIES	256
#define TABLE_SLOT	2		/* behind those of map_temporary() */

uint32_t hv_pgd[4096] __attribute__((aligned(16384), section(".bss.pgd")));
static uint32_t devices_l2[L2_ENTRIES] __attribute__((aligned(1024)));
static uint32_t open_devices_l2[L2_ENTRIES] __attribute__((aligned(1024)));
static uint32_t temporary_l2[L2_ENTRIES] __attribute__((aligned(1024)));
static uint32_t vectors_l2[L2_ENTRIES] __attribute__((aligned(1024)));
static unsigned int nr_devices, nr_open_devices;
static uint32_t shared_used;		/* bytes of HV_SHARED, boot only */

extern const char hv_vectors[], __open_end[];
extern uint32_t *const __v6_only_start[], *const __v6_only_end[];

paddr_t hv_paddr;

paddr_t hv_va_to_pa(const void *va)
{
	return (uintptr_t)va - HV_BASE + hv_paddr;
}

bool is_hypervisor_ram(paddr_t pa)
{
	return pa - hv_paddr < HV_RAM_SIZE;
}

void mmu_init(void)
{
	hv_pgd[HV_DEVICES >> 20] = hv_va_to_pa(devices_l2) | cpu->mem.table;
	hv_pgd[HV_OPEN_DEVICES >> 20] = hv_va_to_pa(open_devices_l2) | cpu->mem.table;
	hv_pgd[HV_TEMPORARY >> 20] = hv_va_to_pa(temporary_l2) | cpu->mem.table;
	hv_pgd[HV_VECTORS >> 20] = hv_va_to_pa(vectors_l2) | cpu->mem.table;
	vectors_l2[(HV_VECTORS >> 12) & 0xff] = hv_va_to_pa(hv_vectors) | cpu->mem.page_text;
	arch_flush_dcache_area(hv_pgd, sizeof(hv_pgd));
	arch_flush_dcache_area(vectors_l2, sizeof(vectors_l2));
	cpu->tlb_flush_all();
}

static void map_section(uint32_t index, uint32_t entry)
{
	if (index < HV_BASE >> 20)
		hv_pgd[index] = entry;
}

void mmu_map_ram(paddr_t base, uint32_t size)
{
	for (uint32_t i = base >> 20; i < (base + size) >> 20; i++)
		map_section(i, (i << 20) | cpu->mem.section_ram);
	arch_flush_dcache_area(hv_pgd, sizeof(hv_pgd));
	cpu->tlb_flush_all();
}

void mmu_unmap_low(paddr_t ram_base, uint32_t ram_size)
{
	for (uint32_t i = 0; i < HV_BASE >> 20; i++) {
		if ((i << 20) - ram_base >= ram_size)
			map_section(i, 0);
	}
	arch_flush_dcache_area(hv_pgd, sizeof(hv_pgd));
	cpu->tlb_flush_all();
}

static volatile void *map_registers(uint32_t *table, unsigned int *used, uint32_t va, paddr_t pa)
{
	const uint32_t entry = (pa & PAGE_MASK) | cpu->mem.page_device;
	unsigned int i;

	for (i = 0; i < *used; i++) {
		if (table[i] == entry)
			break;
	}
	if (i == *used) {
		BUG_ON(*used == L2_ENTRIES);
		table[(*used)++] = entry;
		arch_flush_dcache_area(table, L2_ENTRIES * sizeof(table[0]));
		cpu->tlb_flush_all();
	}
	return (volatile void *)(va + (i << PAGE_SHIFT) + (pa & ~PAGE_MASK));
}

volatile void *device_map(paddr_t pa)
{
	return map_registers(devices_l2, &nr_devices, HV_DEVICES, pa);
}

volatile void *device_map_open(paddr_t pa)
{
	return map_registers(open_devices_l2, &nr_open_devices, HV_OPEN_DEVICES, pa);
}

void drop_v6_only(void)
{
	if (cpu->personality->arch >= 6)
		return;
	for (uint32_t *const *site = __v6_only_start; site < __v6_only_end; site++) {
		**site = 0xe1a00000;	/* mov r0, r0 */
		arch_flush_dcache_area(*site, 4);
	}
	cpu->icache_inv_all();
}

void guard_init(void)
{
	static const uint32_t closed[] = { HV_DATA, HV_POOL, HV_DEVICES, HV_TEMPORARY };
	const uint32_t client = 1u | 1u << (2 * HV_GUARD_DOMAIN);

	if (!CONFIG_GUARD)
		return;
	__asm__ volatile("mcr p15, 0, %0, c3, c0, 0" : : "r"(client));
	hv_pgd[HV_BASE >> 20] |= cpu->mem.section_readonly;
	for (unsigned int i = 0; i < ARRAY_SIZE(closed); i++)
		hv_pgd[closed[i] >> 20] |= HV_GUARD_DOMAIN << 5;
	arch_flush_dcache_area(hv_pgd, sizeof(hv_pgd));
	cpu->tlb_flush_all();
}

static void flush_tlb_page(uint32_t va)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c10, 4\n\t"	/* DSB: the entry is in memory */
			 "mcr p15, 0, %1, c8, c7, 1\n\t"	/* TLBIMVA */
			 "mcr p15, 0, %0, c7, c10, 4" : : "r"(0), "r"(va) : "memory");
}

/* Is the slot in use, or the frame in the other one? */
static bool is_mapped_temporarily(unsigned int slot, mfn_t frame)
{
	const uint32_t other = temporary_l2[!slot];

	return temporary_l2[slot] || (other && other >> PAGE_SHIFT == frame.nr);
}

void *map_temporary(unsigned int slot, mfn_t frame)
{
	const uint32_t va = HV_TEMPORARY + (slot << PAGE_SHIFT);

	BUG_ON(CONFIG_DEBUG_ALIASES && is_mapped_temporarily(slot, frame));
	/* The current guest may have written the frame at its own address a moment ago; not since the
	 * other slot was mapped. */
	if (cpu->dcache_aliases && !temporary_l2[!slot])
		cpu->dcache_clean_inv_all();
	temporary_l2[slot] = mfn_to_paddr(frame) | cpu->mem.page_ram;
	arch_flush_dcache_area(&temporary_l2[slot], 4);
	flush_tlb_page(va);
	return (void *)va;
}

void flush_temporary(unsigned int slot, uint32_t offset, uint32_t len)
{
	if (cpu->dcache_aliases)
		cpu->dcache_clean_inv_area((const void *)(HV_TEMPORARY + (slot << PAGE_SHIFT) + offset), len);
}

/* Both slots at once, used or not: most of it is waiting.  arch_flush_dcache_area() ends with a DSB. */
void unmap_temporary(void)
{
	temporary_l2[0] = 0;
	temporary_l2[1] = 0;
	arch_flush_dcache_area(temporary_l2, 2 * sizeof(temporary_l2[0]));
	__asm__ volatile("mcr p15, 0, %0, c8, c7, 1" : : "r"(HV_TEMPORARY + PAGE_SIZE));
	flush_tlb_page(HV_TEMPORARY);
}

const uint32_t *map_table(mfn_t frame)
{
	const uint32_t va = HV_TEMPORARY + (TABLE_SLOT << PAGE_SHIFT);
	const uint32_t entry = mfn_to_paddr(frame) | cpu->mem.page_device;

	if (temporary_l2[TABLE_SLOT] != entry) {
		temporary_l2[TABLE_SLOT] = entry;
		arch_flush_dcache_area(&temporary_l2[TABLE_SLOT], 4);
		flush_tlb_page(va);
	}
	return (const uint32_t *)va;
}

bool temporary_is_mapped(void)
{
	return temporary_l2[0] || temporary_l2[1];
}

void arch_flush_dcache_area(const void *start, uint32_t len_bytes)
{
	cpu->dcache_clean_inv_area(start, len_bytes);
}

void *shared_pages_alloc(unsigned int nr_pages)
{
	char *va = (char *)(uintptr_t)__open_end + shared_used;

	if (nr_pages > (HV_SHARED + SECTION_SIZE - (uintptr_t)va) / PAGE_SIZE)
		return NULL;
	shared_used += nr_pages * PAGE_SIZE;
	memset(va, 0, nr_pages * PAGE_SIZE);
	return va;
}

paddr_t shared_page_paddr(const void *va)
{
	return hv_va_to_pa(va);
}

void *thread_ram(paddr_t pa)
{
	return (void *)pa;
}

void mmu_window_sections(uint32_t section[EXEN_WINDOW_SECTIONS])
{
	memcpy(section, &hv_pgd[HV_BASE >> 20], EXEN_WINDOW_SECTIONS * sizeof(section[0]));
}

void arch_clean_dcache_all(void)
{
	cpu->dcache_clean_inv_all();
	cpu->icache_inv_all();
}

uint32_t mmu_ttbr(void)
{
	return hv_va_to_pa(hv_pgd);
}
