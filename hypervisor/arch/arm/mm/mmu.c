/* SPDX-License-Identifier: Apache-2.0 */
/* Page tables of the window.  Second-level tables are shared by every guest: their first-level
 * entries are constant, so a change here is seen in all address spaces. */
#include <asm/cpu.h>
#include <asm/memory.h>
#include <asm/mmu.h>
#include <exen/arch.h>
#include <exen/bug.h>
#include <exen/string.h>
#include "exen.h"

#define L2_ENTRIES	256

uint32_t hv_pgd[4096] __attribute__((aligned(16384), section(".bss.pgd")));
static uint32_t devices_l2[L2_ENTRIES] __attribute__((aligned(1024)));
static uint32_t temporary_l2[L2_ENTRIES] __attribute__((aligned(1024)));
static uint32_t vectors_l2[L2_ENTRIES] __attribute__((aligned(1024)));
static unsigned int nr_devices;
static uint32_t shared_used;		/* bytes of HV_SHARED, boot only */

extern const char hv_vectors[];

paddr_t hv_paddr;

paddr_t hv_va_to_pa(const void *va)
{
	return (uintptr_t)va - HV_BASE + hv_paddr;
}

bool is_hypervisor_ram(paddr_t pa)
{
	return pa - hv_paddr < HV_RAM_SIZE;
}

static void clean(const void *start, uint32_t len)
{
	cpu->dcache_clean_inv_area(start, len);
}

void mmu_init(void)
{
	hv_pgd[HV_DEVICES >> 20] = hv_va_to_pa(devices_l2) | cpu->mem.table;
	hv_pgd[HV_TEMPORARY >> 20] = hv_va_to_pa(temporary_l2) | cpu->mem.table;
	hv_pgd[HV_VECTORS >> 20] = hv_va_to_pa(vectors_l2) | cpu->mem.table;
	vectors_l2[(HV_VECTORS >> 12) & 0xff] = hv_va_to_pa(hv_vectors) | cpu->mem.page_text;
	clean(hv_pgd, sizeof(hv_pgd));
	clean(vectors_l2, sizeof(vectors_l2));
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
	clean(hv_pgd, sizeof(hv_pgd));
	cpu->tlb_flush_all();
}

void mmu_unmap_low(paddr_t ram_base, uint32_t ram_size)
{
	for (uint32_t i = 0; i < HV_BASE >> 20; i++) {
		if ((i << 20) - ram_base >= ram_size)
			map_section(i, 0);
	}
	clean(hv_pgd, sizeof(hv_pgd));
	cpu->tlb_flush_all();
}

volatile void *device_map(paddr_t pa)
{
	const uint32_t entry = (pa & PAGE_MASK) | cpu->mem.page_device;
	unsigned int i;

	for (i = 0; i < nr_devices; i++) {
		if (devices_l2[i] == entry)
			break;
	}
	if (i == nr_devices) {
		BUG_ON(nr_devices == L2_ENTRIES);
		devices_l2[nr_devices++] = entry;
		clean(devices_l2, sizeof(devices_l2));
		cpu->tlb_flush_all();
	}
	return (volatile void *)(HV_DEVICES + (i << PAGE_SHIFT) + (pa & ~PAGE_MASK));
}

static void flush_tlb_page(uint32_t va)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c10, 4\n\t"	/* DSB: the entry is in memory */
			 "mcr p15, 0, %1, c8, c7, 1\n\t"	/* TLBIMVA */
			 "mcr p15, 0, %0, c7, c10, 4" : : "r"(0), "r"(va) : "memory");
}

void *map_temporary(unsigned int slot, mfn_t frame)
{
	const uint32_t va = HV_TEMPORARY + (slot << PAGE_SHIFT);

	temporary_l2[slot] = mfn_to_paddr(frame) | cpu->mem.page_ram;
	clean(&temporary_l2[slot], 4);
	flush_tlb_page(va);
	return (void *)va;
}

void unmap_temporary(unsigned int slot)
{
	const uint32_t va = HV_TEMPORARY + (slot << PAGE_SHIFT);

	clean((const void *)va, PAGE_SIZE);
	temporary_l2[slot] = 0;
	clean(&temporary_l2[slot], 4);
	flush_tlb_page(va);
}

void *shared_pages_alloc(unsigned int nr_pages)
{
	void *va = (void *)(HV_SHARED + shared_used);

	if (nr_pages > (SECTION_SIZE - shared_used) / PAGE_SIZE)
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

void arch_boot_info_sections(uint32_t section[EXEN_WINDOW_SECTIONS])
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
