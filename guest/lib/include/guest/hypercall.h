/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Hypercalls.  All are for SVC mode; results below 0 are -XEN_E* (xen/errno.h). */
#ifndef GUEST_HYPERCALL_H
#define GUEST_HYPERCALL_H

#include <stdint.h>
#include <xen.h>
#include <xen/errno.h>
#include <exen.h>

/** Hypercall @p nr (0-127) with its arguments in r0-r4. */
int32_t hypercall(uint32_t nr, uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4);
/** Enters slot @p slot (0-127) of the hypercall page with @p r12 as the number: for tests. */
int32_t hypercall_raw(uint32_t slot, uint32_t r12, uint32_t a0, uint32_t a1, uint32_t a2,
		      uint32_t a3);

static inline uint32_t hypercall_ptr(const void *p)
{
	return (uint32_t)(uintptr_t)p;
}

static inline int32_t hypercall2(uint32_t nr, uint32_t a0, uint32_t a1)
{
	return hypercall(nr, a0, a1, 0, 0, 0);
}

static inline int32_t exen_op(uint32_t op, uint32_t a1, uint32_t a2)
{
	return hypercall(EXEN_HYPERCALL_op, op, a1, a2, 0, 0);
}

static inline int32_t event_channel_op(uint32_t op, void *arg)
{
	return hypercall2(__HYPERVISOR_event_channel_op, op, hypercall_ptr(arg));
}

static inline int32_t grant_table_op(uint32_t op, void *arg, uint32_t count)
{
	return hypercall(__HYPERVISOR_grant_table_op, op, hypercall_ptr(arg), count, 0, 0);
}

static inline int32_t sched_op(uint32_t op, void *arg)
{
	return hypercall2(__HYPERVISOR_sched_op, op, hypercall_ptr(arg));
}

static inline int32_t vcpu_op(uint32_t op, uint32_t vcpu, void *arg)
{
	return hypercall(__HYPERVISOR_vcpu_op, op, vcpu, hypercall_ptr(arg), 0, 0);
}

static inline int32_t memory_op(uint32_t op, void *arg)
{
	return hypercall2(__HYPERVISOR_memory_op, op, hypercall_ptr(arg));
}

static inline int32_t hvm_op(uint32_t op, void *arg)
{
	return hypercall2(__HYPERVISOR_hvm_op, op, hypercall_ptr(arg));
}

static inline int32_t xen_version(uint32_t op, void *arg)
{
	return hypercall2(__HYPERVISOR_xen_version, op, hypercall_ptr(arg));
}

/** @return 0 or an error.  @p value: the parameter (HVM_PARAM_*) of this domain. */
int32_t hvm_param_get(uint32_t index, uint64_t *value);

/** The hypervisor's operations page. */
static inline const struct exen_ops *exen_ops(void)
{
	return (const struct exen_ops *)EXEN_OPS_PAGE;
}

/** Where the guest sees a page that it shares with the hypervisor: inside the window, or NULL. */
void *shared_page(uint64_t pa);

#endif
