/* SPDX-License-Identifier: Apache-2.0 */
/*
 * void arch_copy_shifted(uint32_t *dst, const uint32_t *src, size_t nr_blocks, unsigned int offset):
 * see asm/copy.h.
 *
 *	r3 the word before those in r4-r11
 *	r12 bits of it that are done with, lr bits of the next that it gets
 */
#include <asm/assembler.h>

	.macro	JOIN word, next
	mov	\word, \word, lsr r12
	orr	\word, \word, \next, lsl lr
	.endm

	.text
FUNC(arch_copy_shifted)
	subs	r2, r2, #1
	bxlo	lr
	stmfd	sp!, {r4-r11, lr}
	mov	r12, r3, lsl #3
	rsb	lr, r12, #32
	ldr	r3, [r1], #4
1:	ldmia	r1!, {r4-r11}
	JOIN	r3, r4
	JOIN	r4, r5
	JOIN	r5, r6
	JOIN	r6, r7
	JOIN	r7, r8
	JOIN	r8, r9
	JOIN	r9, r10
	JOIN	r10, r11
	stmia	r0!, {r3-r10}
	mov	r3, r11
	subs	r2, r2, #1
	bhs	1b
	ldmfd	sp!, {r4-r11, pc}
END_FUNC(arch_copy_shifted)
