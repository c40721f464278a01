/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processor personality (struct exen_cpu of abi/exen.h): what is the same operation on ARMv5, v6 and
 * v7 (ARM DDI 0198E 2.3, DDI 0211K 3.3, DDI 0406C B4.2): cache lines by address, TLB entries by
 * address, the barriers of c7.  What some have and others have not is listed by V6_ONLY.
 *
 * Guests call this code as their own: no data of the hypervisor's may be touched, for that is closed.
 */
#include <asm/assembler.h>
#include <exen.h>

	.arch	armv5te
	.section .text.personality, "ax"

	/* r2 = bytes of a line, r3 = mask of the offset in it */
	.macro	DCACHE_LINE
	ldr	r2, =EXEN_CPU_TABLE
	ldr	r2, [r2, #EXEN_CPU_DCACHE_LINE]
	sub	r3, r2, #1
	.endm

	/* Does \op to each line of [r0, r1), r0 at the start of one */
	.macro	EACH_LINE op1, op2
1:	mcr	p15, 0, r0, \op1, \op2, 1
	add	r0, r0, r2
	cmp	r0, r1
	blo	1b
	.endm

	.macro	DRAIN reg
	mov	\reg, #0
	mcr	p15, 0, \reg, c7, c10, 4	@ DSB: write buffer drained, maintenance complete
	.endm

/* void (void *start, uint32_t bytes) */
FUNC(cpu_flush_dcache_area)
	add	r1, r0, r1
/* void (uint32_t start, uint32_t end) */
FUNC(cpu_dma_flush_range)
	DCACHE_LINE
	bic	r0, r0, r3
	EACH_LINE c7, c14			@ clean and invalidate
	DRAIN	r0
	bx	lr
END_FUNC(cpu_dma_flush_range)
END_FUNC(cpu_flush_dcache_area)

/* void (void *start, uint32_t bytes) */
FUNC(cpu_clean_dcache_area)
	add	r1, r0, r1
clean_range:
	DCACHE_LINE
	bic	r0, r0, r3
	EACH_LINE c7, c10			@ clean
	DRAIN	r0
	bx	lr
END_FUNC(cpu_clean_dcache_area)

/* void (const void *start, uint32_t bytes, uint32_t direction) */
FUNC(cpu_dma_map)
	add	r1, r0, r1
	cmp	r2, #EXEN_DMA_TO_DEVICE
	beq	clean_range
	blo	cpu_dma_flush_range
invalidate_range:
	DCACHE_LINE
	tst	r0, r3				@ another's data in the first line, in the last
	mcrne	p15, 0, r0, c7, c14, 1
	bic	r0, r0, r3
	tst	r1, r3
	mcrne	p15, 0, r1, c7, c14, 1
	bic	r1, r1, r3
	b	2f
1:	mcr	p15, 0, r0, c7, c6, 1		@ invalidate
	add	r0, r0, r2
2:	cmp	r0, r1
	blo	1b
	DRAIN	r0
	bx	lr
END_FUNC(cpu_dma_map)

/* void (const void *start, uint32_t bytes, uint32_t direction): what was fetched speculatively */
FUNC(cpu_dma_unmap)
	add	r1, r0, r1
	cmp	r2, #EXEN_DMA_TO_DEVICE
	bne	invalidate_range
	bx	lr
END_FUNC(cpu_dma_unmap)

/* void (uint32_t start, uint32_t end) */
FUNC(cpu_coherent_range)
	DCACHE_LINE
	bic	r12, r0, r3
1:	mcr	p15, 0, r12, c7, c10, 1		@ clean data line
	add	r12, r12, r2
	cmp	r12, r1
	blo	1b
	DRAIN	r3
	ldr	r2, =EXEN_CPU_TABLE
	ldr	r2, [r2, #EXEN_CPU_ICACHE_LINE]
	sub	r3, r2, #1
	bic	r0, r0, r3
	EACH_LINE c7, c5			@ invalidate instruction line
	mov	r0, #0
	V6_ONLY	mcr p15, 0, r0, c7, c5, 6	@ branch predictor
	mcr	p15, 0, r0, c7, c10, 4
	V6_ONLY	mcr p15, 0, r0, c7, c5, 4	@ ISB
	bx	lr
END_FUNC(cpu_coherent_range)

	.macro	TLB_RANGE
	mov	r0, r0, lsr #12
	mov	r1, r1, lsr #12
	orr	r0, r2, r0, lsl #12
	mov	r1, r1, lsl #12
1:	mcr	p15, 0, r0, c8, c7, 1		@ entry by address, of instructions and data
	add	r0, r0, #4096
	cmp	r0, r1
	blo	1b
	mcr	p15, 0, r2, c7, c10, 4
	.endm

/* void (uint32_t start, uint32_t end, uint32_t asid) */
FUNC(cpu_flush_tlb_user)
	mcr	p15, 0, r2, c7, c10, 4		@ the entries are in memory
	and	r2, r2, #0xff
	TLB_RANGE
	bx	lr
END_FUNC(cpu_flush_tlb_user)

/* void (uint32_t start, uint32_t end) */
FUNC(cpu_flush_tlb_kernel)
	DRAIN	r2
	TLB_RANGE
	V6_ONLY	mcr p15, 0, r2, c7, c5, 4
	bx	lr
END_FUNC(cpu_flush_tlb_kernel)

FUNC(cpu_nothing)
	bx	lr
END_FUNC(cpu_nothing)
