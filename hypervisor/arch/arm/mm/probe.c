/* SPDX-License-Identifier: Apache-2.0 */
/*
 * May the current guest's kernel read or write a page?  ARM926, ARM1136 and ARM11 MPCore have no instruction
 * that tells, so the tables are walked (ARM ARM B4.7 for v5 and v6).  A guest that walks off its own RAM gets
 * "no": tables are read only inside the slot of the current domain or the hypervisor's RAM.
 */
#include <stdbool.h>

#include <asm/mmu.h>
#include <asm/probe.h>
#include <exen/arch.h>
#include <exen/domain.h>

#define NOT_MAPPED 1u

#define SCTLR_S	BIT(8)
#define SCTLR_R	BIT(9)

static bool read_table(paddr_t pa, uint32_t *entry)
{
	const struct domain *d = current_domain();

	if (!slot_contains(&d->slot, pa, 4) && !is_hypervisor_ram(pa))
		return false;
	*entry = map_table(paddr_to_mfn(pa))[(pa & ~PAGE_MASK) / 4];
	return true;
}

/* AP field, and access rights of PL1 for it.  AP 0 is no access unless SCTLR.S or R make it read-only:
 * Linux for ARMv5 has its kernel's read-only pages that way. */
static bool ap_allows(unsigned int ap, bool apx, bool write)
{
	uint32_t sctlr;

	if (ap)
		return !write || !apx;
	__asm__("mrc p15, 0, %0, c1, c0, 0" : "=r"(sctlr));
	return !write && !apx && (sctlr & (SCTLR_S | SCTLR_R));
}

static bool subpages_allow(uint32_t second, bool write)
{
	for (unsigned int shift = 4; shift < 12; shift += 2) {
		if (!ap_allows((second >> shift) & 3, false, write))
			return false;
	}
	return true;
}

static bool domain_allows(uint32_t first, bool *manager)
{
	uint32_t dacr;

	__asm__("mrc p15, 0, %0, c3, c0, 0" : "=r"(dacr));
	switch ((dacr >> (2 * ((first >> 5) & 15))) & 3) {
	case 1:
		*manager = false;
		return true;
	case 3:
		*manager = true;
		return true;
	default:
		return false;
	}
}

static uint32_t walk(uint32_t va, bool write, bool xp)
{
	uint32_t ttbr, first, second;
	bool manager;

	__asm__("mrc p15, 0, %0, c2, c0, 0" : "=r"(ttbr));
	if (!read_table((ttbr & ~0x3fffu) + (va >> 20) * 4, &first))
		return NOT_MAPPED;
	if ((first & 3) == 0 || (first & 3) == 3 || !domain_allows(first, &manager))
		return NOT_MAPPED;
	if ((first & 3) == 2)
		return manager || ap_allows((first >> 10) & 3, xp && (first & BIT(15)), write) ?
			0 : NOT_MAPPED;
	if (!read_table((first & ~0x3ffu) + ((va >> 12) & 0xff) * 4, &second))
		return NOT_MAPPED;
	if ((second & 3) == 0)
		return NOT_MAPPED;
	if (manager)
		return 0;
	if (!xp && (second & 3) != 3)
		return subpages_allow(second, write) ? 0 : NOT_MAPPED;
	return ap_allows((second >> 4) & 3, xp && (second & BIT(9)), write) ? 0 : NOT_MAPPED;
}

uint32_t probe_walk_v5_read(uint32_t va)
{
	return walk(va, false, false);
}

uint32_t probe_walk_v5_write(uint32_t va)
{
	return walk(va, true, false);
}

uint32_t probe_walk_xp_read(uint32_t va)
{
	return walk(va, false, true);
}

uint32_t probe_walk_xp_write(uint32_t va)
{
	return walk(va, true, true);
}
