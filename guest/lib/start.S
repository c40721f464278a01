/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start of a guest: entered like a Linux Image at slot + 0x8000, MMU and caches off, in SVC mode
 * with I and F masked, r2 = physical address of the device tree.  Makes the first page table, turns
 * the MMU on and calls guest_start() at the linked (virtual) address.  Position-independent until
 * then; ARMv5 code that runs on v5, v6 and v7.
 *
 *	r4 slot (physical)	r5 boot information, later SCTLR
 *	r6 first-level table	r7 descriptor flags of RAM sections
 *	r8 1 if ARMv6 or later	r9 device tree (physical)
 */
#include <exen.h>
#include <guest/asm.h>
#include <guest/layout.h>

#define SECTION_ATTR	0x1700c		/* S, TEX, C, B */
#define SECTION_RW	0xc02		/* section, access from every mode, domain 0 */
#define SECTION_V5	0x10		/* should be one before v6; "execute never" from v6 on */

#define SCTLR_SET	0x307d		/* V I, 6:3 (should be one), C M */
#define SCTLR_SET_V6	0xc00000	/* XP U: v6 descriptors, unaligned access */
#define SCTLR_Z		0x800		/* branch prediction, v6 and later */
#define SCTLR_CLEAR_HI	0x72000000	/* TE AFE TRE EE */
#define SCTLR_CLEAR_LO	0x382		/* R S B A */

	.section .text.start, "ax"
FUNC(_start)
	adr	r4, _start
	sub	r4, r4, #GUEST_IMAGE_OFFSET
	mov	r9, r2
	add	r5, r4, #EXEN_BOOT_INFO_OFFSET
	ldr	r0, [r5, #EXEN_BOOT_INFO_MAGIC]
	ldr	r1, =EXEN_BOOT_MAGIC
	cmp	r0, r1
	ldreq	r0, [r5, #EXEN_BOOT_INFO_MAGIC2]
	ldreq	r1, =EXEN_BOOT_MAGIC2
	cmpeq	r0, r1
	ldreq	r0, [r5, #EXEN_BOOT_INFO_VERSION]
	moveq	r0, r0, lsr #16
	cmpeq	r0, #(EXEN_ABI_VERSION >> 16)
1:	bne	1b				@ not under a hypervisor that we know

	ldr	r0, =__bss_start		@ clear .bss, in physical memory
	ldr	r1, =_end
	ldr	r2, =GUEST_RAM_VA
	sub	r2, r4, r2			@ virtual to physical
	add	r0, r0, r2
	add	r1, r1, r2
	mov	r3, #0
2:	cmp	r0, r1
	strlo	r3, [r0], #4
	blo	2b

	mrc	p15, 0, r0, c0, c0, 0		@ MIDR: architecture 7 = v6, 15 = by CPUID
	and	r0, r0, #0xf0000
	cmp	r0, #0x70000
	movhs	r8, #1
	movlo	r8, #0
	ldr	r7, [r5, #(EXEN_BOOT_INFO_SECTIONS + 4)]
	ldr	r0, =SECTION_ATTR		@ RAM as the hypervisor maps its own
	and	r7, r7, r0
	ldr	r0, =SECTION_RW
	orr	r7, r7, r0
	orrlo	r7, r7, #SECTION_V5

	add	r6, r4, #GUEST_TABLE_OFFSET
	mov	r0, #4096
3:	subs	r0, r0, #1
	str	r3, [r6, r0, lsl #2]
	bne	3b

	add	r0, r6, #(GUEST_RAM_VA >> 18)	@ the slot, as far as the image goes
	ldr	r1, =_end - GUEST_RAM_VA + (1 << 20) - 1
	mov	r1, r1, lsr #20
	orr	r2, r4, r7
4:	str	r2, [r0], #4
	add	r2, r2, #(1 << 20)
	subs	r1, r1, #1
	bne	4b

	mov	r0, r4, lsr #20			@ one section at its physical address: for the switch
	orr	r2, r4, r7
	str	r2, [r6, r0, lsl #2]

	ldr	r0, =(EXEN_WINDOW_BASE >> 18)	@ the hypervisor's window
	add	r0, r6, r0
	add	r1, r5, #EXEN_BOOT_INFO_SECTIONS
	mov	r2, #EXEN_WINDOW_SECTIONS
5:	ldr	r3, [r1], #4
	str	r3, [r0], #4
	subs	r2, r2, #1
	bne	5b

	mov	r0, #0
	mcr	p15, 0, r0, c7, c10, 4		@ drain the write buffer
	mcr	p15, 0, r0, c7, c5, 0		@ invalidate the instruction cache
	mcr	p15, 0, r0, c8, c7, 0		@ and the TLB
	mcr	p15, 0, r6, c2, c0, 0		@ TTBR0, walks not cached
	cmp	r8, #0
	mcrne	p15, 0, r0, c2, c0, 2		@ TTBCR
	mov	r1, #1
	mcr	p15, 0, r1, c3, c0, 0		@ DACR: domain 0 client
	mcrne	p15, 0, r0, c7, c10, 4		@ DSB
	mcrne	p15, 0, r0, c7, c5, 4		@ ISB

	mrc	p15, 0, r5, c1, c0, 0
	bic	r5, r5, #SCTLR_CLEAR_HI
	ldr	r1, =SCTLR_CLEAR_LO
	bic	r5, r5, r1
	ldr	r1, =SCTLR_SET
	orr	r5, r5, r1
	orrne	r5, r5, #SCTLR_SET_V6
	orrne	r5, r5, #SCTLR_Z
	ldr	r1, =6f
	b	5f
	.balign	32
5:	mcr	p15, 0, r5, c1, c0, 0
	mrc	p15, 0, r0, c0, c0, 0		@ a read and its use: v5's way to wait
	mov	r0, r0
	mov	r0, #0
	mcrne	p15, 0, r0, c7, c5, 4
	mov	pc, r1

6:	ldr	r0, =exception_stacks		@ at the linked address from here
	add	r0, r0, #GUEST_EXC_STACK_SIZE
	msr	cpsr_c, #(PSR_I | PSR_F | PSR_IRQ)
	mov	sp, r0
	add	r0, r0, #GUEST_EXC_STACK_SIZE
	msr	cpsr_c, #(PSR_I | PSR_F | PSR_ABT)
	mov	sp, r0
	add	r0, r0, #GUEST_EXC_STACK_SIZE
	msr	cpsr_c, #(PSR_I | PSR_F | PSR_UND)
	mov	sp, r0
	msr	cpsr_c, #(PSR_I | PSR_F | PSR_SVC)
	ldr	sp, =svc_stack + GUEST_SVC_STACK_SIZE
	mov	r0, r4
	mov	r1, r9
	mov	r2, r7
	mov	r3, r8
	mov	lr, #0
	b	guest_start			@ (slot, device tree, section flags, is v6)
END_FUNC(_start)
	.ltorg

	.bss
	.balign	8
svc_stack:
	.space	GUEST_SVC_STACK_SIZE
exception_stacks:
	.space	3 * GUEST_EXC_STACK_SIZE
