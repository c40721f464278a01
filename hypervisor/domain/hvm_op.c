/* SPDX-License-Identifier: Apache-2.0 */
/* The hvm_op hypercall: HVM parameters (xen/hvm/params.h). */
#include <errno.h>

#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/hypercall.h>

_Static_assert(NR_HVM_PARAMS >= HVM_NR_PARAMS, "every parameter has a place");

/* @return 0 and the domain; -ESRCH, -EPERM, -EINVAL (unknown parameter) */
static int check(const struct xen_hvm_param *op, struct domain **d)
{
	*d = domain_by_id(op->domid);
	if (!*d)
		return -ESRCH;
	if (*d != current_domain() && !current_domain()->is_privileged)
		return -EPERM;
	return op->index < HVM_NR_PARAMS ? 0 : -EINVAL;
}

static int get_param(uint32_t va)
{
	struct xen_hvm_param op;
	struct domain *d;
	int rc;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	rc = check(&op, &d);
	if (rc)
		return rc;
	op.value = d->hvm_param[op.index];
	return copy_to_guest(va, &op, sizeof(op));
}

/* The others say where the hypervisor's own rings and ports are. */
static int set_param(uint32_t va)
{
	struct xen_hvm_param op;
	struct domain *d;
	int rc;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	rc = check(&op, &d);
	if (rc)
		return rc;
	if (op.index != HVM_PARAM_CALLBACK_IRQ || d != current_domain())
		return -EPERM;
	d->hvm_param[op.index] = op.value;
	return 0;
}

int32_t do_hvm_op(uint32_t cmd, uint32_t va, uint32_t a2, uint32_t a3, uint32_t a4)
{
	switch (cmd) {
	case HVMOP_get_param:
		return get_param(va);
	case HVMOP_set_param:
		return set_param(va);
	default:
		return -ENOSYS;
	}
}
