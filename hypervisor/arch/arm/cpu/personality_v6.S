/* SPDX-License-Identifier: Apache-2.0 */
/* Processor personality of ARM1136 (DDI 0211K), ARM1176 (DDI 0301H), ARM11 MPCore (DDI 0360F):
 * physically tagged caches that may alias, ASIDs, small pages in the extended format, memory types
 * by TEX, C and B. */
#include <asm/assembler.h>
#include <exen.h>
#include "personality.h"

	.arch	armv6k
	.section .text.personality, "ax"

#define TABLE_WALK	0x08			/* outer write-back, write-allocate; not by L1 */

/* As exen_boot_info.cpu_setup */
FUNC(v6_cpu_setup)
	orr	r1, r0, #TABLE_WALK
	mov	r3, #0
	mcr	p15, 0, r3, c7, c14, 0
	mcr	p15, 0, r3, c7, c5, 0
	mcr	p15, 0, r3, c8, c7, 0
	mcr	p15, 0, r3, c2, c0, 2		@ TTBCR: TTBR0 for all addresses
	mcr	p15, 0, r1, c2, c0, 1		@ TTBR1: the guest's reserve
	mcr	p15, 0, r3, c13, c0, 1
	mcr	p15, 0, r3, c7, c10, 4
	SCTLR_VALUE 0x01e0fb7f, 0x00c0387d	@ XP, U, V, I, Z, C, M
	bx	lr
END_FUNC(v6_cpu_setup)

/* void (uint32_t table_pa, uint32_t context_id) */
FUNC(v6_switch_mm)
	mov	r2, #0
	orr	r0, r0, #TABLE_WALK
	mcr	p15, 0, r2, c7, c5, 6
	mcr	p15, 0, r2, c7, c10, 4
	mcr	p15, 0, r0, c2, c0, 0
	mcr	p15, 0, r1, c13, c0, 1
	bx	lr
END_FUNC(v6_switch_mm)

/* void (uint32_t table_pa) */
FUNC(v6_switch_mm_no_asid)
	mov	r2, #0
	orr	r0, r0, #TABLE_WALK
	mcr	p15, 0, r2, c7, c10, 4
	mcr	p15, 0, r0, c2, c0, 0
	mcr	p15, 0, r2, c8, c7, 0
	mcr	p15, 0, r2, c7, c5, 6
	mcr	p15, 0, r2, c7, c10, 4
	mcr	p15, 0, r2, c7, c5, 4
	bx	lr
END_FUNC(v6_switch_mm_no_asid)

	.macro	PTE_V6 fault
	PTE_BEGIN \fault
	bic	r3, r1, #0x3fc			@ the page, S
	bic	r3, r3, #3
	orr	r3, r3, #XP_SMALL
	.endm

	/* TEX, C and B of the type; the vector page's makes user r/o PL1 r/w */
	.macro	PTE_V6_TYPE
	adr	r2, types
	and	r1, r1, #PTE_TYPE
	ldr	r1, [r2, r1]
	eor	r3, r3, r1
	.endm

/* void (uint32_t *pte, uint32_t value, uint32_t extended) */
FUNC(v6_set_pte)
	PTE_V6	1f
	PTE_XP_RIGHTS
	tstne	r1, #PTE_USER
	bicne	r3, r3, #XP_AP0			@ APX, AP = 1, 10: r/o for both; 1, 11 is reserved
	PTE_V6_TYPE
1:	PTE_END
	bx	lr
END_FUNC(v6_set_pte)

/* void (uint32_t *pte, uint32_t value, uint32_t extended) */
FUNC(v6_set_pte_v5)
	PTE_V6	1f
	PTE_XP_V5_RIGHTS
	and	r1, r1, #PTE_TYPE
	teq	r1, #PTE_TYPE
	moveq	r1, #(3 << 2)			@ the rights are right already
	PTE_V6_TYPE
1:	PTE_END
	mov	r1, #0
	mcr	p15, 0, r1, c7, c10, 4
	bx	lr
END_FUNC(v6_set_pte_v5)

	.balign	4
types:	.word	0				@ strongly ordered
	.word	XP_TEX0				@ normal, uncached
	.word	XP_C				@ write-through
	.word	XP_C | XP_B			@ write-back
	.word	XP_B				@ shared device
	.word	0, 0
	.word	XP_TEX0 | XP_C | XP_B		@ write-back, write-allocate
	.word	0
	.word	XP_TEX0
	.word	0
	.word	XP_C | XP_B
	.word	XP_TEX0 << 1			@ non-shared device
	.word	0, 0
	.word	XP_C | XP_B | XP_APX

FUNC(v6_flush_icache_all)
	mov	r0, #0
	mcr	p15, 0, r0, c7, c5, 0
	bx	lr
END_FUNC(v6_flush_icache_all)

FUNC(v6_flush_cache_all)
	mov	r0, #0
	mcr	p15, 0, r0, c7, c14, 0
	mcr	p15, 0, r0, c7, c5, 0
	mcr	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v6_flush_cache_all)

FUNC(v6_copy_page)
	COPY_PAGE , "mcr p15, 0, r0, c7, c14, 1"
	mcr	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v6_copy_page)

FUNC(v6_clear_page)
	CLEAR_PAGE , "mcr p15, 0, r0, c7, c14, 1"
	mcr	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v6_clear_page)
