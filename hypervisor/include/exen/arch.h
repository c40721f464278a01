/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file What every architecture provides to the core: arch/arm (the product) and arch/host (the
 * fake one on which the core runs as a program of the build machine, under sanitizers).
 */
#ifndef EXEN_ARCH_H
#define EXEN_ARCH_H

#include <exen/types.h>

struct vcpu;
struct exen_boot_info;
struct image_cpu;		/* image/cpu.h */
struct domain;

/**
 * Where the hypervisor reaches memory of the *current* guest directly: cheaper than copying.  A device
 * may write there meanwhile: every value is read once.
 * @param va     guest virtual address, untrusted
 * @param len    bytes, not 0
 * @param align  power of 2
 * @param write  it must be writable
 * @return valid until the caller sleeps or meets a preemption point; NULL: not aligned, over the end of
 *	   a page (copying may work then), not mapped so, or in the window
 * Context: hypercall of the current vcpu, interrupts masked.
 */
static inline void *guest_access(uint32_t va, uint32_t len, uint32_t align, bool write);
#include <asm/guest_access.h>

/** Masks I and F; returns the former state for irq_restore().  Any context. */
unsigned long irq_save(void);
void irq_restore(unsigned long flags);
/** Whether FIQ can be unmasked: a core with security extensions does that in secure state only.
 *  Unmasks it for a moment.  Boot only. */
bool arch_fiq_exists(void);

/**
 * Copies between the hypervisor and the memory of the *current* guest, through the guest's own
 * page tables as they stand.  No argument is trusted.
 * @param va   guest virtual address; the hypervisor's window is refused
 * @param len  bytes, at most 64 KiB
 * @return 0, or -EFAULT: not mapped, not writable, or in the window (nothing is copied then)
 * Context: hypercall of the current vcpu, interrupts masked.
 */
int copy_from_guest(void *dst, uint64_t va, size_t len);
int copy_to_guest(uint64_t va, const void *src, size_t len);

/**
 * Maps one frame of RAM at a temporary address of the hypervisor, cacheable, for the shortest time.
 * At most two are mapped at once (slot 0 and 1), both released before the hypervisor is left.
 * The caller has checked that the frame is RAM of a domain.
 */
void *map_temporary(unsigned int slot, mfn_t frame);
/** Bytes [offset, offset + len) of a frame mapped so were used: what was written is what a guest sees at its
 *  own addresses, and nothing of it is kept at the temporary one. */
void flush_temporary(unsigned int slot, uint32_t offset, uint32_t len);
/** Unmaps what is mapped so, all that was used of it flushed. */
void unmap_temporary(void);
/** Cleans and invalidates the data cache, to the point where devices see memory. */
void arch_flush_dcache_area(const void *start, uint32_t len_bytes);

/** A page shared with guests: its physical address.  @p va as returned by shared_page_alloc(). */
paddr_t shared_page_paddr(const void *va);
/** Zeroed, page-aligned pages shared with one guest, physically contiguous.
 *  @return NULL when the pool (1 MiB) is empty.  Context: boot only. */
void *shared_pages_alloc(unsigned int nr_pages);

/** RAM at a physical address, as the hypervisor's thread reaches it (mapped one to one).  Only the
 *  thread may use it, only for memory of a domain that doesn't run. */
void *thread_ram(paddr_t pa);
/** Writes the data cache back and empties both caches: what the thread wrote is in memory. */
void arch_clean_dcache_all(void);
/** What the processor offers to programs.  Context: the hypervisor's thread. */
void arch_cpu(struct image_cpu *found);
/** What start-up code must know of the processor: all but magic and version.  The rest is 0. */
void arch_fill_boot_info(struct exen_boot_info *info);
/** Gives @p v its start state: SVC mode, masked, MMU off, at @p entry with r2 = @p dtb (physical).
 *  Any former state is lost; the caller then calls sched_start().  Interrupts masked. */
void arch_vcpu_start(struct vcpu *v, paddr_t entry, paddr_t dtb);

/** Tells the CPU that runs @p v that vcpu_irq_pending(v) may have become true. */
void arch_vcpu_kick(struct vcpu *v);

#endif
