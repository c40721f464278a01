/* SPDX-License-Identifier: Apache-2.0 */
/* For the personality_*.S: bits of the abstract page-table entry (abi/exen.h) and of ARMv6's. */
#ifndef CPU_PERSONALITY_H
#define CPU_PERSONALITY_H

#define PTE_VALID	(1 << 0)
#define PTE_YOUNG	(1 << 1)
#define PTE_TYPE	(15 << 2)
#define PTE_DIRTY	(1 << 6)
#define PTE_RDONLY	(1 << 7)
#define PTE_USER	(1 << 8)
#define PTE_XN		(1 << 9)
#define PTE_NONE	(1 << 11)

/* Small page, extended format: ARM DDI 0406C B3.5.1 */
#define XP_XN		(1 << 0)
#define XP_SMALL	(1 << 1)
#define XP_B		(1 << 2)
#define XP_C		(1 << 3)
#define XP_AP0		(1 << 4)	/* PL1 */
#define XP_AP1		(1 << 5)	/* user */
#define XP_TEX0		(1 << 6)
#define XP_APX		(1 << 9)	/* read-only */

	/*
	 * Stores the abstract entry r1 at r0 and moves r0 to the other one; r12 has valid, young and
	 * dirty inverted.  If nobody may use the page: r3 = 0, and on to \fault.
	 */
	.macro	PTE_BEGIN fault
	str	r1, [r0], #2048
	eor	r12, r1, #(PTE_VALID | PTE_YOUNG | PTE_DIRTY)
	tst	r1, #PTE_NONE
	tsteq	r12, #(PTE_VALID | PTE_YOUNG)
	movne	r3, #0
	bne	\fault
	.endm

	/* r3 to memory, where a table walk that doesn't look into the cache sees it */
	.macro	PTE_END
	str	r3, [r0]
	mcr	p15, 0, r0, c7, c10, 1		@ clean line
	.endm

	/* Rights as from ARMv6 on, and the extended bits r2, into r3; Z clear: read-only */
	.macro	PTE_XP_RIGHTS
	orr	r3, r3, r2
	orr	r3, r3, #XP_AP0
	tst	r1, #PTE_XN
	orrne	r3, r3, #XP_XN
	tst	r1, #PTE_USER
	orrne	r3, r3, #XP_AP1
	tst	r12, #(PTE_RDONLY | PTE_DIRTY)
	orrne	r3, r3, #XP_APX
	.endm

	/* Rights as ARMv5 has them, in the extended format, into r3 */
	.macro	PTE_XP_V5_RIGHTS
	tst	r1, #PTE_USER
	orrne	r3, r3, #XP_AP1			@ user r/o, PL1 r/w
	orreq	r3, r3, #XP_AP0
	tst	r12, #(PTE_RDONLY | PTE_DIRTY)
	orreq	r3, r3, #XP_AP0
	beq	9f
	tst	r1, #PTE_USER
	orreq	r3, r3, #XP_APX			@ PL1 r/o
9:	tst	r1, #(XP_C | XP_B)		@ types 0, 4, 12
	orreq	r3, r3, #XP_XN			@ no instruction is prefetched from a device
	.endm

	/* SCTLR in r0: as it is, without \clear, with \set; r2 changes */
	.macro	SCTLR_VALUE clear, set
	mrc	p15, 0, r0, c1, c0, 0
	ldr	r2, =\clear
	bic	r0, r0, r2
	ldr	r2, =\set
	orr	r0, r0, r2
	.endm

	/* Stores \regs, 32 bytes, at r0 and moves it on; \before and \after it at the line's start */
	.macro	STORE_LINE regs, before, after
	\before
	.ifb	\after
	stmia	r0!, \regs
	.else
	stmia	r0, \regs
	\after
	add	r0, r0, #32
	.endif
	.endm

	/* Copies a page from r1 to r0, \before and \after each 32 bytes at r0 */
	.macro	COPY_PAGE before, after
	stmfd	sp!, {r4-r10}
	add	r2, r0, #4096
1:	.rept	4
	ldmia	r1!, {r3-r10}
	STORE_LINE "{r3-r10}", "\before", "\after"
	.endr
	cmp	r0, r2
	bne	1b
	ldmfd	sp!, {r4-r10}
	.endm

	.macro	CLEAR_PAGE before, after
	stmfd	sp!, {r4-r9}
	add	r1, r0, #4096
	mov	r2, #0
	.irp	reg, r3, r4, r5, r6, r7, r8, r9
	mov	\reg, #0
	.endr
1:	.rept	4
	STORE_LINE "{r2-r9}", "\before", "\after"
	.endr
	cmp	r0, r1
	bne	1b
	ldmfd	sp!, {r4-r9}
	.endm

#endif
