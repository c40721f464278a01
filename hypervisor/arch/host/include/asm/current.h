/* SPDX-License-Identifier: Apache-2.0 */
/** @file The current vcpu. */
#ifndef ASM_CURRENT_H
#define ASM_CURRENT_H

struct vcpu;

/** The vcpu as which the test acts. */
struct vcpu *current_vcpu(void);

#endif
