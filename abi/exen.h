/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * EmbeddedXEN's additions to the Xen ABI, for ARM cores without virtualization extensions.
 *
 * A guest kernel runs at PL1 in its own slot of physical memory.  The hypervisor lives in the same
 * privilege level at the top of every address space: the guest's page directories carry the
 * hypervisor's eight first-level entries.  Everything else is Xen's public ABI.
 *
 * Usable from C and from assembly; depends on nothing but <stdint.h>.
 */
#ifndef ABI_EXEN_H
#define ABI_EXEN_H

/** ABI version: a guest refuses to run on a hypervisor with another major number (bits 31:16). */
#define EXEN_ABI_VERSION	0x00010000

/* ---- the hypervisor's window --------------------------------------------------------------- */

#define EXEN_WINDOW_BASE	0xff000000	/**< first virtual address of the window */
#define EXEN_WINDOW_SIZE	0x00800000	/**< 8 MiB */
#define EXEN_WINDOW_SECTIONS	8		/**< first-level entries, 1 MiB each */

/** Hypercall page: `blx EXEN_HYPERCALL_PAGE + 32 * nr`, r0-r4 arguments, r12 = nr, result in r0.
 *  Called in SVC mode with a valid stack (16 bytes are pushed); r1-r3 and r12 are clobbered. */
#define EXEN_HYPERCALL_PAGE	0xff000000
#define EXEN_HYPERCALL_SLOT	32
/** Operations page: struct exen_ops. */
#define EXEN_OPS_PAGE		0xff001000

/* ---- start of a guest ---------------------------------------------------------------------- */

/**
 * A guest is entered as the Linux boot protocol says (Documentation/arm/booting.rst): SVC mode,
 * I and F masked, MMU and caches off, r0 = 0, r1 = ~0, r2 = physical address of the device tree;
 * pc = the kernel image's place in the slot (a raw Linux Image: slot + 0x8000).
 *
 * At slot + EXEN_BOOT_INFO_OFFSET lies struct exen_boot_info, by which the guest's start-up code
 * sees that it runs under EmbeddedXEN before it has page tables.  It must put the first-level
 * entries into its page directory at index EXEN_WINDOW_BASE >> 20 before it turns the MMU on, keep
 * them in every page directory it ever uses, and keep DACR domain 0 at "client".
 * The page may be reused once struct exen_ops can be read.
 */
#define EXEN_BOOT_INFO_OFFSET	0x1000
#define EXEN_BOOT_MAGIC		0x4e455845	/* "EXEN" */
#define EXEN_BOOT_MAGIC2	0x746f6f42	/* "Boot" */

#define EXEN_BOOT_INFO_MAGIC	0		/* byte offsets, for assembly */
#define EXEN_BOOT_INFO_MAGIC2	4
#define EXEN_BOOT_INFO_VERSION	8
#define EXEN_BOOT_INFO_SECTIONS	16

/* ---- interrupts ---------------------------------------------------------------------------- */

/**
 * The paravirtual interrupt controller ("exen,pv-intc") numbers interrupts as the GIC does, so
 * that a board's device tree keeps its specifiers: 0-15 IPIs, 16-31 per-CPU, 32.. physical lines.
 * On a board whose controller is not a GIC, physical line n is 32 + n.
 */
#define EXEN_IRQ_IPI		0
#define EXEN_IRQ_TIMER		16	/**< one-shot timer (VCPUOP_set_singleshot_timer); GIC "PPI 0" */
#define EXEN_IRQ_EVTCHN		17	/**< event channel upcall; GIC "PPI 1" */
#define EXEN_IRQ_LINE		32
/** Device tree specifiers of "exen,pv-intc": as the GIC's where the board's tree has three cells; where
 *  it has one (VIC, AVIC): n is line n, and EXEN_IRQ_CELL_PERCPU | n is per-CPU interrupt n (0-31). */
#define EXEN_IRQ_CELL_PERCPU	0x1000
#define EXEN_NR_IRQS		256
#define EXEN_IRQ_NONE		0x3ff

/**
 * Upcall protocol.  The guest's IRQ vector runs (taken by hardware, or entered by the hypervisor
 * with lr_irq, spsr_irq and CPSR as the hardware would have set them).  The handler calls
 * `irq_ack` until it returns EXEN_IRQ_NONE, and `irq_eoi` after handling each number >= EXEN_IRQ_LINE.
 * An upcall without anything to acknowledge is legal.
 * Before EXEN_IRQ_EVTCHN is returned the hypervisor publishes pending events in shared_info; it
 * writes evtchn_pending, evtchn_pending_sel and evtchn_upcall_pending only inside such a call of
 * the guest's own (irq_ack, EVTCHNOP_unmask, _close, _reset, SCHEDOP_poll), never asynchronously:
 * a guest without ldrex can use plain read-modify-write with IRQs masked.
 */
#define EXEN_HYPERCALL_op	48	/* __HYPERVISOR_arch_0: r0 = EXEN_OP_*, r1-r3 arguments */
#define EXEN_HYPERCALL_irq_ack	49	/* __HYPERVISOR_arch_1: returns the next interrupt or EXEN_IRQ_NONE */
#define EXEN_HYPERCALL_irq_eoi	50	/* __HYPERVISOR_arch_2: r0 = interrupt */

/* ---- private operations -------------------------------------------------------------------- */

/** r1 = virtual address of the guest's IRQ handler (what its vector at 0x18 branches to).  Until it
 *  is called the vcpu gets no interrupt.  The guest installs, in its vector page, at slot 0x1c
 *  `ldr pc, [pc, #0xdc]` and at offset 0x100 the word exen_ops.fiq_entry; and, if exen_ops.irq_entry
 *  is not 0, at 0x18 `ldr pc, [pc, #0xe4]` with that word at 0x104.  Then it may clear CPSR.F.
 *  Errors: -EINVAL (address not mapped or inside the hypervisor's window). */
#define EXEN_OP_set_irq_vector	1
/** r1 = interrupt.  Interrupts start masked.  -EPERM: a physical line that the domain doesn't own. */
#define EXEN_OP_irq_unmask	2
#define EXEN_OP_irq_mask	3
/** r1 = interrupt, r2 = IRQ_TYPE as in Linux and device tree: 1 rising, 2 falling, 4 high, 8 low. */
#define EXEN_OP_irq_set_type	4
/** r1 = IPI number (0-15), r2 = vcpu mask. */
#define EXEN_OP_send_ipi	5
/** r1 = exit status 0-255.  Ends the emulator by semihosting; -ENOSYS unless the image's
 *  configuration says `exen,semihosting-exit`. */
#define EXEN_OP_exit		6
/** r1 = EXEN_INFO_*: physical address of a page shared with the hypervisor, 0 if there is none. */
#define EXEN_OP_get_info	7
#define EXEN_INFO_shared_info	0	/**< struct shared_info */
#define EXEN_INFO_grant_frames	1	/**< first grant table frame; frames are contiguous */

/* HVM parameters, grant frames: by physical address.  A guest reaches every page that it shares
 * with the hypervisor (physical addresses [window_pa, window_pa + window_pa_size)) at the
 * hypervisor's own virtual address, EXEN_WINDOW_BASE + (pa - window_pa): no cache alias on VIVT. */

#ifndef __ASSEMBLY__
#include <stdint.h>

/** At slot + EXEN_BOOT_INFO_OFFSET when a guest is entered. */
struct exen_boot_info {
	uint32_t magic;			/**< EXEN_BOOT_MAGIC */
	uint32_t magic2;		/**< EXEN_BOOT_MAGIC2 */
	uint32_t version;		/**< EXEN_ABI_VERSION */
	uint32_t reserved;
	uint32_t section[EXEN_WINDOW_SECTIONS];	/**< first-level descriptors, 0 = unmapped */
};

/** At EXEN_OPS_PAGE, read-only. */
struct exen_ops {
	uint32_t magic;			/**< EXEN_BOOT_MAGIC */
	uint32_t version;		/**< EXEN_ABI_VERSION */
	uint32_t size;			/**< bytes of this structure that the hypervisor fills in */
	uint32_t features;		/**< EXEN_FEATURE_* */
	uint32_t window_pa;		/**< physical address behind EXEN_WINDOW_BASE */
	uint32_t window_pa_size;	/**< bytes of hypervisor RAM behind the window's start */
	uint32_t fiq_entry;		/**< virtual address for the guest's FIQ slot */
	uint32_t irq_entry;		/**< virtual address for the guest's IRQ slot; 0: keep its own */
	/** Nanoseconds since boot as a 64-bit count: `uint64_t (*)(void)`, AAPCS, needs 32 bytes of
	 *  stack, any PL1 mode, interrupts as they are.  The time base of VCPUOP_set_singleshot_timer. */
	uint32_t time_ns;
	uint32_t reserved[7];
};

#define EXEN_FEATURE_FIQ	(1u << 0)	/**< physical interrupts arrive as FIQ */
#define EXEN_FEATURE_GUARD	(1u << 1)	/**< the hypervisor's own memory faults in a guest */

#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
_Static_assert(sizeof(struct exen_boot_info) == 48, "ABI: exen_boot_info");
_Static_assert(sizeof(struct exen_ops) == 64, "ABI: exen_ops");
#endif
#endif /* __ASSEMBLY__ */
#endif /* ABI_EXEN_H */
