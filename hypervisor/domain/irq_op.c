/* SPDX-License-Identifier: Apache-2.0 */
/* The paravirtual interrupt controller: irq_ack, irq_eoi and the operations of abi/exen.h. */
#include <errno.h>

#include <asm/machine.h>
#include <exen/arch.h>
#include <exen/hypercall.h>
#include <exen/irq.h>
#include <exen/latency.h>

#include "evtchn.h"
#include "gnttab.h"

int32_t do_irq_ack(uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4)
{
	struct vcpu *v = current_vcpu();
	unsigned int irq;

	irq_upcall_ack();
	do {
		irq = vcpu_irq_take(v);
		/* An event whose port the guest has masked is published, but is none to handle. */
	} while (irq == EXEN_IRQ_EVTCHN && !evtchn_publish(v));
	latency_end(v, LATENCY_HANDLER, irq);
	v->arch.in_upcall = irq != EXEN_IRQ_NONE;
	return (int32_t)irq;
}

/* @return 0; -EINVAL: not a physical interrupt; -EPERM: not the caller's */
static int check_line(uint32_t irq)
{
	if (irq < EXEN_IRQ_LINE || irq >= EXEN_NR_IRQS)
		return -EINVAL;
	return domain_owns_irq(current_domain(), irq) ? 0 : -EPERM;
}

int32_t do_irq_eoi(uint32_t irq, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4)
{
	const int rc = check_line(irq);

	if (!rc)
		irq_line_eoi(irq - EXEN_IRQ_LINE);
	return rc;
}

static int op_set_irq_vector(uint32_t va, uint32_t unused)
{
	struct vcpu *v = current_vcpu();
	uint32_t instruction;

	if (va % 4 || copy_from_guest(&instruction, va, sizeof(instruction)))
		return -EINVAL;
	v->arch.irq_vector = va;
	if (vcpu_irq_pending(v))
		arch_vcpu_kick(v);
	return 0;
}

static int set_enabled(uint32_t irq, bool enabled)
{
	if (irq >= EXEN_IRQ_LINE) {
		const int rc = check_line(irq);

		if (rc)
			return rc;
		if (enabled)
			irq_line_unmask(irq - EXEN_IRQ_LINE);
		else
			irq_line_mask(irq - EXEN_IRQ_LINE);
	} else if (irq > EXEN_IRQ_EVTCHN) {
		return -EINVAL;
	}
	vcpu_irq_set_enabled(current_vcpu(), irq, enabled);
	return 0;
}

static int op_irq_unmask(uint32_t irq, uint32_t unused)
{
	return set_enabled(irq, true);
}

static int op_irq_mask(uint32_t irq, uint32_t unused)
{
	return set_enabled(irq, false);
}

static int op_irq_set_type(uint32_t irq, uint32_t type)
{
	const int rc = check_line(irq);

	if (rc)
		return rc;
	if (type != 1 && type != 2 && type != 4 && type != 8)
		return -EINVAL;
	return irq_line_set_type(irq - EXEN_IRQ_LINE, type);
}

static int op_send_ipi(uint32_t ipi, uint32_t vcpus)
{
	struct domain *d = current_domain();

	if (ipi >= EXEN_IRQ_TIMER)
		return -EINVAL;
	for (unsigned int i = 0; i < d->nr_vcpus; i++) {
		if (vcpus & BIT(i))
			vcpu_irq_raise(&d->vcpu[i], EXEN_IRQ_IPI + ipi);
	}
	return 0;
}

static int op_exit(uint32_t status, uint32_t unused)
{
	if (!semihosting_is_allowed())
		return -ENOSYS;
	if (status > 255)
		return -EINVAL;
	machine_stop(status);
}

/* A physical address, which the guest reads as unsigned; 0 is no error number either. */
static int op_get_info(uint32_t what, uint32_t unused)
{
	const struct domain *d = current_domain();

	switch (what) {
	case EXEN_INFO_shared_info:
		return (int)shared_page_paddr(d->shared_info);
	case EXEN_INFO_grant_frames:
		return (int)gnttab_frames_paddr(d);
	default:
		return 0;
	}
}

static int op_get_latency(uint32_t domid, uint32_t va)
{
	const struct domain *d = domid < MAX_DOMAINS ? domain_by_id((domid_t)domid) : NULL;
	struct exen_latency l;

	if (!current_domain()->is_privileged)
		return -EPERM;
	if (!d)
		return -ESRCH;
	latency_get(&l, d);
	return copy_to_guest(va, &l, sizeof(l));
}

/* Documentation/decisions/0010-grant-flags.md */
static int op_exclusive(uint32_t unused1, uint32_t unused2)
{
	current_domain()->has_exclusives = true;
	return 0;
}

int32_t do_exen_op(uint32_t op, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4)
{
	static int (*const fn[])(uint32_t a1, uint32_t a2) = {
		[EXEN_OP_set_irq_vector] = op_set_irq_vector,
		[EXEN_OP_irq_unmask] = op_irq_unmask,
		[EXEN_OP_irq_mask] = op_irq_mask,
		[EXEN_OP_irq_set_type] = op_irq_set_type,
		[EXEN_OP_send_ipi] = op_send_ipi,
		[EXEN_OP_exit] = op_exit,
		[EXEN_OP_get_info] = op_get_info,
		[EXEN_OP_get_latency] = CONFIG_LATENCY ? op_get_latency : NULL,
		[EXEN_OP_exclusive] = op_exclusive,
	};

	if (op >= ARRAY_SIZE(fn) || !fn[op])
		return -ENOSYS;
	return fn[op](a1, a2);
}
