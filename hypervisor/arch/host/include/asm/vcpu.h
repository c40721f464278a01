/* SPDX-License-Identifier: Apache-2.0 */
/** @file A vcpu's processor state on the fake architecture: there is no processor, so only what the
 *  core itself looks at. */
#ifndef ASM_VCPU_H
#define ASM_VCPU_H

#include <stdint.h>

struct arch_vcpu {
	uint32_t irq_vector;		/**< guest's IRQ handler, 0: takes no interrupts yet */
	uint32_t in_upcall;		/**< between the upcall and irq_ack's EXEN_IRQ_NONE */
	unsigned int nr_kicks;		/**< calls of arch_vcpu_kick() */
	unsigned int nr_starts;		/**< calls of arch_vcpu_start() */
};

#endif
