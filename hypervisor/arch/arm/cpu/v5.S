/* SPDX-License-Identifier: Apache-2.0 */
/* ARMv5TE with virtually indexed, virtually tagged caches: ARM926EJ-S (ARM DDI 0198E). */
#include <asm/assembler.h>
#include <asm/offsets.h>

	.arch	armv5te
	.text

/* void v5_context_save(struct arch_vcpu *): r0.  Changes r1-r3, r12. */
FUNC(v5_context_save)
	add	r12, r0, #VCPU_CP15
	mov	r3, #0
	mrc	p15, 0, r1, c1, c0, 0		@ SCTLR
	mrc	p15, 0, r2, c2, c0, 0		@ TTBR
	stmia	r12!, {r1, r2, r3}
	mrc	p15, 0, r2, c3, c0, 0		@ DACR
	mov	r1, #0
	mrc	p15, 0, r3, c13, c0, 0		@ FCSE PID
	stmia	r12!, {r1, r2, r3}
	mrc	p15, 0, r2, c5, c0, 0		@ DFSR
	mrc	p15, 0, r3, c5, c0, 1		@ IFSR
	stmia	r12!, {r1, r2, r3}
	mrc	p15, 0, r1, c6, c0, 0		@ FAR
	str	r1, [r12]
	ldr	r1, =v5_has_vfp
	ldr	r1, [r1]
	mov	r12, lr
	cmp	r1, #0
	blne	vfp2_save
	mov	lr, r12
	b	v5_dcache_clean_inv_all		@ the next guest has other data at these addresses
END_FUNC(v5_context_save)

/* void v5_context_restore(const struct arch_vcpu *): r0 */
FUNC(v5_context_restore)
	add	r12, r0, #VCPU_CP15
	ldmia	r12!, {r1, r2, r3}
	mov	r3, #0
	mcr	p15, 0, r3, c7, c5, 0		@ instruction cache: virtually tagged
	mcr	p15, 0, r1, c1, c0, 0
	mcr	p15, 0, r2, c2, c0, 0
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r2, c3, c0, 0
	mcr	p15, 0, r3, c13, c0, 0
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r2, c5, c0, 0
	mcr	p15, 0, r3, c5, c0, 1
	ldr	r1, [r12]
	mcr	p15, 0, r1, c6, c0, 0
	mcr	p15, 0, r1, c8, c7, 0		@ TLB
	mrc	p15, 0, r1, c2, c0, 0		@ wait for it
	mov	r1, r1
	sub	pc, pc, #4
	ldr	r1, =v5_has_vfp
	ldr	r1, [r1]
	cmp	r1, #0
	bxeq	lr
	b	vfp2_restore
END_FUNC(v5_context_restore)

FUNC(v5_tlb_flush_all)
	mov	r0, #0
	mcr	p15, 0, r0, c8, c7, 0
	bx	lr
END_FUNC(v5_tlb_flush_all)

FUNC(v5_dcache_clean_inv_all)
1:	mrc	p15, 0, pc, c7, c14, 3		@ test, clean and invalidate
	bne	1b
	mov	r0, #0
	mcr	p15, 0, r0, c7, c10, 4		@ drain write buffer
	bx	lr
END_FUNC(v5_dcache_clean_inv_all)

/* r0 start, r1 bytes */
FUNC(v5_dcache_clean_inv_area)
	add	r1, r0, r1
	bic	r0, r0, #31
1:	mcr	p15, 0, r0, c7, c14, 1
	add	r0, r0, #32
	cmp	r0, r1
	blo	1b
	mov	r0, #0
	mcr	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v5_dcache_clean_inv_area)

FUNC(v5_idle)
	mov	r0, #0
	mcr	p15, 0, r0, c7, c10, 4
	mcr	p15, 0, r0, c7, c0, 4		@ wait for interrupt
	bx	lr
END_FUNC(v5_idle)
