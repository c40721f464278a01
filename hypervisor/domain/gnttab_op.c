/* SPDX-License-Identifier: Apache-2.0 */
/* The grant_table_op hypercall: arrays of operations, and those about a table as a whole. */
#include <errno.h>

#include <exen/arch.h>
#include <exen/commands.h>
#include <exen/hypercall.h>
#include <exen/printk.h>

#include "gnttab.h"

static struct domain *target_domain(domid_t domid, int16_t *status)
{
	struct domain *d = domain_by_id(domid);

	*status = GNTST_okay;
	if (!d)
		*status = GNTST_bad_domain;
	else if (d != current_domain() && !current_domain()->is_privileged)
		*status = GNTST_permission_denied;
	return *status ? NULL : d;
}

/* All frames are there from the start, so nothing is set up: the caller learns where they are. */
static int op_setup_table(void *arg)
{
	struct gnttab_setup_table *op = arg;
	const struct domain *d = target_domain(op->dom, &op->status);
	xen_pfn_t frame[MAX_GRANT_FRAMES];

	if (!d)
		return 0;
	if (op->nr_frames > MAX_GRANT_FRAMES) {
		op->status = GNTST_general_error;
		return 0;
	}
	for (uint32_t i = 0; i < op->nr_frames; i++)
		frame[i] = paddr_to_mfn(gnttab_frames_paddr(d)).nr + i;
	if (op->nr_frames &&
	    copy_to_guest(op->frame_list.q, frame, op->nr_frames * sizeof(frame[0])))
		op->status = GNTST_bad_virt_addr;
	return 0;
}

static int op_query_size(void *arg)
{
	struct gnttab_query_size *op = arg;

	if (!target_domain(op->dom, &op->status))
		return 0;
	op->nr_frames = MAX_GRANT_FRAMES;
	op->max_nr_frames = MAX_GRANT_FRAMES;
	return 0;
}

static int op_set_version(void *arg)
{
	const struct gnttab_set_version *op = arg;

	return op->version == 1 ? 0 : -EINVAL;
}

static int op_get_version(void *arg)
{
	struct gnttab_get_version *op = arg;
	int16_t status;

	if (!target_domain(op->dom, &status))
		return status == GNTST_bad_domain ? -ESRCH : -EPERM;
	op->version = 1;
	return 0;
}

static int op_dump_table(void *arg)
{
	struct gnttab_dump_table *op = arg;
	const struct domain *d = target_domain(op->dom, &op->status);

	if (d)
		printk("domain %u: %u mappings of its frames, %u mappings of others'\n", d->domid,
		       d->gnttab->nr_pins, d->gnttab->nr_maps);
	return 0;
}

static int op_swap_grant_ref(void *arg)
{
	struct gnttab_swap_grant_ref *op = arg;
	struct gnttab *t = current_domain()->gnttab;
	struct grant_entry_v1 entry;

	if (op->ref_a >= NR_GRANT_REFS || op->ref_b >= NR_GRANT_REFS) {
		op->status = GNTST_bad_gntref;
		return 0;
	}
	if (t->pin[op->ref_a] || t->pin[op->ref_b]) {
		op->status = GNTST_eagain;
		return 0;
	}
	entry = t->entry[op->ref_a];
	t->entry[op->ref_a] = t->entry[op->ref_b];
	t->entry[op->ref_b] = entry;
	op->status = GNTST_okay;
	return 0;
}

static bool is_domain_frame(uint64_t frame)
{
	for (const struct domain *d = domain_next(NULL); d; d = domain_next(d)) {
		if (slot_contains_frame(&d->slot, frame))
			return true;
	}
	return false;
}

/* Invalidating is always cleaning as well, so that a caller can destroy nobody's bytes, whosever
 * frame it is. */
static int op_cache_flush(void *arg)
{
	const struct gnttab_cache_flush *op = arg;
	const uint64_t frame = op->a.dev_bus_addr >> PAGE_SHIFT;

	if (op->op & GNTTAB_CACHE_SOURCE_GREF)
		return -EOPNOTSUPP;
	if (!op->op || (op->op & ~(GNTTAB_CACHE_CLEAN | GNTTAB_CACHE_INVAL)))
		return -EINVAL;
	if (op->offset + (uint32_t)op->length > PAGE_SIZE)
		return -EINVAL;
	if (!is_domain_frame(frame))
		return -EPERM;
	if (op->length) {
		const char *at = map_temporary(0, mfn((uint32_t)frame));

		arch_flush_dcache_area(at + op->offset, op->length);
		unmap_temporary();
	}
	return 0;
}

union gnttab_arg {
	struct gnttab_map_grant_ref map;
	struct gnttab_unmap_grant_ref unmap;
	struct gnttab_setup_table setup_table;
	struct gnttab_copy copy;
	struct gnttab_query_size query_size;
	struct gnttab_cache_flush cache_flush;
};

/* By GNTTABOP_*.  The missing ones move frames between domains, change page tables that are not the
 * hypervisor's, or are of version 2. */
static const struct operation {
	int (*fn)(void *arg);
	uint8_t size;
	bool is_single;			/* count must be 1 */
	bool reads_once;		/* works on the guest's own memory */
} ops[] = {
	[GNTTABOP_map_grant_ref] = { gnttab_op_map, sizeof(struct gnttab_map_grant_ref),
				     false, true },
	[GNTTABOP_unmap_grant_ref] = { gnttab_op_unmap, sizeof(struct gnttab_unmap_grant_ref),
				       false, true },
	[GNTTABOP_setup_table] = { op_setup_table, sizeof(struct gnttab_setup_table), true, false },
	[GNTTABOP_dump_table] = { op_dump_table, sizeof(struct gnttab_dump_table), true, false },
	[GNTTABOP_copy] = { gnttab_op_copy, sizeof(struct gnttab_copy), false, true },
	[GNTTABOP_query_size] = { op_query_size, sizeof(struct gnttab_query_size), true, false },
	[GNTTABOP_set_version] = { op_set_version, sizeof(struct gnttab_set_version), true, false },
	[GNTTABOP_get_version] = { op_get_version, sizeof(struct gnttab_get_version), true, false },
	[GNTTABOP_swap_grant_ref] = { op_swap_grant_ref, sizeof(struct gnttab_swap_grant_ref),
				      false, false },
	[GNTTABOP_cache_flush] = { op_cache_flush, sizeof(struct gnttab_cache_flush),
				   false, false },
};

static int run_on_copy(const struct operation *op, uint32_t va)
{
	union gnttab_arg arg;
	int rc;

	if (copy_from_guest(&arg, va, op->size))
		return -EFAULT;
	rc = op->fn(&arg);
	return rc ? rc : copy_to_guest(va, &arg, op->size);
}

static inline int run(const struct operation *op, uint32_t va)
{
	void *arg = op->reads_once ? guest_access(va, op->size, sizeof(uint64_t), true) : NULL;

	return arg ? op->fn(arg) : run_on_copy(op, va);
}

static int32_t run_array(const struct operation *op, uint32_t va, uint32_t count)
{
	for (;;) {
		const int rc = run(op, va);

		if (rc || !--count)
			return rc;
		if (va > UINT32_MAX - op->size)
			return -EFAULT;
		va += op->size;
		sched_preempt_point();
	}
}

int32_t do_grant_table_op(uint32_t cmd, uint32_t va, uint32_t count, uint32_t a3, uint32_t a4)
{
	const struct operation *op;

	if (cmd >= ARRAY_SIZE(ops) || !ops[cmd].fn)
		return -ENOSYS;
	op = &ops[cmd];
	if (count == 1)
		return run(op, va);
	if (count > INT32_MAX || op->is_single)
		return -EINVAL;
	return count ? run_array(op, va, count) : 0;
}

void command_dump_grants(struct domain *d)
{
	const struct gnttab *t = d->gnttab;

	printk("domain %u: %u mappings of its frames, %u mappings of others'\n", d->domid,
	       t->nr_pins, t->nr_maps);
	for (uint32_t ref = 0; ref < NR_GRANT_REFS; ref++) {
		const struct grant_entry_v1 *e = &t->entry[ref];

		if (!e->flags && !t->pin[ref])
			continue;
		printk("  ref %4u to domain %u frame %05x flags %04x, mapped %u ro %u rw\n",
		       ref, e->domid, (unsigned int)e->frame, e->flags,
		       pin_readers(t->pin[ref]), pin_writers(t->pin[ref]));
	}
	for (uint32_t i = 0; i < MAX_GRANT_MAPS; i++) {
		if (t->map[i].domid != GRANT_MAP_FREE)
			printk("  handle %4u: ref %u of domain %u, frame %05x%s\n", i, t->map[i].ref,
			       t->map[i].domid, (unsigned int)t->map[i].frame,
			       t->map[i].is_readonly ? ", read-only" : "");
	}
}
