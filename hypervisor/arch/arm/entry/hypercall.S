/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypercall: called by `blx` from the guest's SVC mode through the hypercall page.
 *
 *	in	r0-r4 arguments, r12 number
 *	out	r0 result; r1-r3, r12 changed
 *
 * C runs in FIQ mode on the vcpu's hypervisor stack, so the guest's r8-r14 stay in their banks.
 *
 *	guest's stack		hypervisor's stack
 *	 r5 r6 r7 lr		 r4 = fifth argument, result while there is exit work
 *
 *	r5 guest's CPSR, r6 number, r7 percpu, r9 guest's DACR
 */
#include <asm/assembler.h>
#include <asm/offsets.h>
#include <asm/psr.h>
#include <exen.h>

	.text
FUNC(hypercall_entry)
	stmfd	sp!, {r5, r6, r7, lr}
	mrs	r5, cpsr
	mov	r6, r12
	MODE	PSR_FIQ
	GUARD_OPEN r9, r8
	ldr	r7, =percpu
	ldr	r8, =hypercall_table
	ldr	sp, [r7, #PERCPU_HV_STACK_TOP]
	cmp	r6, #64
	ldrlo	r8, [r8, r6, lsl #2]
	ldrhs	r8, =do_ni_hypercall
	str	r4, [sp, #-8]!			@ fifth argument
	.if	CONFIG_LATENCY
	stmfd	sp!, {r0-r3}
	mov	r2, r0
	mov	r1, r6
	mov	r0, #EXEN_PATH_HYPERCALL
	bl	latency_note_path
	ldmfd	sp!, {r0-r3}
	.endif
	blx	r8
	ldr	r1, [r7, #PERCPU_EXIT_WORK]
	cmp	r1, #0
	bne	2f
1:
	.if	CONFIG_LATENCY
	str	r0, [sp, #4]
	bl	latency_note_path_end
	ldr	r0, [sp, #4]
	.endif
	GUARD_CLOSE r9
	msr	cpsr_c, r5			@ SVC mode, masks as they were
	ldmfd	sp!, {r5, r6, r7, pc}

2:	str	r0, [sp, #4]
	bl	hypercall_exit_work
	ldr	r0, [sp, #4]
	b	1b
END_FUNC(hypercall_entry)
