/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Most of a screen's pixels, sixteen at a time: what pixels.c does with two, without what the compiler adds.
 *
 *	r0	to		r3	upper half of a word
 *	r1	from		ip	red bits
 *	r2	number left	lr	green bits
 *	r4-r10	pixels		r11	blue bits
 */
#include <linux/linkage.h>
#include <asm/assembler.h>

@ \first := both in RGB565; \second and \temp are lost.
	.macro	two, first, second, temp
#if __LINUX_ARM_ARCH__ >= 6
	pkhtb	\temp, \second, \first, asr #16
	pkhbt	\first, \first, \second, lsl #16
#else
	and	\temp, \second, r3
	orr	\temp, \temp, \first, lsr #16
	bic	\first, \first, r3
	orr	\first, \first, \second, lsl #16
#endif
	and	\temp, ip, \temp, lsl #8
	and	\second, lr, \first, lsr #5
	and	\first, r11, \first, lsr #3
	orr	\temp, \temp, \second
	orr	\first, \first, \temp
	.endm

	.text
@ void rgb565_blocks(void *to, const u32 *from, unsigned int nr): nr is a multiple of 16, and not 0
ENTRY(rgb565_blocks)
	stmfd	sp!, {r4-r11, lr}
	ldr	r3, =0xffff0000
	ldr	ip, =0xf800f800
	ldr	lr, =0x07e007e0
	ldr	r11, =0x001f001f
1:
	.rept	2
	ldmia	r1!, {r4-r7}
	two	r4, r5, r8
	two	r6, r7, r8
	ldmia	r1!, {r7-r10}
	two	r7, r8, r5
	two	r9, r10, r5
	stmia	r0!, {r4, r6, r7, r9}
	.endr
	subs	r2, r2, #16
	bne	1b
	ldmfd	sp!, {r4-r11, pc}
	.ltorg
ENDPROC(rgb565_blocks)
