/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug builds: is a frame cached at two addresses?  Looks through the page tables of the guest that is
 * about to lose the CPU, 64 first-level entries a time.  What may not be and why: Documentation/caches.md.
 */
#include <asm/alias_check.h>
#include <asm/cpu.h>
#include <asm/memory.h>
#include <asm/mmu.h>
#include <exen/arch.h>
#include <exen/bug.h>
#include <exen/domain.h>
#include <exen/string.h>
#include "exen.h"

extern const uint32_t hv_pgd[];

#define CHUNK		64u		/* entries; a divisor of both tables' */
#define L1_ENTRIES	4096u
#define L2_ENTRIES	256u
#define MAX_FOREIGN	256

#define TYPE_FAULT	0
#define TYPE_TABLE	1		/* first level */
#define TYPE_SECTION	2
#define TYPE_LARGE	1		/* second level; others are small pages */

/* A frame of another domain that has been met at an address. */
struct foreign {
	paddr_t pa;
	uint32_t va;
};

static struct sweep {
	uint32_t next;			/* first-level index */
	unsigned int nr_foreign;
	struct foreign foreign[MAX_FOREIGN];
} sweeps[MAX_DOMAINS];

static bool is_xp(void)
{
	return cpu->personality->arch >= 6;
}

/* Address bits in which two cached addresses of a frame must agree: none is enough where tags are virtual;
 * ARMv6 knows four colours (ARM DDI 0100I B6.3). */
static uint32_t colour_bits(void)
{
	return is_xp() ? 0x3000 : PAGE_MASK;
}

/* Is normal memory with these attributes kept in the inner cache (ARM ARM B3.8.2, before v6 TEX is 0)? */
static bool is_cached(uint32_t tex, uint32_t cb)
{
	if (tex & 4)
		return cb != 0;
	return tex == 0 ? cb >= 2 : tex == 1 && cb == 3;
}

static bool read_entries(const struct domain *d, paddr_t pa, uint32_t entry[CHUNK])
{
	const uint32_t bytes = CHUNK * sizeof(entry[0]);

	if (!slot_contains(&d->slot, pa, bytes))
		return false;
	memcpy(entry, (const char *)map_temporary(0, paddr_to_mfn(pa)) + (pa & ~PAGE_MASK), bytes);
	flush_temporary(0, pa & ~PAGE_MASK, bytes);
	unmap_temporary();
	return true;
}

/* @return whether the second-level entry maps something cached, and where */
static bool decode_page(uint32_t entry, uint32_t va, paddr_t *pa)
{
	const bool is_large = (entry & 3) == TYPE_LARGE;
	const uint32_t tex = is_xp() ? entry >> (is_large ? 12 : 6) & 7 : 0;

	*pa = is_large ? (entry & 0xffff0000) | (va & 0xf000) : entry & PAGE_MASK;
	return (entry & 3) != TYPE_FAULT && is_cached(tex, entry >> 2 & 3);
}

static bool decode_section(uint32_t entry, uint32_t va, paddr_t *pa)
{
	const bool is_super = is_xp() && (entry & BIT(18));

	*pa = is_super ? (entry & 0xff000000) | (va & 0x00f00000) : entry & 0xfff00000;
	return is_cached(is_xp() ? entry >> 12 & 7 : 0, entry >> 2 & 3);
}

/* Does the guest still have @p pa, cached, at @p va?  It may have unmapped it since it was met. */
static bool is_mapped(const struct domain *d, paddr_t table, uint32_t va, paddr_t pa)
{
	uint32_t entry[CHUNK], l1 = va >> 20, l2 = va >> 12 & (L2_ENTRIES - 1);
	paddr_t found;

	if (!read_entries(d, table + (l1 & ~(CHUNK - 1)) * sizeof(entry[0]), entry))
		return false;
	l1 = entry[l1 % CHUNK];
	if ((l1 & 3) == TYPE_SECTION)
		return decode_section(l1, va, &found) && found == pa;
	if ((l1 & 3) != TYPE_TABLE ||
	    !read_entries(d, (l1 & ~0x3ffu) + (l2 & ~(CHUNK - 1)) * sizeof(entry[0]), entry))
		return false;
	return decode_page(entry[l2 % CHUNK], va, &found) && found == pa;
}

static void report(struct domain *d, paddr_t pa, uint32_t va, uint32_t other)
{
	domain_crash(d, "cache alias: %08x is cached at %08x and at %08x", (unsigned int)pa,
		     (unsigned int)va, (unsigned int)other);
}

static void check_foreign(struct domain *d, paddr_t table, uint32_t va, paddr_t pa)
{
	struct sweep *s = &sweeps[d->domid];

	for (unsigned int i = 0; i < s->nr_foreign; i++) {
		const struct foreign *f = &s->foreign[i];

		if (f->pa == pa && ((f->va ^ va) & colour_bits()) && is_mapped(d, table, f->va, pa))
			report(d, pa, va, f->va);
	}
	if (s->nr_foreign < MAX_FOREIGN)
		s->foreign[s->nr_foreign++] = (struct foreign){ pa, va };
}

/* A page or a section that is cached. */
static void check_frame(struct domain *d, paddr_t table, uint32_t va, paddr_t pa)
{
	const uint32_t window_va = HV_BASE + (pa - hv_paddr);

	if (!is_hypervisor_ram(pa)) {
		if (!slot_contains(&d->slot, pa, 1))
			check_foreign(d, table, va, pa);
	} else if ((va ^ window_va) & colour_bits()) {
		report(d, pa, va, window_va);
	}
}

static void check_table(struct domain *d, paddr_t table, uint32_t va, uint32_t descriptor)
{
	uint32_t entry[CHUNK];
	paddr_t pa;

	for (uint32_t i = 0; i < L2_ENTRIES; i++, va += PAGE_SIZE) {
		const paddr_t chunk = (descriptor & ~0x3ffu) + i * (paddr_t)sizeof(entry[0]);

		if (i % CHUNK == 0 && !read_entries(d, chunk, entry))
			return;
		if (decode_page(entry[i % CHUNK], va, &pa))
			check_frame(d, table, va, pa);
	}
}

static void check_entry(struct domain *d, paddr_t table, uint32_t va, uint32_t entry)
{
	uint32_t window[EXEN_WINDOW_SECTIONS];
	paddr_t pa;

	if (va - EXEN_WINDOW_BASE < EXEN_WINDOW_SIZE) {
		mmu_window_sections(window);
		if (entry != window[(va - EXEN_WINDOW_BASE) >> 20])
			domain_crash(d, "cache alias: the window's entry for %08x is %08x",
				     (unsigned int)va, (unsigned int)entry);
	} else if ((entry & 3) == TYPE_TABLE) {
		check_table(d, table, va, entry);
	} else if ((entry & 3) == TYPE_SECTION && decode_section(entry, va, &pa)) {
		check_frame(d, table, va, pa);
	}
}

static bool mmu_is_on(void)
{
	uint32_t sctlr;

	__asm__("mrc p15, 0, %0, c1, c0, 0" : "=r"(sctlr));
	return sctlr & 1;
}

void alias_check(struct domain *d)
{
	uint32_t ttbr, entry[CHUNK];
	struct sweep *s;

	BUG_ON(temporary_is_mapped());
	if (!cpu->dcache_aliases || d->domid >= MAX_DOMAINS || d->state != DOMAIN_RUNNING || !mmu_is_on())
		return;
	__asm__("mrc p15, 0, %0, c2, c0, 0" : "=r"(ttbr));
	ttbr &= ~0x3fffu;
	s = &sweeps[d->domid];
	if (!read_entries(d, ttbr + s->next * sizeof(entry[0]), entry))
		return;			/* the start tables are the hypervisor's own */
	for (uint32_t i = 0; i < CHUNK; i++)
		check_entry(d, ttbr, (s->next + i) << 20, entry[i]);
	s->next = (s->next + CHUNK) % L1_ENTRIES;
	if (!s->next)
		s->nr_foreign = 0;
}
