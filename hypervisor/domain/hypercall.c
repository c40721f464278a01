/* SPDX-License-Identifier: Apache-2.0 */
/* The hypercall table, from abi/hypercalls.def, and multicall. */
#include <errno.h>

#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/hypercall.h>

#define MULTICALL	13

int32_t do_ni_hypercall(uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4)
{
	return -ENOSYS;
}

#define CHECK_ANY(name)
#define CHECK_PRIV(name) \
	static int32_t priv_##name(uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4) \
	{ \
		return current_domain()->is_privileged ? do_##name(a0, a1, a2, a3, a4) : -EPERM; \
	}
#define HYPERCALL(number, name, privilege)	CHECK_##privilege(name)
#include "hypercalls.def"
#undef HYPERCALL

#define ENTRY_ANY(name)		do_##name
#define ENTRY_PRIV(name)	priv_##name
#define HYPERCALL(number, name, privilege)	[number] = ENTRY_##privilege(name),

/* Every entry is filled first, so that the entry code need not look for holes. */
#pragma GCC diagnostic push
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#else
#pragma GCC diagnostic ignored "-Woverride-init"
#endif
const hypercall_fn hypercall_table[NR_HYPERCALLS] = {
	[0 ... NR_HYPERCALLS - 1] = do_ni_hypercall,
#include "hypercalls.def"
};
#pragma GCC diagnostic pop
#undef HYPERCALL

static int32_t call(const struct multicall_entry *e)
{
	for (unsigned int i = 0; i < 5; i++) {
		if (e->args[i] > UINT32_MAX)
			return -EINVAL;
	}
	if (e->op >= NR_HYPERCALLS)
		return -ENOSYS;
	if (e->op == MULTICALL)		/* would nest without bound on the vcpu's one stack */
		return -EINVAL;
	return hypercall_table[e->op]((uint32_t)e->args[0], (uint32_t)e->args[1],
				      (uint32_t)e->args[2], (uint32_t)e->args[3],
				      (uint32_t)e->args[4]);
}

int32_t do_multicall(uint32_t va, uint32_t nr_calls, uint32_t a2, uint32_t a3, uint32_t a4)
{
	struct multicall_entry e;

	for (uint32_t i = 0; i < nr_calls; i++) {
		const uint64_t at = va + (uint64_t)i * sizeof(e);

		if (copy_from_guest(&e, at, sizeof(e)))
			return -EFAULT;
		e.result = (xen_ulong_t)(int64_t)call(&e);
		if (copy_to_guest(at + offsetof(struct multicall_entry, result), &e.result,
				  sizeof(e.result)))
			return -EFAULT;
		sched_preempt_point();
	}
	return 0;
}
