/* SPDX-License-Identifier: Apache-2.0 */
/* Mapping and unmapping granted frames.  In one file, so that the compiler makes one piece of the way of
 * a page. */
#include <exen/bug.h>

#include "gnttab.h"

/* -- what the guest sees of it -- */

/*
 * A vcpu that was preempted with its interrupts masked may be between load and store of its own
 * change of an entry (decisions/0010).  Everywhere else it is not: a guest without ldrex masks
 * interrupts around it, and with ldrex its store fails because the preemption cleared the monitor.
 */
static inline bool is_quiet(const struct domain *owner)
{
	for (unsigned int i = 0; i < MAX_VCPUS; i++) {
		if (owner->vcpu[i].in_masked_section)
			return false;
	}
	return true;
}

static inline uint16_t flags_in_use(uint16_t flags, grant_pin_t pin)
{
	flags &= (uint16_t)~(GTF_reading | GTF_writing);
	/* An entry that was revoked while it is mapped is the guest's: nothing is added to it. */
	if (!pin || (flags & GTF_type_mask) != GTF_permit_access)
		return flags;
	return flags | (pin_writers(pin) ? GTF_reading | GTF_writing : GTF_reading);
}

/* Bits go at any time: a guest that has loaded them in the middle of a change of its own stores nothing.
 * They are set when the owner is quiet. */
static inline void write_flags(struct gnttab *t, uint32_t ref)
{
	uint16_t *flags = &t->entry[ref].flags;

	WRITE_ONCE(*flags, flags_in_use(READ_ONCE(*flags), t->pin[ref]));
}

/* -- use of an entry -- */

/* What the guest may change meanwhile is read once. */
static inline int find(struct grant *g, const struct domain *user, domid_t domid, grant_ref_t ref,
		       bool write)
{
	struct domain *owner = domain_by_id(domid);
	const struct grant_entry_v1 *entry;
	uint16_t flags;

	if (!owner || owner->state != DOMAIN_RUNNING)
		return GNTST_bad_domain;
	if (ref >= NR_GRANT_REFS)
		return GNTST_bad_gntref;
	entry = &owner->gnttab->entry[ref];
	flags = READ_ONCE(entry->flags);
	if ((flags & GTF_type_mask) != GTF_permit_access || READ_ONCE(entry->domid) != user->domid)
		return GNTST_general_error;
	if (write && (flags & GTF_readonly))
		return GNTST_general_error;
	g->owner = owner;
	g->ref = ref;
	g->frame = READ_ONCE(entry->frame);
	return slot_contains_frame(&owner->slot, g->frame) ? GNTST_okay : GNTST_bad_page;
}

int gnttab_find(struct grant *g, domid_t domid, grant_ref_t ref, bool write)
{
	return find(g, current_domain(), domid, ref, write);
}

/* -- mappings -- */

#define USABLE_FLAGS	(GNTMAP_device_map | GNTMAP_host_map)

/* May the mapping be made?  @return GNTST_* and the grant */
static inline int check_map(struct grant *g, const struct domain *mapper, uint32_t flags,
			    domid_t domid, grant_ref_t ref)
{
	const bool is_readonly = flags & GNTMAP_readonly;
	grant_pin_t pin;
	int status;

	if (!(flags & USABLE_FLAGS))
		return GNTST_bad_gntref;
	if (flags & GNTMAP_contains_pte)	/* page tables are their guest's own business */
		return GNTST_general_error;
	status = find(g, mapper, domid, ref, !is_readonly);
	if (status)
		return status;
	/* The owner may just now be ending this grant: not before it has shown whether it does. */
	if (!is_quiet(g->owner))
		return GNTST_eagain;
	pin = g->owner->gnttab->pin[ref];
	if ((is_readonly ? pin_readers(pin) : pin_writers(pin)) == MAX_PINS)
		return GNTST_no_space;
	return mapper->gnttab->free_map == MAX_GRANT_MAPS ? GNTST_no_space : GNTST_okay;
}

/* Cannot fail.  @return the handle */
static inline grant_handle_t begin_map(struct gnttab *mapper, const struct grant *g,
				       bool is_readonly)
{
	struct gnttab *owner = g->owner->gnttab;
	const grant_handle_t handle = mapper->free_map;
	struct grant_map *map = &mapper->map[handle];

	mapper->free_map = map->frame;
	mapper->nr_maps++;
	map->frame = g->frame;
	map->ref = (uint16_t)g->ref;
	map->domid = (uint8_t)g->owner->domid;
	map->is_readonly = is_readonly;
	owner->pin[g->ref] += is_readonly ? PIN_READER : PIN_WRITER;
	owner->nr_pins++;
	write_flags(owner, g->ref);
	return handle;
}

int gnttab_op_map(void *arg)
{
	struct gnttab_map_grant_ref *op = arg;
	const uint32_t flags = READ_ONCE(op->flags);
	const struct domain *mapper = current_domain();
	struct grant g;
	const int status = check_map(&g, mapper, flags, READ_ONCE(op->dom), READ_ONCE(op->ref));

	op->status = (int16_t)status;
	if (status)
		return 0;
	op->handle = begin_map(mapper->gnttab, &g, flags & GNTMAP_readonly);
	op->dev_bus_addr = (uint64_t)g.frame << PAGE_SHIFT;
	return 0;
}

static void end_map(struct gnttab *mapper, grant_handle_t handle)
{
	struct grant_map *map = &mapper->map[handle];
	/* A domain whose memory is mapped is not made anew, so its table still counts this pin. */
	struct domain *owner = &domain_table[map->domid];

	owner->gnttab->pin[map->ref] -= map->is_readonly ? PIN_READER : PIN_WRITER;
	owner->gnttab->nr_pins--;
	write_flags(owner->gnttab, map->ref);
	map->frame = mapper->free_map;
	map->domid = GRANT_MAP_FREE;
	mapper->free_map = handle;
	mapper->nr_maps--;
}

int gnttab_op_unmap(void *arg)
{
	struct gnttab_unmap_grant_ref *op = arg;
	struct gnttab *mapper = current_domain()->gnttab;
	const grant_handle_t handle = READ_ONCE(op->handle);
	const uint64_t bus_addr = READ_ONCE(op->dev_bus_addr);

	if (handle >= MAX_GRANT_MAPS || mapper->map[handle].domid == GRANT_MAP_FREE) {
		op->status = GNTST_bad_handle;
	} else if (bus_addr && bus_addr != (uint64_t)mapper->map[handle].frame << PAGE_SHIFT) {
		op->status = GNTST_bad_dev_addr;
	} else {
		end_map(mapper, handle);
		op->status = GNTST_okay;
	}
	return 0;
}

void gnttab_end(struct domain *d)
{
	struct gnttab *t = d->gnttab;

	for (uint32_t handle = 0; t->nr_maps && handle < MAX_GRANT_MAPS; handle++) {
		if (t->map[handle].domid != GRANT_MAP_FREE)
			end_map(t, handle);
	}
	BUG_ON(t->nr_maps);
}
