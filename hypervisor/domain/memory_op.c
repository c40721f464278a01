/* SPDX-License-Identifier: Apache-2.0 */
/* The memory_op hypercall (xen/memory.h): a domain has its slot, no more and no less. */
#include <errno.h>

#include <exen/arch.h>
#include <exen/hypercall.h>

#include "evtchn.h"
#include "gnttab.h"

/* @return the domain a call is about, if the caller may ask; else -ESRCH, -EPERM */
static int target_domain(domid_t domid, struct domain **d)
{
	*d = domain_by_id(domid);
	if (!*d)
		return -ESRCH;
	return *d == current_domain() || current_domain()->is_privileged ? 0 : -EPERM;
}

/* Highest frame of any domain's. */
static int op_maximum_ram_page(uint32_t va)
{
	uint32_t last = 0;

	for (const struct domain *d = domain_next(NULL); d; d = domain_next(d))
		last = MAX(last, (d->slot.base + (d->slot.size - 1)) >> PAGE_SHIFT);
	return (int)last;
}

static int op_reservation(uint32_t va)
{
	struct domain *d;
	domid_t domid;
	int rc;

	if (copy_from_guest(&domid, va, sizeof(domid)))
		return -EFAULT;
	rc = target_domain(domid, &d);
	return rc ? rc : (int)(d->slot.size >> PAGE_SHIFT);
}

/* Nothing can be added or given back: 0 extents are done, as when memory has run out. */
static int op_change_reservation(uint32_t va)
{
	struct xen_memory_reservation op;
	struct domain *d;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	return target_domain(op.domid, &d);
}

/* The page stays where it is, at the hypervisor's own address; see abi/exen.h.  The request says
 * where the guest would like to see it, which is checked for sense, and nothing more. */
static int op_add_to_physmap(uint32_t va)
{
	struct xen_add_to_physmap op;
	struct domain *d;
	paddr_t page;
	int rc;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	rc = target_domain(op.domid, &d);
	if (rc)
		return rc;
	if (op.space == XENMAPSPACE_shared_info && op.idx == 0)
		page = shared_page_paddr(d->shared_info);
	else if (op.space == XENMAPSPACE_grant_table && op.idx < MAX_GRANT_FRAMES)
		page = gnttab_frames_paddr(d) + (paddr_t)op.idx * PAGE_SIZE;
	else if (op.space <= XENMAPSPACE_grant_table)
		return -EINVAL;
	else
		return -EOPNOTSUPP;
	if (op.gpfn != page >> PAGE_SHIFT && !slot_contains_frame(&d->slot, op.gpfn))
		return -EINVAL;
	return 0;
}

int32_t do_memory_op(uint32_t cmd, uint32_t va, uint32_t a2, uint32_t a3, uint32_t a4)
{
	switch (cmd) {
	case XENMEM_maximum_ram_page:
		return op_maximum_ram_page(va);
	case XENMEM_current_reservation:
	case XENMEM_maximum_reservation:
		return op_reservation(va);
	case XENMEM_increase_reservation:
	case XENMEM_decrease_reservation:
	case XENMEM_populate_physmap:
		return op_change_reservation(va);
	case XENMEM_add_to_physmap:
		return op_add_to_physmap(va);
	default:
		return -ENOSYS;
	}
}
