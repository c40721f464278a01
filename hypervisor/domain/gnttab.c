/* SPDX-License-Identifier: Apache-2.0 */
/* Grant tables: entries, how often each is mapped, and when the guest is told. */
#include <errno.h>

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

/* -- what the guest sees of it -- */

/*
 * A vcpu that was preempted with its interrupts masked may be between load and store of its own
 * change of an entry (decisions/0010).  Everywhere else it is not: a guest without ldrex masks
 * interrupts around it, and with ldrex its store fails because the preemption cleared the monitor.
 */
bool gnttab_is_quiet(const struct domain *owner)
{
	for (unsigned int i = 0; i < owner->nr_vcpus; i++) {
		if (owner->vcpu[i].in_masked_section)
			return false;
	}
	return true;
}

static void write_flags(struct gnttab *t, uint32_t ref)
{
	volatile uint16_t *flags = &t->entry[ref].flags;
	const uint16_t now = *flags;
	uint16_t use = 0;

	if (t->pin[ref].writers)
		use = GTF_reading | GTF_writing;
	else if (t->pin[ref].readers)
		use = GTF_reading;
	/* An entry that was revoked while it is mapped is the guest's: nothing is added to it. */
	if ((now & GTF_type_mask) != GTF_permit_access)
		use = 0;
	*flags = (uint16_t)((now & ~(GTF_reading | GTF_writing)) | use);
}

static void publish(struct domain *owner, uint32_t ref)
{
	struct gnttab *t = owner->gnttab;

	if (gnttab_is_quiet(owner)) {
		write_flags(t, ref);
		return;
	}
	t->unpublished[ref / 32] |= BIT(ref % 32);
	t->has_unpublished = true;
}

void gnttab_publish_all(struct domain *d)
{
	struct gnttab *t = d->gnttab;

	t->has_unpublished = false;
	for (uint32_t word = 0; word < ARRAY_SIZE(t->unpublished); word++) {
		for (; t->unpublished[word]; t->unpublished[word] &= t->unpublished[word] - 1)
			write_flags(t, word * 32 +
				       (uint32_t)__builtin_ctz(t->unpublished[word]));
	}
}

/* -- use of an entry -- */

int gnttab_find(struct grant *g, domid_t domid, grant_ref_t ref, bool write)
{
	struct domain *owner = domain_by_id(domid);
	struct grant_entry_v1 entry;

	if (!owner || owner->state != DOMAIN_RUNNING)
		return GNTST_bad_domain;
	if (ref >= NR_GRANT_REFS)
		return GNTST_bad_gntref;
	entry = *(volatile struct grant_entry_v1 *)&owner->gnttab->entry[ref];
	if ((entry.flags & GTF_type_mask) != GTF_permit_access ||
	    entry.domid != current_domain()->domid)
		return GNTST_general_error;
	if (write && (entry.flags & GTF_readonly))
		return GNTST_general_error;
	if (!slot_contains_frame(&owner->slot, entry.frame))
		return GNTST_bad_page;
	*g = (struct grant){ .owner = owner, .ref = ref, .frame = entry.frame };
	return GNTST_okay;
}

void gnttab_pin(const struct grant *g, bool is_readonly)
{
	struct gnttab *t = g->owner->gnttab;

	if (is_readonly)
		t->pin[g->ref].readers++;
	else
		t->pin[g->ref].writers++;
	t->nr_pins++;
	publish(g->owner, g->ref);
}

void gnttab_unpin(struct domain *owner, uint32_t ref, bool is_readonly)
{
	struct gnttab *t = owner->gnttab;

	if (is_readonly)
		t->pin[ref].readers--;
	else
		t->pin[ref].writers--;
	t->nr_pins--;
	publish(owner, ref);
}
