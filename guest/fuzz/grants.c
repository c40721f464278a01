/* SPDX-License-Identifier: BSD-2-Clause */
/* Grant entries of the requests, good and bad. */
#include "fuzz.h"

#define END_TIMEOUT_NS	(500 * NS_PER_MS)

uint8_t data_page[NR_DATA][GUEST_PAGE_SIZE] __attribute__((aligned(4096)));
static uint8_t readonly_page[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));

static void set_entry(grant_ref_t ref, uint16_t flags, domid_t dom, uint32_t frame)
{
	volatile grant_entry_v1_t *entry = &gnttab_table()[ref];

	entry->frame = frame;
	entry->domid = dom;
	memory_barrier();
	entry->flags = flags;
}

/* Of the hypervisor, of another domain, of a device, of nothing. */
static uint32_t foreign_frame(void)
{
	const struct exen_ops *ops = exen_ops();

	switch (below(4)) {
	case 0:
		return (uint32_t)(ops->window_pa >> 12) + below((uint32_t)(ops->window_pa_size >> 12));
	case 1:
		return (slot_pa >> 12) - 1 - below(4096);
	case 2:
		return ((slot_pa + slot_size) >> 12) + below(4096);
	default:
		return (uint32_t)wild_number();
	}
}

void grants_make(domid_t backend)
{
	static const domid_t others[] = { 0, 1, 2, 3, 7, 8, 0x7fef, DOMID_SELF, DOMID_IO, DOMID_XEN, 0xffff };
	domid_t other;

	for (uint32_t i = 0; i < NR_DATA; i++)
		gnttab_grant(REF_DATA + i, backend, data_page[i], false);
	gnttab_grant(REF_READONLY, backend, readonly_page, true);
	do
		other = others[below(ARRAY_SIZE(others))];
	while (other == backend);
	set_entry(REF_OTHERS, GTF_permit_access, other, va_to_gfn(data_page[0]));
	set_entry(REF_FOREIGN, GTF_permit_access, backend, foreign_frame());
	set_entry(REF_FLAGS, (uint16_t)random64(), backend, va_to_gfn(data_page[1]));
	gnttab_grant(REF_REVOKED, backend, data_page[2], false);
	set_entry(REF_NEVER, 0, 0, 0);
}

grant_ref_t good_ref(void)
{
	return REF_DATA + below(NR_DATA);
}

grant_ref_t bad_ref(void)
{
	switch (below(5)) {
	case 0:
		return (grant_ref_t)wild_number();
	case 1:
		return gnttab_nr_entries() + below(3) - 1;
	case 2:
		return REF_BLK_RING + below(REF_DATA - REF_BLK_RING);	/* the rings themselves */
	default:
		return REF_READONLY + below(REF_END - REF_READONLY);
	}
}

void grants_revoke(grant_ref_t ref)
{
	set_entry(ref, 0, 0, 0);
}

grant_ref_t grants_end(grant_ref_t first, grant_ref_t end)
{
	for (grant_ref_t ref = REF_OTHERS; ref < REF_END; ref++)
		grants_revoke(ref);		/* whose flags may be our own */
	for (grant_ref_t ref = first; ref < end; ref++)
		if (!poll_until(gnttab_end_access(ref), END_TIMEOUT_NS))
			return ref;
	return 0;
}
