/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exception vectors of the hypervisor's own address space: its thread and the boot code.  Guests
 * have their own.  Any exception but an interrupt is a bug of ours and ends in panic_exception().
 */
#include <asm/assembler.h>
#include <asm/psr.h>

	.section .text.vectors, "ax"
	.balign	4096
	.global	hv_vectors
hv_vectors:
	ldr	pc, 1f
	ldr	pc, 2f
	movs	pc, lr				@ SVC: a semihosting call without a debugger
	ldr	pc, 3f
	ldr	pc, 4f
	ldr	pc, 1f
	ldr	pc, 5f
	ldr	pc, 6f
1:	.word	vector_reset
2:	.word	vector_undef
3:	.word	vector_pabt
4:	.word	vector_dabt
5:	.word	irq_entry
6:	.word	fiq_entry

	/* struct exception_frame: spsr r0-r12 lr (of the exception mode, as taken) */
	.macro	VECTOR name, code
vector_\name:
	ldr	sp, =exception_stack_top
	stmfd	sp!, {r0-r12, lr}
	mov	r1, #\code
	b	vector_common
	.endm

	.text
	VECTOR	reset, 0

vector_undef:
	ldr	sp, =exception_stack_top
	str	r0, [sp, #-4]!
	ldr	r0, =vfp2_probe_end		@ cpu/vfp2.S: behind what may be undefined
	cmp	lr, r0
	ldr	r0, [sp], #4
	movseq	pc, lr
	VECTOR	undef_else, 1
	VECTOR	pabt, 2
	VECTOR	dabt, 3
vector_common:
	mrs	r0, spsr
	stmfd	sp!, {r0}
	mov	r0, sp
	bl	panic_exception

	.bss
	.balign	8
	.space	2048
exception_stack_top:
