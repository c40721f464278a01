/* SPDX-License-Identifier: Apache-2.0 */
/* Processor personality of ARMv7-A without virtualization extensions (DDI 0406C): data caches that
 * behave as physically tagged, ASIDs, small pages with memory types by TEX remap. */
#include <asm/assembler.h>
#include <exen.h>
#include "personality.h"

	.arch	armv7-a
	.section .text.personality, "ax"

#define TABLE_WALK	0x59			/* inner and outer write-back, not shared */

/* TEX remap (B3.8.3), n = TEX[0] C B: strongly ordered, uncached, write-through, write-back, device,
 * -, -, write-back and -allocate; shared where S is set; inner shareable. */
#define PRRR_VALUE	0xff0a81a8
#define NMRR_VALUE	0x40e040e0

/* As exen_boot_info.cpu_setup */
FUNC(v7_cpu_setup)
	orr	r1, r0, #TABLE_WALK
	mov	r3, #0
	mcr	p15, 0, r3, c7, c5, 0		@ ICIALLU
	mcr	p15, 0, r3, c7, c5, 6
	mcr	p15, 0, r3, c8, c7, 0
	mcr	p15, 0, r3, c2, c0, 2		@ TTBCR: TTBR0 for all addresses
	mcr	p15, 0, r1, c2, c0, 1		@ TTBR1: the guest's reserve
	mcr	p15, 0, r3, c13, c0, 1
	ldr	r2, =PRRR_VALUE
	mcr	p15, 0, r2, c10, c2, 0
	ldr	r2, =NMRR_VALUE
	mcr	p15, 0, r2, c10, c2, 1
	dsb
	isb
	SCTLR_VALUE 0x2120c302, 0x10c03c7d	@ TRE, V, I, Z, SW (SWP exists), C, M
	bx	lr
END_FUNC(v7_cpu_setup)

/* void (uint32_t table_pa, uint32_t context_id): TTBR0 has the guest's reserve, with nothing but
 * global entries, so that the new ASID goes first. */
FUNC(v7_switch_mm)
	orr	r0, r0, #TABLE_WALK
	dsb					@ Cortex-A9 erratum 754322
	mcr	p15, 0, r1, c13, c0, 1
	isb
	mcr	p15, 0, r0, c2, c0, 0
	isb
	bx	lr
END_FUNC(v7_switch_mm)

/* void (uint32_t table_pa) */
FUNC(v7_switch_mm_no_asid)
	mov	r2, #0
	orr	r0, r0, #TABLE_WALK
	dsb
	mcr	p15, 0, r0, c2, c0, 0
	isb
	mcr	p15, 0, r2, c8, c7, 0
	mcr	p15, 0, r2, c7, c5, 6
	dsb
	isb
	bx	lr
END_FUNC(v7_switch_mm_no_asid)

	.macro	PTE_V7 fault
	PTE_BEGIN \fault
	bic	r3, r1, #0x3f0			@ the page, S, C, B
	bic	r3, r3, #3
	orr	r3, r3, #XP_SMALL
	tst	r1, #(4 << 2)
	orrne	r3, r3, #XP_TEX0
	.endm

/* void (uint32_t *pte, uint32_t value, uint32_t extended) */
FUNC(v7_set_pte)
	PTE_V7	1f
	PTE_XP_RIGHTS
1:	PTE_END
	bx	lr
END_FUNC(v7_set_pte)

/* void (uint32_t *pte, uint32_t value, uint32_t extended) */
FUNC(v7_set_pte_v5)
	PTE_V7	1f
	PTE_XP_V5_RIGHTS
1:	PTE_END
	dsb
	bx	lr
END_FUNC(v7_set_pte_v5)

FUNC(v7_flush_icache_all)
	mov	r0, #0
	mcr	p15, 0, r0, c7, c5, 0
	dsb
	isb
	bx	lr
END_FUNC(v7_flush_icache_all)

FUNC(v7_flush_cache_all)
	stmfd	sp!, {r4, lr}
	bl	v7_dcache_clean_inv_all
	ldmfd	sp!, {r4, lr}
	b	v7_flush_icache_all
END_FUNC(v7_flush_cache_all)

FUNC(v7_copy_page)
	COPY_PAGE
	bx	lr
END_FUNC(v7_copy_page)

FUNC(v7_clear_page)
	CLEAR_PAGE
	bx	lr
END_FUNC(v7_clear_page)
