/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry from the boot loader (Linux boot protocol, Documentation/arm/booting.rst of Linux):
 * r0 = 0, r1 = machine number, r2 = physical address of a device tree or ATAGs, MMU and data cache
 * off, any load address.  Moves the hypervisor to the first 1 MiB boundary behind the loaded image,
 * turns the MMU on with the whole address space mapped one to one as strongly ordered memory, and
 * calls boot_main() at its linked address.  setup.c moves everything to its final place later.
 *
 *	r4	load address of the image
 *	r5	physical base of the hypervisor's new place
 *	r6	MIDR
 *	r7	machine number
 *	r8	device tree or ATAGs
 */
#include <asm/assembler.h>
#include <asm/memory.h>
#include <asm/offsets.h>
#include <asm/psr.h>

	/* The first two hypercall slots (numbers that do not exist) hold the zImage header. */
	.section .text.header, "ax"
	.global	_start
_start:
	.rept	8
	mov	r0, r0
	.endr
	b	start			@ 0x20
	.word	0x016f2818		@ 0x24 zImage magic
	.word	0			@ 0x28 load address: anywhere
	.global	image_size
image_size:
	.word	__text_end - HV_BASE	@ 0x2c end: the image builder writes the whole file's size
	.word	0x04030201		@ 0x30 little endian
	.balign	64

	/* \rd = architecture nibble of the MIDR in \midr; 7 and 0xf have XP page tables */
	.macro	midr_arch rd, midr
	mov	\rd, \midr, lsr #16
	and	\rd, \rd, #15
	.endm

	.section .text.head, "ax"
FUNC(start)
	mrs	r0, cpsr
	and	r0, r0, #PSR_MODE
	cmp	r0, #PSR_HYP			@ a loader on a core with extensions
	bne	1f
	mov	r0, #(PSR_SVC | PSR_I | PSR_F)
	msr	spsr_cxsf, r0
	adr	r0, 2f
	.inst	0xe12ef300			@ msr elr_hyp, r0
	.inst	0xe160006e			@ eret
1:	msr	cpsr_c, #(PSR_SVC | PSR_I | PSR_F)
2:	mov	r7, r1
	mov	r8, r2
	adr	r4, start
	ldr	r0, =start - HV_BASE
	sub	r4, r4, r0		@ load address
	mrc	p15, 0, r6, c0, c0, 0	@ MIDR
	midr_arch r0, r6
	cmp	r0, #5			@ ARMv5TE
	blo	cannot_run
	and	r1, r6, #0xff00
	cmpeq	r1, #0x9400		@ ARM946 and its like
	cmpne	r1, #0x9600
	beq	cannot_run
	cmp	r0, #15
	bne	1f
	mrc	p15, 0, r1, c0, c1, 4	@ ID_MMFR0
	tst	r1, #15			@ VMSA
	beq	cannot_run
1:

	@ New place: behind the image, clear of the device tree
	ldr	r0, [r4, #(image_size - _start)]
	ldr	r1, =__image_own_size
	cmp	r0, r1
	movlo	r0, r1
	add	r5, r4, r0
1:	ldr	r1, =0xfffff
	add	r5, r5, r1
	bic	r5, r5, r1		@ up to a section boundary
	sub	r2, r8, r5
	cmp	r2, #HV_RAM_SIZE	@ does the tree lie in there?
	addlo	r5, r8, #0x100000
	blo	1b

	@ Text and rodata, data, and zeroed bss
	mov	r0, r5
	mov	r1, r4
	ldr	r2, =__text_end - HV_BASE
	bl	copy_words
	add	r0, r5, #(HV_DATA - HV_BASE)
	ldr	r2, =__data_end - HV_DATA
	bl	copy_words
	ldr	r0, =__bss_start - HV_BASE
	add	r0, r0, r5
	ldr	r2, =__bss_size
	mov	r3, #0
2:	subs	r2, r2, #4
	strhs	r3, [r0], #4
	bhi	2b

	ldr	r0, =3f - HV_BASE
	add	pc, r5, r0		@ continue in the copy
3:
	/*
	 * First-level table.  Architecture nibble 7 or 0xf is v6 or v7: extended page tables (XP),
	 * where bit 4 forbids execution; before that, bit 4 has to be set.
	 */
	midr_arch r0, r6
	ldr	r2, =0x140e		@ v6+: normal, write-back, write-allocate (TEX=001 C B)
	ldr	r3, =0x402		@ strongly ordered, PL1 only
	cmp	r0, #7
	ldrlo	r2, =0x41e		@ v5: C B and bit 4
	ldrlo	r3, =0x412
	ldr	r9, =hv_pgd - HV_BASE
	add	r9, r9, r5
	mov	r0, #0
4:	orr	r1, r3, r0, lsl #20
	str	r1, [r9, r0, lsl #2]
	add	r0, r0, #1
	cmp	r0, #4096
	blo	4b
	mov	r0, #0			@ the window, and the same memory one to one
	ldr	r3, =HV_BASE >> 18
	add	r3, r9, r3
5:	orr	r1, r2, r5
	add	r1, r1, r0, lsl #20
	str	r1, [r3, r0, lsl #2]
	mov	r11, r1, lsr #20
	str	r1, [r9, r11, lsl #2]
	add	r0, r0, #1
	cmp	r0, #HV_SECTIONS_RAM
	blo	5b

	@ Caches and TLB hold nothing of use
	mov	r0, #0
	mcr	p15, 0, r0, c7, c5, 0	@ instruction cache
	mcr	p15, 0, r0, c8, c7, 0	@ TLB
	mcr	p15, 0, r0, c7, c10, 4	@ drain write buffer / DSB
	mov	r0, #1
	mcr	p15, 0, r0, c3, c0, 0	@ DACR: domain 0 client
	mcr	p15, 0, r9, c2, c0, 0	@ TTBR0
	midr_arch r0, r6
	mov	r1, #0
	cmp	r0, #7
	mcrhs	p15, 0, r1, c2, c0, 2	@ TTBCR: TTBR0 for everything
	mcrhs	p15, 0, r1, c13, c0, 1	@ CONTEXTIDR
	mrc	p15, 0, r2, c1, c0, 0	@ SCTLR
	bic	r2, r2, #0x30000000	@ TRE, AFE
	bic	r2, r2, #0x00000002	@ A
	ldr	r3, =0x00003005		@ M C I V
	orr	r2, r2, r3
	orrhs	r2, r2, #0x00c00000	@ XP U
	orrhs	r2, r2, #0x00000800	@ Z
	mcr	p15, 0, r2, c1, c0, 0
	mrc	p15, 0, r2, c0, c0, 0	@ wait for it
	mov	r2, r2
	sub	pc, pc, #4
	ldr	sp, =boot_stack_top
	mov	r0, r7
	mov	r1, r8
	mov	r2, r4
	mov	r3, r5
	ldr	lr, =0
	ldr	pc, =boot_main
END_FUNC(start)

/* r6 = MIDR of a core on which nothing but this would run; only a debugger can tell anybody. */
cannot_run:
	adr	r1, 2f
	mov	r2, #8			@ digits
1:	mov	r6, r6, ror #28
	and	r3, r6, #15
	cmp	r3, #10
	addlo	r3, r3, #'0'
	addhs	r3, r3, #('a' - 10)
	strb	r3, [r1], #1
	subs	r2, r2, #1
	bne	1b
	mov	r0, #0x04		@ SYS_WRITE0
	adr	r1, 3f
	svc	0x123456
	mov	r0, #0x20		@ SYS_EXIT_EXTENDED
	adr	r1, 4f
	svc	0x123456
	b	.
3:	.ascii	"EmbeddedXEN boot: no processor with MMU of ARMv5TE or later, main ID register "
2:	.asciz	"00000000\n"
	.balign	4
4:	.word	0x20026, 2		@ ADP_STOPPED_EXIT, EXIT_BOOT_REFUSED

/* r0 to (advanced), r1 from (advanced), r2 bytes, a multiple of 16.  Changes r3, r10-r12. */
copy_words:
1:	ldmia	r1!, {r3, r10, r11, r12}
	stmia	r0!, {r3, r10, r11, r12}
	subs	r2, r2, #16
	bhi	1b
	bx	lr

/*
 * void move_window(paddr_t to, paddr_t from): copies the hypervisor's RAM, points the new copy's
 * tables at itself and continues there.  Both places are mapped one to one.  Interrupts masked.
 */
FUNC(move_window)
	stmfd	sp!, {r4-r12, lr}
	mov	r4, r0
	mov	r5, r1
	mov	r2, #HV_RAM_SIZE
	bl	copy_words
	ldr	r6, =hv_pgd - HV_BASE
	add	r6, r6, r4		@ the new copy's table
	ldr	r7, =HV_BASE >> 18
	add	r7, r7, r6
	sub	r8, r4, r5
	mov	r0, #HV_SECTIONS_RAM
2:	ldr	r1, [r7]
	add	r1, r1, r8
	str	r1, [r7], #4
	subs	r0, r0, #1
	bhi	2b
	ldr	r1, =cpu		@ caches to memory, as the old tables say
	ldr	r1, [r1]
	ldr	r1, [r1, #CPU_DCACHE_CLEAN_INV_ALL]
	blx	r1
	mcr	p15, 0, r6, c2, c0, 0	@ TTBR0
	mov	r0, #0
	mcr	p15, 0, r0, c7, c5, 0	@ instruction cache
	mcr	p15, 0, r0, c8, c7, 0	@ TLB
	mcr	p15, 0, r0, c7, c10, 4
	mrc	p15, 0, r0, c0, c0, 0
	ldmfd	sp!, {r4-r12, pc}
END_FUNC(move_window)

/*
 * void enter_guest_off(paddr_t entry, paddr_t dtb, uint32_t sctlr): leaves the hypervisor for a
 * guest that starts with MMU and caches off.  Called at its one-to-one address (FIQ mode, the
 * hypervisor's own tables, data cache clean).  Must stay free of memory accesses.
 */
FUNC(enter_guest_off)
	mcr	p15, 0, r2, c1, c0, 0	@ SCTLR: MMU and caches off
	mrc	p15, 0, r3, c0, c0, 0
	mov	r3, r3
	sub	pc, pc, #4
	mov	r3, #0
	mcr	p15, 0, r3, c8, c7, 0	@ TLB
	mcr	p15, 0, r3, c7, c5, 0	@ instruction cache
	mcr	p15, 0, r3, c7, c10, 4
	mov	lr, r0
	mov	r2, r1
	mov	r0, #0
	mvn	r1, #0
	mov	r3, #(PSR_SVC | PSR_I | PSR_F)
	msr	spsr_cxsf, r3
	movs	pc, lr
END_FUNC(enter_guest_off)

	.bss
	.balign	8
	.space	8192			@ becomes the stack of the hypervisor's thread
boot_stack_top:
