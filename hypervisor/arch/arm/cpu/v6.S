/* SPDX-License-Identifier: Apache-2.0 */
/* ARMv6: ARM1136 (DDI 0211), ARM1176 (DDI 0301), ARM11 MPCore (DDI 0360). */
#include <asm/assembler.h>
#include <asm/offsets.h>
#include "context.h"

	.arch	armv6k
	.text

/*
 * void v6_context_save(struct arch_vcpu *): r0.  Changes r1-r3, r12.  ARM1136 before r1 has no thread
 * registers; of the others ARM1176 alone has an IFAR.  Each of the three goes on in the next.
 */
FUNC(arm1176_context_save)
	mrc	p15, 0, r1, c6, c0, 2		@ IFAR
	str	r1, [r0, #(VCPU_CP15 + CP15_IFAR)]
END_FUNC(arm1176_context_save)
FUNC(v6k_context_save)
	add	r12, r0, #(VCPU_CP15 + CP15_TPIDRURW)
	mrc	p15, 0, r1, c13, c0, 2		@ TPIDRURW
	mrc	p15, 0, r2, c13, c0, 3		@ TPIDRURO
	mrc	p15, 0, r3, c13, c0, 4		@ TPIDRPRW
	stmia	r12, {r1, r2, r3}
END_FUNC(v6k_context_save)
FUNC(v6_context_save)
	mrc	p15, 0, r1, c0, c0, 1		@ CTR
	tst	r1, #(1 << 23)			@ ways of more than a page: the next guest may have
	beq	1f				@ the same frames at other lines
	mov	r1, #0
	mcr	p15, 0, r1, c7, c14, 0		@ clean and invalidate data cache
	mcr	p15, 0, r1, c7, c10, 4
1:	CP15_SAVE_COMMON
	mrc	p15, 0, r1, c6, c0, 0		@ DFAR
	str	r1, [r12]
	bxeq	lr
	b	vfp2_save
END_FUNC(v6_context_save)

/* uint32_t arm1176_probe_read(uint32_t va): may PL1 read there? 0: yes.  DDI 0301H 3.2.23, 3.2.24 */
FUNC(arm1176_probe_read)
	mov	r1, #0
	mcr	p15, 0, r0, c7, c8, 0		@ ATS1CPR
	mcr	p15, 0, r1, c7, c5, 4		@ flush prefetch buffer
	mrc	p15, 0, r0, c7, c4, 0		@ PAR
	and	r0, r0, #1
	bx	lr
END_FUNC(arm1176_probe_read)

FUNC(arm1176_probe_write)
	mov	r1, #0
	mcr	p15, 0, r0, c7, c8, 1		@ ATS1CPW
	mcr	p15, 0, r1, c7, c5, 4
	mrc	p15, 0, r0, c7, c4, 0
	and	r0, r0, #1
	bx	lr
END_FUNC(arm1176_probe_write)

/* void v6_context_restore(const struct arch_vcpu *): r0, likewise */
FUNC(arm1176_context_restore)
	ldr	r1, [r0, #(VCPU_CP15 + CP15_IFAR)]
	mcr	p15, 0, r1, c6, c0, 2
END_FUNC(arm1176_context_restore)
FUNC(v6k_context_restore)
	add	r12, r0, #(VCPU_CP15 + CP15_TPIDRURW)
	ldmia	r12, {r1, r2, r3}
	mcr	p15, 0, r1, c13, c0, 2
	mcr	p15, 0, r2, c13, c0, 3
	mcr	p15, 0, r3, c13, c0, 4
END_FUNC(v6k_context_restore)
FUNC(v6_context_restore)
	sub	r1, sp, #4
	strex	r2, r1, [r1]			@ the exclusive monitor open: there may be no clrex
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
	ldr	r1, [r12]
	mcr	p15, 0, r1, c6, c0, 0
	mov	r1, #0
	mcr	p15, 0, r1, c8, c7, 0		@ TLB
	mcr	p15, 0, r1, c7, c5, 6		@ branch target cache
	mcr	p15, 0, r1, c7, c10, 4		@ DSB
	mcr	p15, 0, r1, c7, c5, 4		@ flush prefetch buffer
	bxeq	lr
	b	vfp2_restore
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

/* r0 start, r1 bytes: ARM1136 and ARM1176 do a range of lines in one instruction (DDI 0301H 3.2.22). */
FUNC(v6_dcache_clean_inv_area)
	add	r1, r0, r1
	sub	r1, r1, #1
	bic	r0, r0, #31
	bic	r1, r1, #31
	mcrr	p15, 0, r1, r0, c14		@ from the first line to the last
	mov	r0, #0
	mcr	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v6_dcache_clean_inv_area)
