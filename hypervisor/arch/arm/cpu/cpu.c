/* SPDX-License-Identifier: Apache-2.0 */
/* The processors that EmbeddedXEN knows, and the choice by MIDR (main ID register). */
#include <stddef.h>

#include <asm/cpu.h>
#include <asm/probe.h>
#include "exen.h"

void v5_context_save(struct arch_vcpu *v);
void v5_context_restore(const struct arch_vcpu *v);
void v5_tlb_flush_all(void);
void v5_dcache_clean_inv_all(void);
void v5_flush_icache_all(void);
void v5_dcache_clean_inv_area(const void *start, uint32_t len_bytes);
void v5_idle(void);

void v6_context_save(struct arch_vcpu *v);
void v6_context_restore(const struct arch_vcpu *v);
void v6k_context_save(struct arch_vcpu *v);
void v6k_context_restore(const struct arch_vcpu *v);
void arm1176_context_save(struct arch_vcpu *v);
void arm1176_context_restore(const struct arch_vcpu *v);
uint32_t arm1176_probe_read(uint32_t va);
uint32_t arm1176_probe_write(uint32_t va);
void v6_tlb_flush_all(void);
void v6_dcache_clean_inv_all(void);
void v6_dcache_clean_inv_area(const void *start, uint32_t len_bytes);
void v6_icache_inv_all(void);

void v7_context_save(struct arch_vcpu *v);
void v7_context_restore(const struct arch_vcpu *v);
uint32_t v7_probe_read(uint32_t va);
uint32_t v7_probe_write(uint32_t va);
void v7_tlb_flush_all(void);
void v7_dcache_clean_inv_all(void);
void v7_icache_inv_all(void);
void v7_dcache_clean_inv_area(const void *start, uint32_t len_bytes);
void v7_idle(void);

/* Attributes that mean the same with and without TEX remap as Linux programs it: write-back,
 * write-allocate normal memory (TEX=001 C B) and strongly ordered (all zero). */
#define MEM_XP { \
	.section_ram = 0x140e, .section_device = 0x412, .section_readonly = 0x8000, .table = 0x1, \
	.page_ram = 0x5f, .page_text = 0x5e, .page_device = 0x13, \
}
/* Before XP: subpage permissions, bit 4 of first-level entries set, no execute-never. */
#define MEM_V5 { \
	.section_ram = 0x41e, .section_device = 0x412, .table = 0x11, \
	.page_ram = 0x55e, .page_text = 0x55e, .page_device = 0x552, \
}

#define OPS_V5(nm, value, mask) { \
	.name = nm, .midr_value = value, .midr_mask = mask, .mem = MEM_V5, \
	.personality = &v5_personality, .arch = IMAGE_ARCH_V5TE, \
	.dcache_aliases = true, \
	.context_save = v5_context_save, .context_restore = v5_context_restore, \
	.probe_read = probe_walk_v5_read, .probe_write = probe_walk_v5_write, \
	.tlb_flush_all = v5_tlb_flush_all, .dcache_clean_inv_all = v5_dcache_clean_inv_all, \
	.icache_inv_all = v5_flush_icache_all, \
	.dcache_clean_inv_area = v5_dcache_clean_inv_area, .idle = v5_idle, \
}
/* Lines of 32 bytes, and the same operations on one of them and for waiting, as on ARM926; MPCore has none
 * for a range. */
#define OPS_V6(nm, value, mask, isa, more, context, probe, lines) { \
	.name = nm, .midr_value = value, .midr_mask = mask, .mem = MEM_XP, \
	.personality = &v6_personality, .arch = isa, .flags = more, \
	.dcache_aliases = true, \
	.context_save = context##_context_save, .context_restore = context##_context_restore, \
	.probe_read = probe##_read, .probe_write = probe##_write, \
	.tlb_flush_all = v6_tlb_flush_all, .dcache_clean_inv_all = v6_dcache_clean_inv_all, \
	.icache_inv_all = v6_icache_inv_all, \
	.dcache_clean_inv_area = lines##_dcache_clean_inv_area, .idle = v5_idle, \
}
#define OPS_V7(nm, value, mask) { \
	.name = nm, .midr_value = value, .midr_mask = mask, .mem = MEM_XP, \
	.personality = &v7_personality, .arch = IMAGE_ARCH_V7, \
	.context_save = v7_context_save, .context_restore = v7_context_restore, \
	.probe_read = v7_probe_read, .probe_write = v7_probe_write, \
	.tlb_flush_all = v7_tlb_flush_all, .dcache_clean_inv_all = v7_dcache_clean_inv_all, \
	.icache_inv_all = v7_icache_inv_all, \
	.dcache_clean_inv_area = v7_dcache_clean_inv_area, .idle = v7_idle, \
}

/* The last that fits is taken. */
static const struct cpu_ops cpus[] = {
	OPS_V5("ARM926EJ-S",	0x41069260, 0xff0ffff0),
	OPS_V6("ARM1136",	0x4107b360, 0xff0ffff0, IMAGE_ARCH_V6K, 0, v6k, probe_walk_xp, v6),
	OPS_V6("ARM1136 r0",	0x4107b360, 0xfffffff0, IMAGE_ARCH_V6, 0, v6, probe_walk_xp, v6),
	OPS_V6("ARM1176",	0x410fb760, 0xff0ffff0, IMAGE_ARCH_V6K, EXEN_CPU_IFAR, arm1176,
	       arm1176_probe, v6),
	OPS_V6("ARM11 MPCore",	0x410fb020, 0xff0ffff0, IMAGE_ARCH_V6K, 0, v6k, probe_walk_xp, v5),
	OPS_V7("Cortex-A8",	0x410fc080, 0xff0ffff0),
	OPS_V7("Cortex-A9",	0x410fc090, 0xff0ffff0),
};

const struct cpu_ops *cpu;
bool vfp2_is_there(void);
uint32_t v5_has_vfp;

uint32_t cpu_midr(void)
{
	uint32_t midr;

	__asm__("mrc p15, 0, %0, c0, c0, 0" : "=r"(midr));
	return midr;
}

bool cpu_identify(void)
{
	const uint32_t midr = cpu_midr();

	for (unsigned int i = 0; i < sizeof(cpus) / sizeof(cpus[0]); i++) {
		if ((midr & cpus[i].midr_mask) == cpus[i].midr_value)
			cpu = &cpus[i];
	}
	return cpu != NULL;
}

void cpu_find_vfp(void)
{
	v5_has_vfp = cpu->personality->arch == 5 && vfp2_is_there();
}
