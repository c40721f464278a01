/* SPDX-License-Identifier: Apache-2.0 */
/* ARMv6: ARM1136 (DDI 0211), ARM1176 (DDI 0301), ARM11 MPCore (DDI 0360). */
#include <asm/assembler.h>
#include <asm/offsets.h>
#include "context.h"

	.arch	armv6k
	.fpu	vfpv2
	.text

/* void v6_context_save(struct arch_vcpu *): r0.  Changes r1-r3, r12. */
FUNC(v6_context_save)
	CP15_SAVE_COMMON
	mrc	p15, 0, r1, c6, c0, 0		@ DFAR
	mov	r2, #0
	mrc	p15, 0, r3, c13, c0, 2		@ TPIDRURW
	stmia	r12!, {r1, r2, r3}
	mrc	p15, 0, r1, c13, c0, 3		@ TPIDRURO
	mrc	p15, 0, r2, c13, c0, 4		@ TPIDRPRW
	stmia	r12!, {r1, r2}
	bxeq	lr
	VFP_SAVE_CONTROL
	vstmia	r0, {d0-d15}
	bx	lr
END_FUNC(v6_context_save)

/* void v6_context_restore(const struct arch_vcpu *): r0 */
FUNC(v6_context_restore)
	clrex
	add	r12, r0, #VCPU_CP15
	mov	r3, #0
	mcr	p15, 0, r3, c13, c0, 1		@ CONTEXTIDR: a reserved ASID while tables change
	mcr	p15, 0, r3, c7, c5, 4		@ flush prefetch buffer
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r1, c1, c0, 0
	mcr	p15, 0, r2, c2, c0, 0
	mcr	p15, 0, r3, c2, c0, 1
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r1, c2, c0, 2
	mcr	p15, 0, r2, c3, c0, 0
	mcr	p15, 0, r3, c13, c0, 1
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r1, c1, c0, 2
	mcr	p15, 0, r2, c5, c0, 0
	mcr	p15, 0, r3, c5, c0, 1
	tst	r1, #(3 << 20)
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r1, c6, c0, 0
	mcr	p15, 0, r3, c13, c0, 2
	ldmia	r12!, {r1, r2}
	mcr	p15, 0, r1, c13, c0, 3
	mcr	p15, 0, r2, c13, c0, 4
	mov	r1, #0
	mcr	p15, 0, r1, c8, c7, 0		@ TLB
	mcr	p15, 0, r1, c7, c5, 6		@ branch target cache
	mcr	p15, 0, r1, c7, c10, 4		@ DSB
	mcr	p15, 0, r1, c7, c5, 4		@ flush prefetch buffer
	bxeq	lr
	add	r0, r0, #VCPU_VFP
	vmrs	r1, fpexc
	orr	r1, r1, #(1 << 30)
	vmsr	fpexc, r1
	ldrd	r2, r3, [r0], #8
	vldmia	r0, {d0-d15}
	vmsr	fpscr, r3
	vmsr	fpexc, r2
	bx	lr
END_FUNC(v6_context_restore)

FUNC(v6_tlb_flush_all)
	mov	r0, #0
	mcr	p15, 0, r0, c7, c10, 4
	mcr	p15, 0, r0, c8, c7, 0
	mcr	p15, 0, r0, c7, c5, 6
	mcr	p15, 0, r0, c7, c10, 4
	mcr	p15, 0, r0, c7, c5, 4
	bx	lr
END_FUNC(v6_tlb_flush_all)

FUNC(v6_icache_inv_all)
	mov	r0, #0
	mcr	p15, 0, r0, c7, c5, 0
	mcr	p15, 0, r0, c7, c10, 4
	mcr	p15, 0, r0, c7, c5, 4
	bx	lr
END_FUNC(v6_icache_inv_all)

FUNC(v6_dcache_clean_inv_all)
	mov	r0, #0
	mcr	p15, 0, r0, c7, c14, 0
	mcr	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v6_dcache_clean_inv_all)
