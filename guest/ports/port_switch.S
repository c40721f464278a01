/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contexts.  Whatever ends a thread's run, an interrupt or a call, leaves the same frame on the
 * thread's stack (struct port_frame), so that there is one way back:
 *
 *	+0 psr	+4 r0-r12	+56 lr	+60 pc
 *
 * A context that uses VFP has its registers in the processor, or where they were kept when another
 * needed them.
 */
#include <guest/asm.h>
#include <guest/vfp.h>

#define FRAME_R0	4
#define FRAME_R4	20
#define FRAME_LR	56
#define FRAME_PC	60
#define FRAME_SIZE	64
#define CONTEXT_VFP	4

	.text

/* An IRQ exception out of SVC mode, taken by hardware or entered by the hypervisor.  r0-r3 pass
 * through the IRQ stack, which is empty again when SVC mode is entered: I stays set until the
 * thread has them back, and the hypervisor's FIQ doesn't use this stack. */
FUNC(port_irq_entry)
	sub	lr, lr, #4
	stmfd	sp!, {r0-r3}
	mov	r2, sp				@ where r0-r3 are
	add	sp, sp, #16
	mrs	r0, spsr
	mov	r1, lr
	mrs	r3, cpsr
	bic	r3, r3, #PSR_MODE
	orr	r3, r3, #PSR_SVC
	msr	cpsr_c, r3
	sub	sp, sp, #FRAME_SIZE
	str	r0, [sp]
	str	lr, [sp, #FRAME_LR]
	str	r1, [sp, #FRAME_PC]
	add	r3, sp, #FRAME_R4
	stmia	r3, {r4-r12}
	ldmia	r2, {r4-r7}
	add	r3, sp, #FRAME_R0
	stmia	r3, {r4-r7}
	ldr	r4, =port_running
	ldr	r0, [r4]
	str	sp, [r0]
	ldr	sp, =port_irq_stack_top
	ldr	sp, [sp]
	bl	port_irq_handle			@ (interrupted): the context to go on with
	str	r0, [r4]
	b	port_context_load
END_FUNC(port_irq_entry)

/* void port_context_switch(struct port_context *to): I set */
FUNC(port_context_switch)
	sub	sp, sp, #FRAME_SIZE
	mrs	r1, cpsr
	str	r1, [sp]
	add	r2, sp, #FRAME_R4
	stmia	r2, {r4-r12, lr}
	str	lr, [sp, #FRAME_PC]
	ldr	r2, =port_running
	ldr	r1, [r2]
	str	sp, [r1]
	str	r0, [r2]
END_FUNC(port_context_switch)
	@ falls through

	.arch	armv6
	.fpu	vfpv2
/* void port_context_load(struct port_context *to): I set.  A load-exclusive of who ran before must
 * not let a store-exclusive of this one succeed. */
FUNC(port_context_load)
	ldr	sp, [r0]
	ldr	r5, [r0, #CONTEXT_VFP]
	ldr	r4, =port_vfp_owner
	ldr	r0, [r4]
	orrs	r1, r0, r5
	beq	port_frame_load			@ nobody uses VFP, and there may be none
	movs	r1, r5
	movne	r1, #FPEXC_EN
	vmsr	fpexc, r1
	cmpne	r0, r5
	beq	port_frame_load
	str	r5, [r4]
	cmp	r0, #0
	blne	vfp_save
	mov	r0, r5
	bl	vfp_load
port_frame_load:
	ldr	r1, =cpu_is_v6
	ldrb	r1, [r1]
	cmp	r1, #0
	ldrne	r2, [sp]
	strexne	r1, r2, [sp]
	ldr	r0, [sp], #4
	msr	spsr_cxsf, r0
	ldmfd	sp!, {r0-r12, lr, pc}^
END_FUNC(port_context_load)

/* What port_context_call() has called returns here: r4 has the frame below. */
FUNC(port_context_called)
	mrs	r0, cpsr
	orr	r0, r0, #PSR_I
	msr	cpsr_c, r0
	mov	sp, r4
	b	port_frame_load
END_FUNC(port_context_called)
	.ltorg
