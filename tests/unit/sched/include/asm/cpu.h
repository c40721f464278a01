/* SPDX-License-Identifier: Apache-2.0 */
/** @file The processor's operations that the scheduler uses. */
#ifndef ASM_CPU_H
#define ASM_CPU_H

struct cpu_ops {
	void (*idle)(void);
};

extern const struct cpu_ops *cpu;

#endif
