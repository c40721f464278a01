/* SPDX-License-Identifier: Apache-2.0 */
/** @file What the scheduler looks at of the architecture's part of a vcpu. */
#ifndef ASM_VCPU_H
#define ASM_VCPU_H

#include <stdint.h>

struct arch_vcpu {
	uint32_t hv_stack_top;
};

#endif
