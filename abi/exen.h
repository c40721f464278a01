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
#define EXEN_BOOT_INFO_CPU_SETUP	12
#define EXEN_BOOT_INFO_SECTIONS	16
#define EXEN_BOOT_INFO_SECTION_RAM	48
#define EXEN_BOOT_INFO_SECTION_IO	52

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
/** Device tree specifiers of "exen,pv-intc" are those of the controller in the board's tree:
 *  three cells: as the GIC's;
 *  two (BCM2835): b n is line 32 * b + n, and EXEN_IRQ_CELL_PERCPU n is per-CPU interrupt n (0-31);
 *  one (VIC, AVIC): n is line n, and EXEN_IRQ_CELL_PERCPU | n is per-CPU interrupt n. */
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
/** r1 = domain, r2 = virtual address: how long its interrupts and wake-ups have taken is copied there,
 *  struct exen_latency.  Errors: -ENOSYS (the hypervisor doesn't count: CONFIG_LATENCY), -EPERM (the
 *  caller is not privileged), -ESRCH (no such domain), -EFAULT. */
#define EXEN_OP_get_latency	8
/** No arguments.  This kernel changes entries of its grant table by exclusive access only (ldrex, strex),
 *  for good.  Until it says so, its grants cannot be mapped while it is preempted with IRQs masked
 *  (GNTST_eagain), since it may be between load and store. */
#define EXEN_OP_exclusive	9

/* ---- processor personality ----------------------------------------------------------------- */

/**
 * What depends on the processor is a function in the hypervisor's window, called by the guest as
 * its own: struct exen_cpu, at EXEN_CPU_TABLE in the operations page.  A kernel built for an older
 * architecture than the processor's runs on it because of this table; so does one that was moved.
 *
 * Functions follow the AAPCS (r0-r3, r12 and lr change), run in any PL1 mode but FIQ, use at most
 * 64 bytes of stack, touch only the memory they are given, and may be interrupted.  Addresses are virtual
 * unless they are named pa; ranges are [start, end) in bytes, of any alignment but for
 * invalidation, where a line that is only partly inside is cleaned, too.
 *
 * Page-table entries are described by the guest in a form that no processor walks, 32 bits:
 *	0 valid, 1 young, 5:2 memory type, 6 dirty, 7 read-only, 8 user, 9 execute-never,
 *	10 shareable, 11 none (no access at all), 31:12 physical page.
 * An entry that is not valid or not young faults.  Without "dirty" it is read-only.  Types:
 *	0 strongly ordered, 1 normal uncached, 2 write-through, 3 write-back, 4 device, 7 write-back
 *	and -allocate, 9 as 1, 11 as 3, 12 device; 15 the exception vector page, user read-only, cached as
 *	3 or 7; PL1 may write it (a TLS word) with set_pte_v5, and before ARMv7; others: undefined.
 * The form is that of Linux's two-level tables (arch/arm/include/asm/pgtable-2level.h), whose
 * tables also are the layout: the entry is stored at `pte`, what the processor walks 2048 bytes
 * above.
 */
#define EXEN_CPU_TABLE		(EXEN_OPS_PAGE + 0x100)

#define EXEN_CPU_FAULT_WRITE	(1u << 0)	/**< DFSR bit 11 tells a write from a read */
#define EXEN_CPU_IFSR		(1u << 1)	/**< IFSR tells why a prefetch was aborted */
#define EXEN_CPU_IFAR		(1u << 2)	/**< IFAR tells where */
#define EXEN_CPU_ASID		(1u << 3)	/**< address spaces are told apart by ASIDs */
#define EXEN_CPU_UNIFIED_TLB	(1u << 4)	/**< c8, c7 operations serve both sides */
#define EXEN_CPU_PREFETCH_FLUSH	(1u << 5)	/**< c7, c5, 4 (ISB) and c7, c5, 6 (BPIALL) exist */
#define EXEN_CPU_DCACHE_ALIASES	(1u << 6)	/**< one frame at two addresses may be cached twice */

#define EXEN_CPU_FLAGS			4	/* byte offsets, for assembly */
#define EXEN_CPU_DCACHE_LINE		16
#define EXEN_CPU_ICACHE_LINE		20
#define EXEN_CPU_SWITCH_MM		32
#define EXEN_CPU_FLUSH_TLB_USER		48

/** dma_map, dma_unmap: who writes the buffer (Linux's enum dma_data_direction). */
#define EXEN_DMA_BIDIRECTIONAL		0
#define EXEN_DMA_TO_DEVICE		1
#define EXEN_DMA_FROM_DEVICE		2
/** flush_user_range: instructions may have been fetched from it (Linux's VM_EXEC). */
#define EXEN_FLUSH_EXEC			4

/* HVM parameters, grant frames: by physical address.  A guest reaches every page that it shares
 * with the hypervisor (physical addresses [window_pa, window_pa + window_pa_size)) at the
 * hypervisor's own virtual address, EXEN_WINDOW_BASE + (pa - window_pa): no cache alias on VIVT. */

/* ---- latency ------------------------------------------------------------------------------- */

#define EXEN_LATENCY_BUCKETS	32
#define EXEN_LATENCY_HANDLER	0	/**< from a virtual interrupt, or the timer's deadline, to irq_ack */
#define EXEN_LATENCY_WAKE	1	/**< from a sleeping vcpu's wake-up to its running */
#define EXEN_NR_LATENCIES	2

/** Where a time without interrupts began: struct exen_latency_path.kind. */
#define EXEN_PATH_NONE		0
#define EXEN_PATH_HYPERCALL	1	/**< number: the hypercall's, arg: its first argument */
#define EXEN_PATH_INTERRUPT	2	/**< arg: the interrupted pc */
#define EXEN_PATH_THREAD	3	/**< its thread masked interrupts; arg: the address behind */

#ifndef __ASSEMBLY__
#include <stdint.h>

/** At slot + EXEN_BOOT_INFO_OFFSET when a guest is entered. */
struct exen_boot_info {
	uint32_t magic;			/**< EXEN_BOOT_MAGIC */
	uint32_t magic2;		/**< EXEN_BOOT_MAGIC2 */
	uint32_t version;		/**< EXEN_ABI_VERSION */
	/** Physical address of a function to call with the MMU off before it is turned on: r0 =
	 *  physical address of the first-level table.  Prepares everything but DACR and TTBR0.
	 *  @return r0 = the value for SCTLR, r1 = the value for TTBR0; changes r0-r3 and r12. */
	uint32_t cpu_setup;
	uint32_t section[EXEN_WINDOW_SECTIONS];	/**< first-level descriptors, 0 = unmapped */
	uint32_t section_ram;	/**< flags of a section of normal memory: PL1 read-write, executable */
	uint32_t section_io;	/**< flags of a section of device registers: PL1 read-write */
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

/** At EXEN_CPU_TABLE, read-only; each uint32_t below the numbers is a function's virtual address. */
struct exen_cpu {
	uint32_t size;			/**< bytes of this structure that the hypervisor fills in */
	uint32_t flags;			/**< EXEN_CPU_* */
	uint32_t hwcap;			/**< what user space may use, as Linux's AT_HWCAP without VFP */
	uint32_t name;			/**< virtual address of the processor's name, ends with 0 */
	uint32_t dcache_line;		/**< smallest line in bytes */
	uint32_t icache_line;
	uint32_t arch;			/**< 5, 6 or 7: for names in user interfaces only */
	uint32_t reserved;

	/** void (uint32_t table_pa, uint32_t context_id): context_id 7:0 is the new ASID. */
	uint32_t switch_mm;
	/** void (uint32_t table_pa): for a guest that uses no ASIDs; drops the TLB. */
	uint32_t switch_mm_no_asid;
	/** void (uint32_t *pte, uint32_t value, uint32_t extended): user read-only is read-only for
	 *  PL1, too.  extended: bits to add to what the processor walks, of those of ARMv6 small
	 *  pages; a processor without them ignores them. */
	uint32_t set_pte;
	/** void (uint32_t *pte, uint32_t value, uint32_t extended): as on ARMv5: PL1 may write where
	 *  the user may read, normal memory that can be read can be executed, no ASIDs. */
	uint32_t set_pte_v5;

	/** void (uint32_t start, uint32_t end, uint32_t asid) */
	uint32_t flush_tlb_user;
	/** void (uint32_t start, uint32_t end) */
	uint32_t flush_tlb_kernel;

	/** void (void) */
	uint32_t flush_icache_all;
	/** void (void): cleans and invalidates every level. */
	uint32_t flush_cache_all;
	/** void (void): the same as far as user addresses can be cached at two places. */
	uint32_t flush_user_all;
	/** void (uint32_t start, uint32_t end, uint32_t flags): the same for a range; EXEN_FLUSH_EXEC. */
	uint32_t flush_user_range;
	/** void (uint32_t start, uint32_t end): what was written can be executed at these addresses. */
	uint32_t coherent_range;
	/** void (void *start, uint32_t bytes): cleans and invalidates. */
	uint32_t flush_dcache_area;
	/** void (void *start, uint32_t bytes): cleans, so that the table walk sees it. */
	uint32_t clean_dcache_area;
	/** void (const void *start, uint32_t bytes, uint32_t direction): EXEN_DMA_* */
	uint32_t dma_map;
	uint32_t dma_unmap;
	/** void (uint32_t start, uint32_t end): cleans and invalidates. */
	uint32_t dma_flush_range;

	/** void (void *to, const void *from): 4 KiB, page-aligned; nothing of `to` stays in the data
	 *  cache at this address where EXEN_CPU_DCACHE_ALIASES. */
	uint32_t copy_page;
	/** void (void *to) */
	uint32_t clear_page;
};

/** A domain's times of one kind. */
struct exen_latency_times {
	/** Bucket n counts times below 2^n ns and not below 2^(n - 1); the last one all that are longer. */
	uint32_t bucket[EXEN_LATENCY_BUCKETS];
	uint32_t worst_ns;
	uint32_t worst_irq;	/**< HANDLER: which interrupt */
	uint32_t worst_domid;	/**< who ran when it began */
	uint32_t worst_pc;	/**< where in its guest; 0: in the hypervisor */
	uint32_t worst_psr;
	uint32_t reserved;
	uint64_t worst_at_ns;	/**< when it was over, on time_ns()'s scale */
};

/** The longest time for which the hypervisor has taken no interrupt. */
struct exen_latency_path {
	uint64_t at_ns;		/**< when it was over */
	uint32_t ns;
	uint32_t kind;		/**< EXEN_PATH_* */
	uint32_t number;
	uint32_t arg;
	uint32_t domid;		/**< in whose context it began */
	uint32_t reserved;
};

/** What EXEN_OP_get_latency fills in. */
struct exen_latency {
	char name[16];		/**< the domain's */
	struct exen_latency_path longest;	/**< of all domains */
	struct exen_latency_times times[EXEN_NR_LATENCIES];
};

#define EXEN_FEATURE_FIQ	(1u << 0)	/**< physical interrupts arrive as FIQ */
#define EXEN_FEATURE_GUARD	(1u << 1)	/**< the hypervisor's own memory faults in a guest */

#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
_Static_assert(sizeof(struct exen_boot_info) == 56, "ABI: exen_boot_info");
_Static_assert(sizeof(struct exen_cpu) == 104, "ABI: exen_cpu");
_Static_assert(sizeof(struct exen_ops) == 64, "ABI: exen_ops");
_Static_assert(sizeof(struct exen_latency) == 368, "ABI: exen_latency");
#endif
#endif /* __ASSEMBLY__ */
#endif /* ABI_EXEN_H */
