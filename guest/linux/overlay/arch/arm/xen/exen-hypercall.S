/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls of a guest of EmbeddedXEN: calls into the hypercall page, one slot a number.
 *
 *	r0-r4	arguments (only privcmd_call passes a fifth); r0 result
 *	r12	hypercall number
 *	lr	return address: the slot returns to it, so most hypercalls are a jump
 */
#include <linux/errno.h>
#include <linux/linkage.h>
#include <asm/assembler.h>
#include <asm/xen/exen.h>
#include <xen/interface/xen.h>

#define EXEN_SLOT(nr)	(EXEN_HYPERCALL_PAGE + EXEN_HYPERCALL_SLOT * (nr))
#define EXEN_FIRST_SLOT	2	/* the first two are no hypercalls, nothing can be called there */
#define EXEN_NR_SLOTS	((EXEN_OPS_PAGE - EXEN_HYPERCALL_PAGE) / EXEN_HYPERCALL_SLOT)

	.macro	hypercall, name, nr
ENTRY(HYPERVISOR_\name)
	mov	r12, #\nr
	ldr	pc, =EXEN_SLOT(\nr)
ENDPROC(HYPERVISOR_\name)
	.endm

	.text

	hypercall xen_version,		__HYPERVISOR_xen_version
	hypercall console_io,		__HYPERVISOR_console_io
	hypercall grant_table_op,	__HYPERVISOR_grant_table_op
	hypercall sched_op,		__HYPERVISOR_sched_op
	hypercall event_channel_op,	__HYPERVISOR_event_channel_op
	hypercall hvm_op,		__HYPERVISOR_hvm_op
	hypercall memory_op,		__HYPERVISOR_memory_op
	hypercall physdev_op,		__HYPERVISOR_physdev_op
	hypercall vcpu_op,		__HYPERVISOR_vcpu_op
	hypercall platform_op_raw,	__HYPERVISOR_platform_op
	hypercall multicall,		__HYPERVISOR_multicall
	hypercall vm_assist,		__HYPERVISOR_vm_assist
	hypercall dm_op,		__HYPERVISOR_dm_op
	hypercall exen_op,		EXEN_HYPERCALL_op
	hypercall exen_irq_ack,		EXEN_HYPERCALL_irq_ack
	hypercall exen_irq_eoi,		EXEN_HYPERCALL_irq_eoi

/*
 * long privcmd_call(unsigned call, unsigned long a1, .. a5): a hypercall on behalf of user space,
 * any number.  The stack holds a4, a5; a1-a3 are in r1-r3.
 */
ENTRY(privcmd_call)
	sub	r12, r0, #EXEN_FIRST_SLOT
	cmp	r12, #EXEN_NR_SLOTS - EXEN_FIRST_SLOT
	mvnhs	r0, #ENOSYS - 1			@ -ENOSYS
	bxhs	lr
	stmdb	sp!, {r4, lr}
	mov	r12, r0
	mov	r0, r1
	mov	r1, r2
	mov	r2, r3
	uaccess_enable r4			@ arguments point to user memory
	ldr	r3, [sp, #8]
	ldr	r4, [sp, #12]
	ldr	lr, =EXEN_HYPERCALL_PAGE
	add	lr, lr, r12, lsl #5
	blx	lr
	uaccess_disable r4
	ldmia	sp!, {r4, pc}
ENDPROC(privcmd_call)

	.ltorg
