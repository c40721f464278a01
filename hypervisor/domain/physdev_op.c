/* SPDX-License-Identifier: Apache-2.0 */
/* The physdev_op hypercall (xen/physdev.h): physical interrupts as pirqs, numbered as interrupts. */
#include <errno.h>

#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/hypercall.h>
#include <exen/irq.h>

/* @return 0; -EINVAL: not a physical interrupt; -EPERM: not the caller's */
static int check_pirq(uint32_t pirq)
{
	if (pirq < EXEN_IRQ_LINE || pirq >= EXEN_NR_IRQS)
		return -EINVAL;
	return domain_owns_irq(current_domain(), pirq) ? 0 : -EPERM;
}

static int op_eoi(uint32_t va)
{
	struct physdev_eoi op;
	int rc;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	rc = check_pirq(op.irq);
	if (!rc)
		irq_line_eoi(op.irq - EXEN_IRQ_LINE);
	return rc;
}

static int op_irq_status_query(uint32_t va)
{
	struct physdev_irq_status_query op;
	int rc;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	rc = check_pirq(op.irq);
	if (rc)
		return rc;
	op.flags = XENIRQSTAT_needs_eoi;
	return copy_to_guest(va, &op, sizeof(op));
}

/* One to one: the pirq of an interrupt is the interrupt. */
static int op_map_pirq(uint32_t va)
{
	struct physdev_map_pirq op;
	int rc;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	if (op.domid != DOMID_SELF && op.domid != current_domain()->domid)
		return -EPERM;
	if (op.type != MAP_PIRQ_TYPE_GSI || (op.pirq >= 0 && op.pirq != op.index))
		return -EINVAL;
	rc = check_pirq((uint32_t)op.index);
	if (rc)
		return rc;
	op.pirq = op.index;
	return copy_to_guest(va, &op, sizeof(op));
}

static int op_unmap_pirq(uint32_t va)
{
	struct physdev_unmap_pirq op;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	if (op.domid != DOMID_SELF && op.domid != current_domain()->domid)
		return -EPERM;
	return check_pirq((uint32_t)op.pirq);
}

int32_t do_physdev_op(uint32_t cmd, uint32_t va, uint32_t a2, uint32_t a3, uint32_t a4)
{
	switch (cmd) {
	case PHYSDEVOP_eoi:
		return op_eoi(va);
	case PHYSDEVOP_irq_status_query:
		return op_irq_status_query(va);
	case PHYSDEVOP_map_pirq:
		return op_map_pirq(va);
	case PHYSDEVOP_unmap_pirq:
		return op_unmap_pirq(va);
	default:
		return -ENOSYS;
	}
}
