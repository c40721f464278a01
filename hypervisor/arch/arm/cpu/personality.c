/* SPDX-License-Identifier: Apache-2.0 */
/* The table of processor functions that guests call (struct exen_cpu of abi/exen.h). */
#include <stddef.h>

#include <asm/cpu.h>
#include <asm/mmu.h>
#include <exen/arch.h>
#include <exen/string.h>
#include "exen.h"

#define HWCAP_TLS	0x8000u		/* of Linux's: a thread register for user space, not on ARM1136 r0 */

void cpu_flush_dcache_area(void);
void cpu_clean_dcache_area(void);
void cpu_dma_flush_range(void);
void cpu_dma_map(void);
void cpu_dma_unmap(void);
void cpu_coherent_range(void);
void cpu_flush_tlb_user(void);
void cpu_flush_tlb_kernel(void);
void cpu_nothing(void);

#define DECLARE_PERSONALITY(gen) \
	void gen##_cpu_setup(void); \
	void gen##_switch_mm(void); \
	void gen##_set_pte(void); \
	void gen##_flush_icache_all(void); \
	void gen##_flush_cache_all(void); \
	void gen##_copy_page(void); \
	void gen##_clear_page(void)

DECLARE_PERSONALITY(v5);
void v5_flush_user_range(void);

DECLARE_PERSONALITY(v6);
void v6_switch_mm_no_asid(void);
void v6_set_pte_v5(void);

DECLARE_PERSONALITY(v7);
void v7_switch_mm_no_asid(void);
void v7_set_pte_v5(void);

const struct cpu_personality v5_personality = {
	.arch = 5,
	.hwcap = 0x0197,		/* swp half thumb fastmult edsp java */
	.section_ram = 0xc1e,
	.section_io = 0xc12,
	.setup = v5_cpu_setup,
	.functions = {
		v5_switch_mm, v5_switch_mm, v5_set_pte, v5_set_pte,
		cpu_flush_tlb_user, cpu_flush_tlb_kernel,
		v5_flush_icache_all, v5_flush_cache_all, v5_flush_cache_all, v5_flush_user_range,
		cpu_coherent_range, cpu_flush_dcache_area, cpu_clean_dcache_area,
		cpu_dma_map, cpu_nothing, cpu_dma_flush_range,
		v5_copy_page, v5_clear_page,
	},
};

const struct cpu_personality v6_personality = {
	.arch = 6,
	.flags = EXEN_CPU_FAULT_WRITE | EXEN_CPU_IFSR | EXEN_CPU_ASID | EXEN_CPU_PREFETCH_FLUSH,
	.hwcap = 0x0197 | HWCAP_TLS,
	.section_ram = 0xc0e,
	.section_io = 0xc02,
	.setup = v6_cpu_setup,
	.functions = {
		v6_switch_mm, v6_switch_mm_no_asid, v6_set_pte, v6_set_pte_v5,
		cpu_flush_tlb_user, cpu_flush_tlb_kernel,
		v6_flush_icache_all, v6_flush_cache_all, v6_flush_cache_all, v6_flush_cache_all,
		cpu_coherent_range, cpu_flush_dcache_area, cpu_clean_dcache_area,
		cpu_dma_map, cpu_dma_unmap, cpu_dma_flush_range,
		v6_copy_page, v6_clear_page,
	},
};

const struct cpu_personality v7_personality = {
	.arch = 7,
	.flags = EXEN_CPU_FAULT_WRITE | EXEN_CPU_IFSR | EXEN_CPU_IFAR | EXEN_CPU_ASID |
		 EXEN_CPU_UNIFIED_TLB | EXEN_CPU_PREFETCH_FLUSH,
	.hwcap = 0x0097 | HWCAP_TLS,	/* no java */
	.section_ram = 0xc0e,
	.section_io = 0xc02,
	.setup = v7_cpu_setup,
	.functions = {
		v7_switch_mm, v7_switch_mm_no_asid, v7_set_pte, v7_set_pte_v5,
		cpu_flush_tlb_user, cpu_flush_tlb_kernel,
		v7_flush_icache_all, v7_flush_cache_all, cpu_nothing, cpu_nothing,
		cpu_coherent_range, cpu_flush_dcache_area, cpu_clean_dcache_area,
		cpu_dma_map, cpu_dma_unmap, cpu_dma_flush_range,
		v7_copy_page, v7_clear_page,
	},
};

/* Cache type register, ARM DDI 0406C B4.1.42; before ARMv7 all lines are of 32 bytes. */
static void fill_line_sizes(struct exen_cpu *table)
{
	uint32_t ctr;

	__asm__("mrc p15, 0, %0, c0, c0, 1" : "=r"(ctr));
	table->dcache_line = table->arch < 7 ? 32 : 4u << (ctr >> 16 & 15);
	table->icache_line = table->arch < 7 ? 32 : 4u << (ctr & 15);
}

void personality_publish(void)
{
	const struct cpu_personality *p = cpu->personality;
	struct exen_cpu *table = (struct exen_cpu *)EXEN_CPU_TABLE;

	_Static_assert(offsetof(struct exen_cpu, switch_mm) == EXEN_CPU_SWITCH_MM, "ABI");
	_Static_assert(offsetof(struct exen_cpu, flush_tlb_user) == EXEN_CPU_FLUSH_TLB_USER, "ABI");
	_Static_assert(sizeof(p->functions) == sizeof(*table) - EXEN_CPU_SWITCH_MM, "ABI");
	table->size = sizeof(*table);
	table->flags = p->flags | cpu->flags | (cpu->dcache_aliases ? EXEN_CPU_DCACHE_ALIASES : 0);
	table->hwcap = p->hwcap & (cpu->arch == IMAGE_ARCH_V6 ? ~HWCAP_TLS : ~0u);
	table->name = (uint32_t)(uintptr_t)cpu->name;
	table->arch = p->arch;
	fill_line_sizes(table);
	memcpy(&table->switch_mm, p->functions, sizeof(p->functions));
}

void arch_fill_boot_info(struct exen_boot_info *info)
{
	const struct cpu_personality *p = cpu->personality;

	info->cpu_setup = hv_va_to_pa((const void *)(uintptr_t)p->setup);
	info->section_ram = p->section_ram;
	info->section_io = p->section_io;
	mmu_window_sections(info->section);
}
