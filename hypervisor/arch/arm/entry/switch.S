/* SPDX-License-Identifier: Apache-2.0 */
/*
 * void switch_to(struct vcpu *prev, struct vcpu *next): saves the state of the guest under prev and
 * loads next's; returns when prev is switched to again.  FIQ mode, interrupts masked, percpu
 * already points to next.  The caller's own r4-r11 (FIQ bank for r8-r11) go to the stack.
 */
#include <asm/assembler.h>
#include <asm/offsets.h>
#include <asm/psr.h>

	.equ	SCHEDOP_yield, 0		@ xen/sched.h
	.equ	__HYPERVISOR_sched_op, 29	@ xen/xen.h

	.macro	SAVE_BANK mode, p, tmp
	MODE	\mode
	mrs	\tmp, spsr
	stmia	\p!, {\tmp, sp, lr}
	.endm

	.macro	LOAD_BANK mode, p, tmp
	MODE	\mode
	ldmia	\p!, {\tmp, sp, lr}
	msr	spsr_cxsf, \tmp
	.endm

	.text
FUNC(switch_to)
	stmfd	sp!, {r4-r11, lr}
	sub	sp, sp, #4
	str	sp, [r0, #VCPU_HV_SP]
	mov	r4, r0
	mov	r5, r1
	add	r2, r0, #VCPU_USR
	stmia	r2, {r8-r14}^
	add	r2, r0, #VCPU_BANK
	SAVE_BANK PSR_SVC, r2, r3
	SAVE_BANK PSR_IRQ, r2, r3
	SAVE_BANK PSR_ABT, r2, r3
	SAVE_BANK PSR_UND, r2, r3
	MODE	PSR_FIQ
	ldr	r6, =cpu
	ldr	r6, [r6]
	ldr	r3, [r6, #CPU_CONTEXT_SAVE]
	blx	r3

	mov	r0, r5
	ldr	sp, [r5, #VCPU_HV_SP]
	ldr	r3, [r6, #CPU_CONTEXT_RESTORE]
	blx	r3
	add	r2, r5, #VCPU_BANK
	LOAD_BANK PSR_SVC, r2, r3
	LOAD_BANK PSR_IRQ, r2, r3
	LOAD_BANK PSR_ABT, r2, r3
	LOAD_BANK PSR_UND, r2, r3
	MODE	PSR_FIQ
	add	r2, r5, #VCPU_USR
	ldmia	r2, {r8-r14}^
	nop					@ banked registers: not in the next instruction
	add	sp, sp, #4
	ldmfd	sp!, {r4-r11, pc}
END_FUNC(switch_to)

/* First return of switch_to() into a vcpu that starts: r4 = entry, r5 = device tree. */
FUNC(vcpu_first_run)
	mov	r0, r4
	mov	r1, r5
	b	vcpu_enter_guest
END_FUNC(vcpu_first_run)

/* void thread_yield(void): the hypervisor's thread enters the scheduler as a guest does. */
FUNC(thread_yield)
	mov	r0, #SCHEDOP_yield
	mov	r1, #0
	mov	r12, #__HYPERVISOR_sched_op
	b	hypercall_entry
END_FUNC(thread_yield)
