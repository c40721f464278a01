/* SPDX-License-Identifier: BSD-2-Clause */
/* Grants: entries given, foreign frames mapped and copied. */
#include <guest/cpu.h>
#include <guest/gnttab.h>
#include <guest/mm.h>
#include <guest/sched.h>
#include "internal.h"

#define RETRY_NS	(100 * NS_PER_US)
#define MAX_RETRIES	1000

static grant_entry_v1_t *table;
static uint32_t nr_entries;

void gnttab_init(void)
{
	struct gnttab_query_size size = { .dom = DOMID_SELF };

	table = shared_page((uint32_t)exen_op(EXEN_OP_get_info, EXEN_INFO_grant_frames, 0));
	if (table && !grant_table_op(GNTTABOP_query_size, &size, 1) && size.status == GNTST_okay)
		nr_entries = size.nr_frames * (GUEST_PAGE_SIZE / sizeof(*table));
	if (cpu_is_v6)				/* see cmpxchg() */
		exen_op(EXEN_OP_exclusive, 0, 0);
}

grant_entry_v1_t *gnttab_table(void)
{
	return table;
}

uint32_t gnttab_nr_entries(void)
{
	return nr_entries;
}

void gnttab_grant(grant_ref_t ref, domid_t dom, const void *page, bool readonly)
{
	volatile grant_entry_v1_t *entry = &table[ref];

	entry->frame = va_to_gfn(page);
	entry->domid = dom;
	memory_barrier();		/* valid only once the rest is there */
	entry->flags = (uint16_t)(GTF_permit_access | (readonly ? GTF_readonly : 0));
}

bool gnttab_end_access(grant_ref_t ref)
{
	uint32_t *word = (uint32_t *)(void *)&table[ref];	/* flags and domid */
	uint32_t old;

	do {
		old = *(volatile uint32_t *)word;
		if (old & (GTF_reading | GTF_writing))
			return false;
	} while (!cmpxchg(word, old, 0));
	return true;
}

/* GNTST_eagain: the granter is in the middle of a masked section and may be changing the entry. */
static int32_t map_op(struct gnttab_map_grant_ref *op)
{
	int32_t err = grant_table_op(GNTTABOP_map_grant_ref, op, 1);

	for (uint32_t i = 0; !err && op->status == GNTST_eagain && i < MAX_RETRIES; i++) {
		sleep_ns(RETRY_NS);
		err = grant_table_op(GNTTABOP_map_grant_ref, op, 1);
	}
	return err ? err : op->status;
}

int32_t gnttab_map(struct gnttab_mapping *m, uint32_t index, domid_t dom, grant_ref_t ref,
		   bool readonly)
{
	struct gnttab_map_grant_ref op = {
		.host_addr = hypercall_ptr(foreign_page(index)),
		.flags = GNTMAP_host_map | (readonly ? GNTMAP_readonly : 0),
		.ref = ref,
		.dom = dom,
	};
	const int32_t err = map_op(&op);

	if (err)
		return err;
	m->va = foreign_page(index);
	m->pa = (uint32_t)op.dev_bus_addr;
	m->handle = op.handle;
	m->index = index;
	foreign_map(index, m->pa, readonly);
	return GNTST_okay;
}

int32_t gnttab_unmap(struct gnttab_mapping *m)
{
	struct gnttab_unmap_grant_ref op = {
		.host_addr = hypercall_ptr(m->va),
		.handle = m->handle,
	};
	int32_t err;

	foreign_unmap(m->index);
	err = grant_table_op(GNTTABOP_unmap_grant_ref, &op, 1);
	return err ? err : op.status;
}

int32_t gnttab_copy(gnttab_copy_t *op)
{
	const int32_t err = grant_table_op(GNTTABOP_copy, op, 1);

	return err ? err : op->status;
}

int32_t gnttab_copy_from(void *dst, domid_t dom, grant_ref_t ref, uint32_t offset, uint32_t len)
{
	gnttab_copy_t op = {
		.source = { .u.ref = ref, .domid = dom, .offset = (uint16_t)offset },
		.dest = { .u.gmfn = va_to_gfn(dst), .domid = DOMID_SELF,
			  .offset = va_to_pa(dst) % GUEST_PAGE_SIZE },
		.len = (uint16_t)len,
		.flags = GNTCOPY_source_gref,
	};

	return gnttab_copy(&op);
}

int32_t gnttab_copy_to(domid_t dom, grant_ref_t ref, uint32_t offset, const void *src,
		       uint32_t len)
{
	gnttab_copy_t op = {
		.source = { .u.gmfn = va_to_gfn(src), .domid = DOMID_SELF,
			    .offset = va_to_pa(src) % GUEST_PAGE_SIZE },
		.dest = { .u.ref = ref, .domid = dom, .offset = (uint16_t)offset },
		.len = (uint16_t)len,
		.flags = GNTCOPY_dest_gref,
	};

	return gnttab_copy(&op);
}
