/* SPDX-License-Identifier: Apache-2.0 */
/** @file The current vcpu. */
#ifndef ASM_CURRENT_H
#define ASM_CURRENT_H

#include <asm/percpu.h>

/** The vcpu whose hypercall or interrupt this CPU is handling, or that it runs. */
static inline struct vcpu *current_vcpu(void)
{
	return percpu.current;
}

#endif
