/* SPDX-License-Identifier: Apache-2.0 */
/* Mapping and unmapping granted frames. */
#include <exen/bug.h>

#include "gnttab.h"

#define USABLE_FLAGS	(GNTMAP_device_map | GNTMAP_host_map)

/* May the mapping be made?  @return GNTST_* and the grant */
static int check_map(struct grant *g, const struct gnttab_map_grant_ref *op)
{
	const bool is_readonly = op->flags & GNTMAP_readonly;
	const struct grant_pin *pin;
	int status;

	if (!(op->flags & USABLE_FLAGS))
		return GNTST_bad_gntref;
	if (op->flags & GNTMAP_contains_pte)	/* page tables are their guest's own business */
		return GNTST_general_error;
	status = gnttab_find(g, op->dom, op->ref, !is_readonly);
	if (status)
		return status;
	/* The owner may just now be ending this grant: not before it has shown whether it does. */
	if (!gnttab_is_quiet(g->owner))
		return GNTST_eagain;
	pin = &g->owner->gnttab->pin[g->ref];
	if ((is_readonly ? pin->readers : pin->writers) == MAX_PINS)
		return GNTST_no_space;
	return current_domain()->gnttab->free_map == MAX_GRANT_MAPS ? GNTST_no_space : GNTST_okay;
}

int gnttab_op_map(void *arg)
{
	struct gnttab_map_grant_ref *op = arg;
	const bool is_readonly = op->flags & GNTMAP_readonly;
	struct gnttab *mapper = current_domain()->gnttab;
	struct grant_map *map;
	struct grant g;

	op->status = (int16_t)check_map(&g, op);
	if (op->status)
		return 0;
	op->handle = mapper->free_map;
	map = &mapper->map[op->handle];
	mapper->free_map = map->frame;
	mapper->nr_maps++;
	*map = (struct grant_map){
		.frame = g.frame,
		.ref = (uint16_t)g.ref,
		.domid = (uint8_t)g.owner->domid,
		.is_readonly = is_readonly,
	};
	gnttab_pin(&g, is_readonly);
	op->dev_bus_addr = (uint64_t)g.frame << PAGE_SHIFT;
	return 0;
}

static void end_map(struct gnttab *mapper, uint32_t handle)
{
	struct grant_map *map = &mapper->map[handle];

	/* A domain whose memory is mapped is not made anew, so its table still counts this pin. */
	gnttab_unpin(domain_by_id(map->domid), map->ref, map->is_readonly);
	*map = (struct grant_map){ .frame = mapper->free_map, .domid = GRANT_MAP_FREE };
	mapper->free_map = handle;
	mapper->nr_maps--;
}

int gnttab_op_unmap(void *arg)
{
	struct gnttab_unmap_grant_ref *op = arg;
	struct gnttab *mapper = current_domain()->gnttab;

	if (op->handle >= MAX_GRANT_MAPS || mapper->map[op->handle].domid == GRANT_MAP_FREE) {
		op->status = GNTST_bad_handle;
		return 0;
	}
	if (op->dev_bus_addr &&
	    op->dev_bus_addr != (uint64_t)mapper->map[op->handle].frame << PAGE_SHIFT) {
		op->status = GNTST_bad_dev_addr;
		return 0;
	}
	end_map(mapper, op->handle);
	op->status = GNTST_okay;
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
