/* SPDX-License-Identifier: Apache-2.0 */
/* Macros for assembly files. */
#ifndef ASM_ASSEMBLER_H
#define ASM_ASSEMBLER_H

#include <asm/psr.h>

	.syntax unified
	.arm

#define FUNC(name) \
	.global name; \
	.type name, %function; \
	.balign 4; \
name:
#define END_FUNC(name)	.size name, . - name

	/* Switches to a mode with I and F masked; no register changes. */
	.macro	MODE mode
	msr	cpsr_c, #(\mode | PSR_I | PSR_F)
	.endm

#endif
