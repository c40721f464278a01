/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Hypercall handlers.  The table is abi/hypercalls.def: number, handler, who may call it.
 * A handler gets the five argument registers as they came and returns the guest's r0.  It runs with
 * interrupts masked on the vcpu's own hypervisor stack, so it may sleep (sched_sleep) half-way.
 */
#ifndef EXEN_HYPERCALL_H
#define EXEN_HYPERCALL_H

#include <stdint.h>

#define HYPERCALL(number, name, privilege) \
	int32_t do_##name(uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4);
#include "hypercalls.def"
#undef HYPERCALL

#define NR_HYPERCALLS	64

typedef int32_t (*hypercall_fn)(uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4);

/** By number; a number without a hypercall has do_ni_hypercall.  The entry code indexes it. */
extern const hypercall_fn hypercall_table[NR_HYPERCALLS];
/** @return -ENOSYS */
int32_t do_ni_hypercall(uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4);

#endif
