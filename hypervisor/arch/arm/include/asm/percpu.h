/* SPDX-License-Identifier: Apache-2.0 */
/** @file State of one physical CPU, at a fixed address on one-CPU boards. */
#ifndef ASM_PERCPU_H
#define ASM_PERCPU_H

#include <stdint.h>

struct vcpu;

/** @ref percpu.exit_work */
#define EXIT_RESCHED	(1u << 0)	/**< another vcpu may have to run */
#define EXIT_UPCALL	(1u << 1)	/**< the current vcpu has a deliverable interrupt */

struct percpu {
	uint32_t hv_stack_top;		/**< of current: where an entry puts its stack */
	uint32_t exit_work;		/**< EXIT_*: looked at before a hypercall returns */
	struct vcpu *current;
	uint32_t upcall_raised;		/**< the self-interrupt was raised and not yet acknowledged */
};

extern struct percpu percpu;

#endif
