/* SPDX-License-Identifier: Apache-2.0 */
/* ARMv7-A without virtualization extensions: Cortex-A8, Cortex-A9 (ARM DDI 0406C). */
#include <asm/assembler.h>
#include <asm/offsets.h>
#include "context.h"

	.arch	armv7-a
	.fpu	neon
	.text

/* void v7_context_save(struct arch_vcpu *): r0.  Changes r1-r3, r12. */
FUNC(v7_context_save)
	CP15_SAVE_COMMON
	mrc	p15, 0, r1, c6, c0, 0		@ DFAR
	mrc	p15, 0, r2, c6, c0, 2		@ IFAR
	mrc	p15, 0, r3, c13, c0, 2		@ TPIDRURW
	stmia	r12!, {r1, r2, r3}
	mrc	p15, 0, r1, c13, c0, 3		@ TPIDRURO
	mrc	p15, 0, r2, c13, c0, 4		@ TPIDRPRW
	mrc	p15, 0, r3, c10, c2, 0		@ PRRR
	stmia	r12!, {r1, r2, r3}
	mrc	p15, 0, r1, c10, c2, 1		@ NMRR
	str	r1, [r12]
	bxeq	lr
	add	r0, r0, #VCPU_VFP
	vmrs	r2, fpexc
	orr	r1, r2, #(1 << 30)		@ EN
	vmsr	fpexc, r1
	vmrs	r3, fpscr
	strd	r2, r3, [r0], #8
	vstmia	r0!, {d0-d15}
	vmrs	r1, mvfr0
	and	r1, r1, #15
	cmp	r1, #2				@ 32 double registers
	vstmiaeq r0!, {d16-d31}
	bx	lr
END_FUNC(v7_context_save)

/*
 * void v7_context_restore(const struct arch_vcpu *): r0.  Kernel mappings of two guests are global
 * at the same addresses, so the TLB goes (DESIGN.md section 4).
 */
FUNC(v7_context_restore)
	clrex
	add	r12, r0, #VCPU_CP15
	mov	r3, #0
	mcr	p15, 0, r3, c13, c0, 1		@ CONTEXTIDR: a reserved ASID while tables change
	isb
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r1, c1, c0, 0		@ SCTLR
	mcr	p15, 0, r2, c2, c0, 0		@ TTBR0
	mcr	p15, 0, r3, c2, c0, 1		@ TTBR1
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r1, c2, c0, 2		@ TTBCR
	mcr	p15, 0, r2, c3, c0, 0		@ DACR
	isb
	mcr	p15, 0, r3, c13, c0, 1		@ CONTEXTIDR
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r1, c1, c0, 2		@ CPACR
	mcr	p15, 0, r2, c5, c0, 0		@ DFSR
	mcr	p15, 0, r3, c5, c0, 1		@ IFSR
	tst	r1, #(3 << 20)
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r1, c6, c0, 0		@ DFAR
	mcr	p15, 0, r2, c6, c0, 2		@ IFAR
	mcr	p15, 0, r3, c13, c0, 2		@ TPIDRURW
	ldmia	r12!, {r1, r2, r3}
	mcr	p15, 0, r1, c13, c0, 3		@ TPIDRURO
	mcr	p15, 0, r2, c13, c0, 4		@ TPIDRPRW
	mcr	p15, 0, r3, c10, c2, 0		@ PRRR
	ldr	r1, [r12]
	mcr	p15, 0, r1, c10, c2, 1		@ NMRR
	mov	r1, #0
	mcr	p15, 0, r1, c8, c7, 0		@ TLBIALL
	mcr	p15, 0, r1, c7, c5, 6		@ BPIALL
	dsb
	isb
	bxeq	lr
	add	r0, r0, #(VCPU_VFP + VFP_D)
	vmrs	r1, fpexc
	orr	r1, r1, #(1 << 30)
	vmsr	fpexc, r1
	vldmia	r0!, {d0-d15}
	vmrs	r1, mvfr0
	and	r1, r1, #15
	cmp	r1, #2
	vldmiaeq r0!, {d16-d31}
	subeq	r0, r0, #128
	sub	r0, r0, #(128 + VFP_D)
	ldrd	r2, r3, [r0]
	vmsr	fpscr, r3
	vmsr	fpexc, r2
	bx	lr
END_FUNC(v7_context_restore)

/* Address translation operations (ARM ARM B3.18.8): PAR.F in r0. */
FUNC(v7_probe_read)
	mcr	p15, 0, r0, c7, c8, 0		@ ATS1CPR
	isb
	mrc	p15, 0, r0, c7, c4, 0		@ PAR
	and	r0, r0, #1
	bx	lr
END_FUNC(v7_probe_read)

FUNC(v7_probe_write)
	mcr	p15, 0, r0, c7, c8, 1		@ ATS1CPW
	isb
	mrc	p15, 0, r0, c7, c4, 0
	and	r0, r0, #1
	bx	lr
END_FUNC(v7_probe_write)

FUNC(v7_tlb_flush_all)
	mov	r0, #0
	dsb
	mcr	p15, 0, r0, c8, c7, 0
	mcr	p15, 0, r0, c7, c5, 6
	dsb
	isb
	bx	lr
END_FUNC(v7_tlb_flush_all)

FUNC(v7_icache_inv_all)
	mov	r0, #0
	dsb
	mcr	p15, 0, r0, c7, c5, 0		@ ICIALLU
	mcr	p15, 0, r0, c7, c5, 6
	dsb
	isb
	bx	lr
END_FUNC(v7_icache_inv_all)

/* Every data cache level by set and way (ARM ARM B2.2.6). */
FUNC(v7_dcache_clean_inv_all)
	stmfd	sp!, {r4-r11}
	dsb
	mrc	p15, 1, r0, c0, c0, 1		@ CLIDR
	mov	r3, r0, lsr #23
	ands	r3, r3, #14			@ level of coherency * 2
	beq	5f
	mov	r10, #0
1:	add	r2, r10, r10, lsr #1
	mov	r1, r0, lsr r2
	and	r1, r1, #7
	cmp	r1, #2				@ a data or unified cache?
	blt	4f
	mcr	p15, 2, r10, c0, c0, 0		@ CSSELR
	isb
	mrc	p15, 1, r1, c0, c0, 0		@ CCSIDR
	and	r2, r1, #7
	add	r2, r2, #4			@ log2(line bytes)
	ubfx	r4, r1, #3, #10			@ ways - 1
	clz	r5, r4
	ubfx	r7, r1, #13, #15		@ sets - 1
2:	mov	r9, r4
3:	orr	r11, r10, r9, lsl r5
	orr	r11, r11, r7, lsl r2
	mcr	p15, 0, r11, c7, c14, 2		@ DCCISW
	subs	r9, r9, #1
	bge	3b
	subs	r7, r7, #1
	bge	2b
4:	add	r10, r10, #2
	cmp	r3, r10
	bgt	1b
5:	mov	r10, #0
	mcr	p15, 2, r10, c0, c0, 0
	dsb
	isb
	ldmfd	sp!, {r4-r11}
	bx	lr
END_FUNC(v7_dcache_clean_inv_all)

/* r0 start, r1 bytes */
FUNC(v7_dcache_clean_inv_area)
	mrc	p15, 0, r3, c0, c0, 1		@ CTR
	ubfx	r3, r3, #16, #4
	mov	r2, #4
	mov	r2, r2, lsl r3			@ smallest line, bytes
	add	r1, r0, r1
	sub	r3, r2, #1
	bic	r0, r0, r3
1:	mcr	p15, 0, r0, c7, c14, 1		@ DCCIMVAC
	add	r0, r0, r2
	cmp	r0, r1
	blo	1b
	dsb
	bx	lr
END_FUNC(v7_dcache_clean_inv_area)

FUNC(v7_idle)
	dsb
	wfi
	bx	lr
END_FUNC(v7_idle)
