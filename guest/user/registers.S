/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uint32_t registers_hold(const volatile uint32_t *flag, uint32_t seed)
 *
 *	r0	flag, unchanged while waiting	r1-r12, lr	seed + number
 *	[sp]	the word at flag, then seed
 */
	.syntax unified
	.arm
	.text

	.macro	each_register action
	\action	r1, 1
	\action	r2, 2
	\action	r3, 3
	\action	r4, 4
	\action	r5, 5
	\action	r6, 6
	\action	r7, 7
	\action	r8, 8
	\action	r9, 9
	\action	r10, 10
	\action	r11, 11
	\action	r12, 12
	\action	lr, 14
	.endm

	.macro	load register, number
	.ifnc	\register, r1
	add	\register, r1, #\number - 1
	.endif
	.endm

	@ a bit of the result for a register that is not [sp, #4] + number; r0: the result so far
	.macro	compare register, number
	str	r0, [sp]			@ every register is in use: the stack holds the result
	ldr	r0, [sp, #4]
	add	r0, r0, #\number
	cmp	r0, \register
	ldr	r0, [sp]
	orrne	r0, r0, #1 << \number
	.endm

	.global	registers_hold
	.type	registers_hold, %function
registers_hold:
	push	{r4-r11, lr}
	sub	sp, sp, #12
	str	r1, [sp, #4]
	str	r0, [sp, #8]
	add	r1, r1, #1
	each_register load
1:	ldr	r0, [r0]			@ the only register that changes
	cmp	r0, #0
	ldr	r0, [sp, #8]
	beq	1b
	mov	r0, #0
	each_register compare
	add	sp, sp, #12
	pop	{r4-r11, pc}
	.size	registers_hold, . - registers_hold

	.section .note.GNU-stack, "", %progbits
