/* SPDX-License-Identifier: Apache-2.0 */
/* Processor personality of ARM926EJ-S (DDI 0198E): virtually tagged caches, lines of 32 bytes, read
 * allocation only; no ASIDs; small pages with four fields of rights. */
#include <asm/assembler.h>
#include <exen.h>
#include "personality.h"

	.arch	armv5te
	.section .text.personality, "ax"

#define SMALL		2
#define AP_USER_RO	0xaa0			/* PL1 r/w */
#define AP_PL1_RW	0x550			/* with the other: user r/w */
#define FLUSH_LIMIT	16384			/* bytes: the cache's size */

	.macro	CLEAN_INVALIDATE_ALL
1:	mrc	p15, 0, pc, c7, c14, 3		@ test, clean and invalidate
	bne	1b
	.endm

/* As exen_boot_info.cpu_setup */
FUNC(v5_cpu_setup)
	mov	r1, r0
	mov	r3, #0
	mcr	p15, 0, r3, c7, c7, 0		@ both caches: nothing is in them with the MMU off
	mcr	p15, 0, r3, c7, c10, 4
	mcr	p15, 0, r3, c8, c7, 0
	SCTLR_VALUE 0x7f3f, 0x3135		@ V, I, S (PL1 r/o pages), C, M; A is the guest's
	bx	lr
END_FUNC(v5_cpu_setup)

/* void (uint32_t table_pa, uint32_t): the other address space has other data at these addresses */
FUNC(v5_switch_mm)
	CLEAN_INVALIDATE_ALL
	mov	r1, #0
	mcr	p15, 0, r1, c7, c5, 0
	mcr	p15, 0, r1, c7, c10, 4
	mcr	p15, 0, r0, c2, c0, 0
	mcr	p15, 0, r1, c8, c7, 0
	bx	lr
END_FUNC(v5_switch_mm)

/* void (uint32_t *pte, uint32_t value, uint32_t extended) */
FUNC(v5_set_pte)
	PTE_BEGIN 1f
	bic	r3, r1, #0xff0			@ B and C stay
	bic	r3, r3, #3
	orr	r3, r3, #SMALL
	tst	r1, #PTE_USER
	orrne	r3, r3, #AP_USER_RO
	tst	r12, #(PTE_RDONLY | PTE_DIRTY)
	orreq	r3, r3, #AP_PL1_RW
1:	PTE_END
	mcr	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v5_set_pte)

FUNC(v5_flush_icache_all)
	mov	r0, #0
	mcr	p15, 0, r0, c7, c5, 0
	bx	lr
END_FUNC(v5_flush_icache_all)

FUNC(v5_flush_cache_all)
	mov	r2, #EXEN_FLUSH_EXEC
flush_all:
	CLEAN_INVALIDATE_ALL
	mov	r0, #0
	tst	r2, #EXEN_FLUSH_EXEC
	mcrne	p15, 0, r0, c7, c5, 0
	mcrne	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v5_flush_cache_all)

/* void (uint32_t start, uint32_t end, uint32_t flags) */
FUNC(v5_flush_user_range)
	sub	r3, r1, r0
	cmp	r3, #FLUSH_LIMIT
	bhi	flush_all
	bic	r0, r0, #31
1:	tst	r2, #EXEN_FLUSH_EXEC
	mcr	p15, 0, r0, c7, c14, 1
	mcrne	p15, 0, r0, c7, c5, 1
	add	r0, r0, #32
	mcr	p15, 0, r0, c7, c14, 1
	mcrne	p15, 0, r0, c7, c5, 1
	add	r0, r0, #32
	cmp	r0, r1
	blo	1b
	tst	r2, #EXEN_FLUSH_EXEC
	mcrne	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v5_flush_user_range)

/* The written lines go to memory, not into the cache, when they aren't in it: no alias comes about. */
FUNC(v5_copy_page)
	COPY_PAGE "mcr p15, 0, r0, c7, c6, 1"
	mcr	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v5_copy_page)

FUNC(v5_clear_page)
	CLEAR_PAGE "mcr p15, 0, r0, c7, c6, 1"
	mcr	p15, 0, r0, c7, c10, 4
	bx	lr
END_FUNC(v5_clear_page)
