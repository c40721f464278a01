/* SPDX-License-Identifier: Apache-2.0 */
/* Macros for assembly files. */
#ifndef ASM_ASSEMBLER_H
#define ASM_ASSEMBLER_H

#include <asm/psr.h>
#include "config.h"

	.syntax unified
	.arm

#define FUNC(name) \
	.global name; \
	.type name, %function; \
	.balign 4; \
name:
#define END_FUNC(name)	.size name, . - name

	/* An instruction that does not exist before v6: drop_v6_only() makes a nop of it there. */
	.macro	V6_ONLY insn:vararg
9:	\insn
	.pushsection .v6_only, "a"
	.word	9b
	.popsection
	.endm

	/*
	 * The hypervisor's memory, ARM domain 15, is open while DACR says "client" for it.  \save gets
	 * the guest's DACR.
	 */
	.macro	GUARD_OPEN save, tmp
	.if	CONFIG_GUARD
	mrc	p15, 0, \save, c3, c0, 0
	orr	\tmp, \save, #0x40000000
	mcr	p15, 0, \tmp, c3, c0, 0
	V6_ONLY	mcr p15, 0, \tmp, c7, c5, 4
	.endif
	.endm

	.macro	GUARD_CLOSE save
	.if	CONFIG_GUARD
	mcr	p15, 0, \save, c3, c0, 0
	V6_ONLY	mcr p15, 0, \save, c7, c5, 4
	.endif
	.endm

	/* Switches to a mode with I and F masked; no register changes. */
	.macro	MODE mode
	msr	cpsr_c, #(\mode | PSR_I | PSR_F)
	.endm

#endif
