/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linux as a paravirtualised guest of EmbeddedXEN: what the rest of arch/arm calls.
 * The interface to the hypervisor is in <xen/interface/exen.h>.
 */
#ifndef _ASM_ARM_XEN_EXEN_H
#define _ASM_ARM_XEN_EXEN_H

#include <xen/interface/exen.h>

#ifdef __ASSEMBLY__

	/* Z = there is a hypervisor; info: physical address of its boot information (MMU off). */
	.macro	exen_test_boot_info, info, phys, tmp1, tmp2
	add	\info, \phys, #EXEN_BOOT_INFO_OFFSET
	ldr	\tmp1, [\info, #EXEN_BOOT_INFO_MAGIC]
	ldr	\tmp2, =EXEN_BOOT_MAGIC
	teq	\tmp1, \tmp2
	ldreq	\tmp1, [\info, #EXEN_BOOT_INFO_MAGIC2]
	ldreq	\tmp2, =EXEN_BOOT_MAGIC2
	teqeq	\tmp1, \tmp2
	.endm

/*
 * The processor is the one that the hypervisor describes, if there is a hypervisor.  MMU off.
 * procinfo: physical address of a struct proc_info_list, replaced; all three tmp corrupted.
 */
	.macro	exen_replace_procinfo, procinfo, tmp1, tmp2, tmp3
#ifdef CONFIG_XEN
	adr_l	\tmp1, _text
	sub	\tmp1, \tmp1, #TEXT_OFFSET
	exen_test_boot_info \tmp1, \tmp1, \tmp2, \tmp3
	bne	.Lexen_native\@
	adr_l	\procinfo, exen_proc_info
	ldr	\tmp2, [\tmp1, #EXEN_BOOT_INFO_SECTION_RAM]
	ldr	\tmp3, [\tmp1, #EXEN_BOOT_INFO_SECTION_IO]
	str	\tmp2, [\procinfo, #PROCINFO_MM_MMUFLAGS]
	str	\tmp3, [\procinfo, #PROCINFO_IO_MMUFLAGS]
.Lexen_native\@:
#endif
	.endm

/*
 * Puts the hypervisor's first-level entries into a page directory, if there is a hypervisor.
 * MMU off.  pgd: physical address of the directory, phys: PHYS_OFFSET; all three tmp corrupted.
 */
	.macro	exen_map_window, pgd, phys, tmp1, tmp2, tmp3
#ifdef CONFIG_XEN
	exen_test_boot_info \tmp1, \phys, \tmp2, \tmp3
	bne	.Lexen_native\@
	.set	exen_section, 0
	.rept	EXEN_WINDOW_SECTIONS
	ldr	\tmp2, [\tmp1, #EXEN_BOOT_INFO_SECTIONS + 4 * exen_section]
	ldr	\tmp3, =((EXEN_WINDOW_BASE >> 20) + exen_section) << 2
	str	\tmp2, [\pgd, \tmp3]
	.set	exen_section, exen_section + 1
	.endr
.Lexen_native\@:
#endif
	.endm

#else /* __ASSEMBLY__ */

#ifdef CONFIG_XEN

struct gnttab_map_grant_ref;
struct proc_info_list;
struct shared_info;

/* The hypervisor's operations page; NULL when the kernel runs natively. */
extern const struct exen_ops *exen_ops;

static inline bool exen_running(void)
{
	return exen_ops != NULL;
}

/* True for a virtual address that belongs to the hypervisor in every page directory. */
static inline bool exen_owns_address(unsigned long va)
{
	return exen_running() && va - EXEN_WINDOW_BASE < EXEN_WINDOW_SIZE;
}

bool exen_early_init(void);
struct proc_info_list *exen_processor_info(void);
void exen_map_early_vectors(pte_t *fixmap);
bool exen_keep_early_vectors(pmd_t *pmd);
void exen_hook_vectors(void *vectors_page);
void exen_enable_interrupts(void);
void *exen_shared_page(phys_addr_t pa, size_t size);
struct shared_info *exen_shared_info(void);
void *exen_vmap_grants(const struct gnttab_map_grant_ref *map, unsigned int nr);
void *exen_vmap_foreign(u16 domid, const unsigned long *mfn, unsigned int nr, bool is_readonly);
void *exen_vmap_granted(u16 domid, const u32 *ref, struct gnttab_map_grant_ref *map, unsigned int nr,
			bool is_readonly);
void exen_vunmap_granted(const void *address, const struct gnttab_map_grant_ref *map, unsigned int nr);
unsigned int exen_wait_for_granter(unsigned int delay);
void exen_block_for(unsigned int ns);

/* abi/exen.h: EXEN_HYPERCALL_*; in exen-hypercall.S */
int HYPERVISOR_exen_op(unsigned int op, unsigned long a1, unsigned long a2);
unsigned int HYPERVISOR_exen_irq_ack(void);
int HYPERVISOR_exen_irq_eoi(unsigned int irq);

#else

static inline bool exen_running(void)
{
	return false;
}

static inline bool exen_owns_address(unsigned long va)
{
	return false;
}

static inline struct proc_info_list *exen_processor_info(void)
{
	return NULL;
}

static inline void exen_map_early_vectors(pte_t *fixmap) { }

static inline bool exen_keep_early_vectors(pmd_t *pmd)
{
	return false;
}

static inline void exen_hook_vectors(void *vectors_page) { }
static inline void exen_enable_interrupts(void) { }

static inline void *exen_shared_page(phys_addr_t pa, size_t size)
{
	return NULL;
}

#endif /* CONFIG_XEN */
#endif /* __ASSEMBLY__ */
#endif
