/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception entry.  The vector page is made by traps.c; its slots lead here.
 *
 *	struct trap_frame:	spsr r0-r12 pc
 */
#include <guest/asm.h>
#include <guest/layout.h>

	.text

/* IRQ, taken by hardware or entered by the hypervisor.  What must be kept goes to the IRQ stack; C
 * runs in SVC mode, where hypercalls are allowed, with I set and F as it was. */
FUNC(vector_irq)
	sub	lr, lr, #4
	stmfd	sp!, {r0-r3, r12, lr}
	mrs	r0, spsr
	stmfd	sp!, {r0, r4}
	mrs	r4, cpsr
	bic	r0, r4, #PSR_MODE
	orr	r0, r0, #PSR_SVC
	msr	cpsr_c, r0
	and	r1, sp, #4			@ align the interrupted stack
	sub	sp, sp, r1
	stmfd	sp!, {r1, lr}
	bl	irq_dispatch
	ldmfd	sp!, {r1, lr}
	add	sp, sp, r1
	msr	cpsr_c, r4			@ IRQ mode again
	ldmfd	sp!, {r0, r4}
	msr	spsr_cxsf, r0
	ldmfd	sp!, {r0-r3, r12, pc}^
END_FUNC(vector_irq)

	.macro	TRAP name, kind, adjust
	.balign	4
	.global	vector_\name
	.type	vector_\name, %function
vector_\name:
	sub	lr, lr, #\adjust
	stmfd	sp!, {r0-r12, lr}
	mov	r0, #\kind
	b	trap_common
	.size	vector_\name, . - vector_\name
	.endm

	TRAP	reset, 0, 0
	TRAP	undef, 1, 4
	TRAP	svc, 2, 4
	TRAP	pabt, 3, 4
	TRAP	dabt, 4, 8

/* On the stack of the mode that the exception switched to (SVC: the interrupted one). */
trap_common:
	mrs	r1, spsr
	sub	sp, sp, #4
	str	r1, [sp]
	mov	r1, sp
	mov	r4, sp
	bic	sp, sp, #7
	bl	trap_handle			@ (kind, frame): returns to resume
	mov	sp, r4
	ldmfd	sp!, {r0}
	msr	spsr_cxsf, r0
	ldmfd	sp!, {r0-r12, pc}^

/* void trap_panic_enter(kind, frame): trap_panic() in SVC mode, where hypercalls are allowed, on a
 * stack of its own, for the interrupted one may be the reason. */
FUNC(trap_panic_enter)
	mrs	r2, cpsr
	bic	r2, r2, #PSR_MODE
	orr	r2, r2, #(PSR_SVC | PSR_I)
	msr	cpsr_c, r2
	mov	r2, sp
	mov	r3, lr				@ SVC's own, for the register dump
	ldr	sp, =panic_stack + GUEST_EXC_STACK_SIZE
	b	trap_panic			@ (kind, frame, sp_svc, lr_svc)
END_FUNC(trap_panic_enter)
	.ltorg

	.bss
	.balign	8
panic_stack:
	.space	GUEST_EXC_STACK_SIZE
