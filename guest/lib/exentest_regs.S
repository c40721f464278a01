/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of domain switches: known values in registers while another domain runs (exentest.h). */
#include <guest/asm.h>

	.text

/* uint32_t regs_hold(const volatile uint32_t *counter, uint32_t until, uint32_t seed): r0-r11 hold
 * seed + their number; r12 and lr are scratch. */
FUNC(regs_hold)
	stmfd	sp!, {r4-r11, lr}
	stmfd	sp!, {r0-r2}
	mov	r0, r2
	add	r1, r0, #1
	add	r2, r0, #2
	add	r3, r0, #3
	add	r4, r0, #4
	add	r5, r0, #5
	add	r6, r0, #6
	add	r7, r0, #7
	add	r8, r0, #8
	add	r9, r0, #9
	add	r10, r0, #10
	add	r11, r0, #11
1:	ldr	r12, [sp]
	ldr	lr, [sp, #4]
	ldr	r12, [r12]
	subs	r12, r12, lr
	bmi	1b
	ldr	lr, [sp, #8]
	mov	r12, #0
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	sub	r\n, r\n, #\n
	cmp	r\n, lr
	orrne	r12, r12, #(1 << \n)
	.endr
	mov	r0, r12
	add	sp, sp, #12
	ldmfd	sp!, {r4-r11, pc}
END_FUNC(regs_hold)

/* uint32_t regs_hold_in_mode(counter, until, seed, mode): regs_hold() in another privileged mode or
 * in USR, I set.  The stack is this one, further down.  From USR it comes back by a supervisor
 * call, whose handler is the caller's business. */
FUNC(regs_hold_in_mode)
	stmfd	sp!, {r4-r8, lr}
	mrs	r4, cpsr
	bic	r5, r4, #PSR_MODE
	orr	r5, r5, r3
	orr	r5, r5, #PSR_I
	sub	r6, sp, #2048
	cmp	r3, #PSR_USR
	beq	1f
	msr	cpsr_c, r5
	mov	r7, sp				@ this mode's own
	mov	sp, r6
	bl	regs_hold
	mov	sp, r7
	msr	cpsr_c, r4
	ldmfd	sp!, {r4-r8, pc}

1:	orr	r8, r4, #PSR_I			@ USR's registers are SYS's
	bic	r8, r8, #PSR_MODE
	orr	r8, r8, #PSR_SYS
	msr	cpsr_c, r8
	mov	r7, sp
	mov	sp, r6
	orr	r8, r4, #PSR_I
	msr	cpsr_c, r8
	msr	spsr_cxsf, r5
	adr	lr, 2f
	movs	pc, lr
2:	bl	regs_hold
	mov	sp, r7
	svc	#0
	msr	cpsr_c, r4
	ldmfd	sp!, {r4-r8, pc}
END_FUNC(regs_hold_in_mode)

/* void regs_bank_exchange(uint32_t mode, uint32_t bank[3]): spsr, sp and lr of a mode. */
FUNC(regs_bank_exchange)
	stmfd	sp!, {r4-r7}
	mrs	r12, cpsr
	bic	r3, r12, #PSR_MODE
	orr	r3, r3, r0
	orr	r3, r3, #PSR_I
	ldmia	r1, {r4, r5, r6}
	msr	cpsr_c, r3
	mrs	r0, spsr
	mov	r2, sp
	mov	r7, lr
	msr	spsr_cxsf, r4
	mov	sp, r5
	mov	lr, r6
	msr	cpsr_c, r12
	str	r0, [r1]
	str	r2, [r1, #4]
	str	r7, [r1, #8]
	ldmfd	sp!, {r4-r7}
	bx	lr
END_FUNC(regs_bank_exchange)

	.arch	armv6k

/* uint32_t regs_exclusive(uint32_t *word, const volatile uint32_t *counter, uint32_t more): a
 * load-exclusive, then a store-exclusive when *counter has grown by @more.  1: the store failed. */
FUNC(regs_exclusive)
	ldrex	r3, [r0]
	ldr	r12, [r1]
	add	r2, r2, r12
1:	ldr	r12, [r1]
	subs	r12, r12, r2
	bmi	1b
	strex	r2, r3, [r0]
	mov	r0, r2
	bx	lr
END_FUNC(regs_exclusive)
