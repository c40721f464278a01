/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The processor as the hypervisor has it (struct exen_cpu): what must be assembly.  Everything here
 * is the same on ARMv5, v6 and v7.
 */
#include <linux/linkage.h>
#include <asm/assembler.h>
#include <asm/asm-offsets.h>
#include <asm/errno.h>
#include <asm/unwind.h>
#include <asm/xen/exen.h>
#include "../mm/proc-macros.S"

	.macro	exen_cpu_jump, offset
	ldr	ip, =EXEN_CPU_TABLE
	ldr	pc, [ip, #\offset]
	.endm

/*
 * As the processor setup functions of arch/arm/mm/proc-*.S: MMU off, r4 = physical address of
 * swapper_pg_dir, which lies in the first 2 MiB of the slot.
 */
ENTRY(exen_cpu_setup)
	mov	r5, r1
	mov	r6, r2
	mov	r7, lr
	mov	r3, r4, lsr #21
	mov	r3, r3, lsl #21
	add	r3, r3, #EXEN_BOOT_INFO_OFFSET
	ldr	ip, [r3, #EXEN_BOOT_INFO_CPU_SETUP]
	mov	r0, r4
	blx	ip
	mov	r4, r1				@ TTBR0
	mov	r1, r5
	mov	r2, r6
	ret	r7
ENDPROC(exen_cpu_setup)

/* Fault status and address of processors that tell writes from reads. */
ENTRY(exen_data_abort)
	mrc	p15, 0, r1, c5, c0, 0
	mrc	p15, 0, r0, c6, c0, 0
	uaccess_disable ip
	b	do_DataAbort
ENDPROC(exen_data_abort)

ENTRY(exen_prefetch_abort_ifar)
	mrc	p15, 0, r0, c6, c0, 2
	mrc	p15, 0, r1, c5, c0, 1
	b	do_PrefetchAbort
ENDPROC(exen_prefetch_abort_ifar)

ENTRY(exen_prefetch_abort_ifsr)
	mov	r0, r4
	mrc	p15, 0, r1, c5, c0, 1
	b	do_PrefetchAbort
ENDPROC(exen_prefetch_abort_ifsr)

/* void exen_switch_mm(phys_addr_t pgd_phys, struct mm_struct *mm) */
#ifdef CONFIG_CPU_HAS_ASID
ENTRY(exen_switch_mm)
	mmid	r1, r1
	exen_cpu_jump EXEN_CPU_SWITCH_MM
ENDPROC(exen_switch_mm)
#endif

/* void exen_flush_user_tlb_range(unsigned long start, unsigned long end, struct vm_area_struct *vma) */
ENTRY(exen_flush_user_tlb_range)
	vma_vm_mm r2, r2
#ifdef CONFIG_CPU_HAS_ASID
	mmid	r2, r2
#else
	act_mm	r3
	teq	r2, r3				@ without ASIDs others have no entries
	retne	lr
	mov	r2, #0
#endif
	exen_cpu_jump EXEN_CPU_FLUSH_TLB_USER
ENDPROC(exen_flush_user_tlb_range)

/*
 * int exen_coherent_user_range(unsigned long start, unsigned long end): coherent_range of the
 * hypervisor's table, here because it may fault.
 */
ENTRY(exen_coherent_user_range)
 UNWIND(.fnstart		)
	ldr	r3, =EXEN_CPU_TABLE
	ldr	r2, [r3, #EXEN_CPU_DCACHE_LINE]
	sub	ip, r2, #1
	bic	ip, r0, ip
1:
 USER(	mcr	p15, 0, ip, c7, c10, 1	)	@ clean data line
	add	ip, ip, r2
	cmp	ip, r1
	blo	1b
	mov	ip, #0
	mcr	p15, 0, ip, c7, c10, 4		@ drain write buffer, DSB
	ldr	r2, [r3, #EXEN_CPU_ICACHE_LINE]
	sub	ip, r2, #1
	bic	ip, r0, ip
2:
 USER(	mcr	p15, 0, ip, c7, c5, 1	)	@ invalidate instruction line
	add	ip, ip, r2
	cmp	ip, r1
	blo	2b
	mov	r0, #0
	ldr	r3, [r3, #EXEN_CPU_FLAGS]
	tst	r3, #EXEN_CPU_PREFETCH_FLUSH
	mcrne	p15, 0, r0, c7, c5, 6		@ branch predictor
	mcr	p15, 0, r0, c7, c10, 4
	mcrne	p15, 0, r0, c7, c5, 4		@ ISB
	ret	lr
9001:
	mov	r0, #-EFAULT
	ret	lr
 UNWIND(.fnend		)
ENDPROC(exen_coherent_user_range)

	.ltorg

	.data
	.align	2
	.type	exen_proc_info, #object
	.globl	exen_proc_info
/* struct proc_info_list: the section flags are filled in by head.S, names and tables by exen-cpu.c. */
exen_proc_info:
	.long	0, 0
	.long	0, 0
	.long	exen_cpu_setup - exen_proc_info
	.space	8 * 4
	.size	exen_proc_info, . - exen_proc_info
