/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's page tables: VMSAv5 and, with SCTLR.XP, VMSAv6 descriptors (ARM ARM B4, B3). */
#include <guest/cpu.h>
#include <guest/mm.h>
#include "internal.h"

#define SECTION_SHIFT	20
#define SECTION		(1u << SECTION_SHIFT)
#define CACHE_LINE	32u		/* the smallest of the cores */

#define DESC_TABLE_V5	0x11		/* bit 4 should be one before v6 */
#define DESC_TABLE	0x01
#define DESC_DEVICE_V5	0xc12		/* section, all access, not buffered */
#define DESC_DEVICE	0xc16		/* shared device, execute never */
#define SMALL_PAGE	0x002
#define SMALL_RW_V5	0xff0		/* four subpages */
#define SMALL_RW	0x030
#define SMALL_RO	0x210		/* APX: PL1 read-only */

uint32_t slot_pa;
uint32_t slot_size;
bool cpu_is_v6;

static uint32_t *const first_level = (uint32_t *)(GUEST_RAM_VA + GUEST_TABLE_OFFSET);
static uint32_t foreign_table[256] __attribute__((aligned(1024)));
static uint32_t vectors_table[256] __attribute__((aligned(1024)));
static uint32_t ram_flags;
static uint32_t nr_device_sections;

void dcache_clean(const void *va, uint32_t len)
{
	const uint32_t end = (uint32_t)(uintptr_t)va + len;

	for (uint32_t line = (uint32_t)(uintptr_t)va & ~(CACHE_LINE - 1); line < end;
	     line += CACHE_LINE)
		__asm__ volatile("mcr p15, 0, %0, c7, c10, 1" : : "r"(line) : "memory");
	memory_barrier();
}

void icache_sync(const void *va, uint32_t len)
{
	dcache_clean(va, len);
	__asm__ volatile("mcr p15, 0, %0, c7, c5, 0" : : "r"(0) : "memory");
	memory_barrier();
	instruction_barrier();
}

void tlb_flush_page(const void *va)
{
	memory_barrier();
	__asm__ volatile("mcr p15, 0, %0, c8, c7, 1" : : "r"((uint32_t)(uintptr_t)va & ~0xfffu)
			 : "memory");
	if (cpu_is_v6)
		__asm__ volatile("mcr p15, 0, %0, c7, c5, 6" : : "r"(0) : "memory");
	memory_barrier();
	instruction_barrier();
}

bool cmpxchg(uint32_t *p, uint32_t old, uint32_t value)
{
	uint32_t psr;
	bool is_same;

	if (cpu_is_v6)
		return cmpxchg_v6(p, old, value);
	psr = irq_save();
	is_same = *p == old;
	if (is_same)
		*p = value;
	irq_restore(psr);
	return is_same;
}

static void set_entry(uint32_t *entry, uint32_t value)
{
	*(volatile uint32_t *)entry = value;
	dcache_clean(entry, sizeof(*entry));
}

/* Attributes of RAM are those of the section descriptors: S, TEX, C, B move for a small page. */
static uint32_t small_page(uint32_t pa, bool readonly)
{
	uint32_t flags = SMALL_PAGE | (ram_flags & 0xc);

	if (!cpu_is_v6)
		return (pa & ~0xfffu) | flags | SMALL_RW_V5;
	flags |= (ram_flags & 0x17000) >> 6;
	return (pa & ~0xfffu) | flags | (readonly ? SMALL_RO : SMALL_RW);
}

static void set_table(uint32_t va, const uint32_t *table)
{
	set_entry(&first_level[va >> SECTION_SHIFT],
		  va_to_pa(table) | (cpu_is_v6 ? DESC_TABLE : DESC_TABLE_V5));
	tlb_flush_page((const void *)va);
}

void mm_init(uint32_t section_flags)
{
	const uint32_t identity = slot_pa >> SECTION_SHIFT;

	ram_flags = section_flags;
	set_entry(&first_level[identity], 0);		/* start.S has made it for the switch */
	tlb_flush_page((const void *)slot_pa);
	set_table(GUEST_FOREIGN_VA, foreign_table);
	set_table(GUEST_VECTORS_VA, vectors_table);
}

void mm_map_ram(uint32_t offset, uint32_t len)
{
	const uint32_t base = GUEST_RAM_VA >> SECTION_SHIFT;

	if (!len || offset >= GUEST_RAM_MAX || len > GUEST_RAM_MAX - offset)
		panic("RAM at slot + %x, %x bytes: out of the guest's map", offset, len);
	for (uint32_t s = offset >> SECTION_SHIFT; s <= (offset + len - 1) >> SECTION_SHIFT; s++) {
		if (!first_level[base + s])
			set_entry(&first_level[base + s],
				  (slot_pa + (s << SECTION_SHIFT)) | ram_flags);
	}
}

void mm_map_vectors(const void *vectors)
{
	set_entry(&vectors_table[(GUEST_VECTORS_VA >> 12) & 0xff],
		  small_page(va_to_pa(vectors), false));
	tlb_flush_page((const void *)GUEST_VECTORS_VA);
}

void *map_device(uint32_t pa, uint32_t len)
{
	const uint32_t first = pa >> SECTION_SHIFT;
	const uint32_t nr = len ? ((pa + len - 1) >> SECTION_SHIFT) - first + 1 : 0;
	const uint32_t va = GUEST_DEVICE_VA + (nr_device_sections << SECTION_SHIFT);

	if (!nr || nr > GUEST_DEVICE_SECTIONS - nr_device_sections)
		return NULL;
	for (uint32_t i = 0; i < nr; i++)
		set_entry(&first_level[(va >> SECTION_SHIFT) + i],
			  (first + i) << SECTION_SHIFT |
			  (cpu_is_v6 ? DESC_DEVICE : DESC_DEVICE_V5));
	nr_device_sections += nr;
	return (void *)(va + (pa & (SECTION - 1)));
}

void *foreign_page(uint32_t index)
{
	return (void *)(GUEST_FOREIGN_VA + index * GUEST_PAGE_SIZE);
}

void foreign_map(uint32_t index, uint32_t pa, bool readonly)
{
	set_entry(&foreign_table[index], small_page(pa, readonly));
	tlb_flush_page(foreign_page(index));
}

void foreign_unmap(uint32_t index)
{
	if (!cpu_is_v6)		/* VIVT: nothing of the frame may stay in the cache */
		for (uint32_t line = 0; line < GUEST_PAGE_SIZE; line += CACHE_LINE)
			__asm__ volatile("mcr p15, 0, %0, c7, c14, 1"
					 : : "r"((char *)foreign_page(index) + line) : "memory");
	set_entry(&foreign_table[index], 0);
	tlb_flush_page(foreign_page(index));
}
