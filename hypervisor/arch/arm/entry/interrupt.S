/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical interrupts.  With FIQ routing the vector at 0x1c leads to fiq_entry; without it the one
 * at 0x18 leads to irq_entry, which makes the same frame.  C runs in FIQ mode on the current
 * vcpu's hypervisor stack; the interrupted r8-r14 stay in their banks.
 *
 *	struct interrupt_frame:	spsr r0 r1 r2 r3 pc
 *
 *	r9 guest's DACR
 */
#include <asm/assembler.h>
#include <asm/offsets.h>
#include <asm/psr.h>

	.text
FUNC(fiq_entry)
	GUARD_OPEN r9, r8
	ldr	r8, =percpu
	sub	lr, lr, #4
	ldr	sp, [r8, #PERCPU_HV_STACK_TOP]
	stmfd	sp!, {r0-r3, lr}
	mrs	r0, spsr
	str	r0, [sp, #-4]!
interrupt_common:
	mov	r0, sp
	bl	interrupt_handle
	.global	interrupt_return
interrupt_return:
	ldr	r0, [sp], #4
	msr	spsr_cxsf, r0
	ldmfd	sp!, {r0-r3, lr}
	GUARD_CLOSE r9
	movs	pc, lr
END_FUNC(fiq_entry)

FUNC(irq_entry)
	MODE	PSR_FIQ
	GUARD_OPEN r9, r8
	ldr	r8, =percpu
	ldr	sp, [r8, #PERCPU_HV_STACK_TOP]
	stmfd	sp!, {r0-r3, lr}
	MODE	PSR_IRQ
	sub	r0, lr, #4
	mrs	r1, spsr
	MODE	PSR_FIQ
	str	r0, [sp, #16]
	str	r1, [sp, #-4]!
	b	interrupt_common
END_FUNC(irq_entry)

/* void arch_set_irq_bank(uint32_t lr, uint32_t spsr): what the CPU does when it takes an IRQ. */
FUNC(arch_set_irq_bank)
	MODE	PSR_IRQ
	mov	lr, r0
	msr	spsr_cxsf, r1
	MODE	PSR_FIQ
	bx	lr
END_FUNC(arch_set_irq_bank)
