/* SPDX-License-Identifier: Apache-2.0 */
/* Grant tables: their memory. */
#include <exen/arch.h>
#include <exen/bug.h>
#include <exen/string.h>

#include "gnttab.h"

static struct gnttab tables[MAX_DOMAINS];

bool gnttab_alloc(struct domain *d)
{
	d->gnttab = &tables[d->domid];
	d->gnttab->entry = shared_pages_alloc(MAX_GRANT_FRAMES);
	return d->gnttab->entry;
}

paddr_t gnttab_frames_paddr(const struct domain *d)
{
	return shared_page_paddr(d->gnttab->entry);
}

/* The rings whose other end is the hypervisor: nobody can map them, but tools see them in use. */
static void fill_reserved(struct domain *d)
{
	d->gnttab->entry[GNTTAB_RESERVED_CONSOLE] = (struct grant_entry_v1){
		.flags = GTF_permit_access,
		.domid = DOMID_XEN,
		.frame = paddr_to_mfn(shared_page_paddr(d->console_ring)).nr,
	};
	d->gnttab->entry[GNTTAB_RESERVED_XENSTORE] = (struct grant_entry_v1){
		.flags = GTF_permit_access,
		.domid = DOMID_XEN,
		.frame = paddr_to_mfn(shared_page_paddr(d->store_ring)).nr,
	};
}

void gnttab_init(struct domain *d)
{
	struct gnttab *t = d->gnttab;
	struct grant_entry_v1 *entry = t->entry;

	BUG_ON(t->nr_pins);
	memset(t, 0, sizeof(*t));
	t->entry = entry;
	memset(entry, 0, MAX_GRANT_FRAMES * PAGE_SIZE);
	fill_reserved(d);
	for (uint32_t i = 0; i < MAX_GRANT_MAPS; i++)
		t->map[i] = (struct grant_map){ .frame = i + 1, .domid = GRANT_MAP_FREE };
}

bool gnttab_is_mapped_by_others(const struct domain *d)
{
	return d->gnttab->nr_pins;
}
