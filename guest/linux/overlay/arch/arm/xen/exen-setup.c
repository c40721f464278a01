// SPDX-License-Identifier: GPL-2.0
/*
 * A guest of EmbeddedXEN: finding the hypervisor, the exception vectors it takes over, the pages
 * shared with it, idling, and the ways to end.
 */
#define pr_fmt(fmt) "EmbeddedXEN: " fmt

#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/panic_notifier.h>
#include <linux/reboot.h>
#include <linux/syscore_ops.h>

#include <asm/cacheflush.h>
#include <asm/memory.h>
#include <asm/pgalloc.h>
#include <asm/system_misc.h>
#include <asm/xen/exen.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <xen/interface/sched.h>
#include <xen/interface/xen.h>
#include <xen/xen-ops.h>

const struct exen_ops *exen_ops __ro_after_init;

/*
 * Looks for the hypervisor: head.S has put its entries into swapper_pg_dir if it is there.  Called
 * before anything else is.
 */
bool __init exen_early_init(void)
{
	const struct exen_ops *ops = (const void *)EXEN_OPS_PAGE;

	if (pmd_none(*pmd_off_k(EXEN_WINDOW_BASE)))
		return false;
	if (ops->magic != EXEN_BOOT_MAGIC)
		return false;
	if (ops->version >> 16 != EXEN_ABI_VERSION >> 16)
		panic("EmbeddedXEN: hypervisor has ABI %x, this kernel %x",
		      ops->version, EXEN_ABI_VERSION);
	exen_ops = ops;
	return true;
}

/* ---- exception vectors ---------------------------------------------------------------------- */

#define VECTOR_IRQ		(0x18 / 4)
#define VECTOR_FIQ		(0x1c / 4)
#define LITERAL_FIQ		(0x100 / 4)
#define LITERAL_IRQ		(0x104 / 4)
#define LDR_PC_LITERAL_FIQ	0xe59ff0dc	/* at 0x1c: ldr pc, [pc, #0xdc] */
#define LDR_PC_LITERAL_IRQ	0xe59ff0e4	/* at 0x18: ldr pc, [pc, #0xe4] */
#define BRANCH_TO_ITSELF	0xeafffffe

/* Until there is a vector page: FIQ leads to the hypervisor, and nothing else may happen. */
static u32 early_vectors[PAGE_SIZE / sizeof(u32)] __initdata __aligned(PAGE_SIZE);
static unsigned long irq_handler_va __initdata;

static void __init hook_fiq(u32 *slot)
{
	slot[VECTOR_FIQ] = LDR_PC_LITERAL_FIQ;
	slot[LITERAL_FIQ] = exen_ops->fiq_entry;
}

static void __init set_early_vectors(pte_t *table)
{
	set_pte_ext(table + pte_index(VECTORS_BASE),
		    pfn_pte(PHYS_PFN(__pa_symbol(early_vectors)), __pgprot(_L_PTE_DEFAULT | L_PTE_MT_WRITEBACK)), 0);
}

/*
 * The early fixmap's table is in place, which is that of the vectors' addresses, too: from here on the
 * hypervisor may take the CPU from us.  (Its interrupts are FIQs, or it waits until we unmask IRQs.)
 */
void __init exen_map_early_vectors(pte_t *fixmap)
{
	const unsigned long page = (unsigned long)early_vectors;
	unsigned int i;

	if (!exen_running())
		return;
	for (i = 0; i <= VECTOR_FIQ; i++)
		early_vectors[i] = BRANCH_TO_ITSELF;
	hook_fiq(early_vectors);
	flush_icache_range(page, page + PAGE_SIZE);
	set_early_vectors(fixmap);
	local_fiq_enable();
}

/*
 * The early fixmap's table goes: the next one, empty but for the vectors, takes its place at once.  It is what
 * the vector page will be in, of that one's domain: in the kernel's, permissions are not looked at on ARMv5.
 */
bool __init exen_keep_early_vectors(pmd_t *pmd)
{
	const size_t size = PTE_HWTABLE_OFF + PTE_HWTABLE_SIZE;
	pte_t *table;

	if (!exen_running())
		return false;
	table = memblock_alloc(size, size);
	if (!table)
		panic("EmbeddedXEN: no memory for the vectors' table");
	clean_dcache_area(table, size);
	set_early_vectors(table);
	__pmd_populate(pmd, __pa(table), PMD_TYPE_TABLE | PMD_BIT4 | PMD_DOMAIN(DOMAIN_VECTORS));
	return true;
}

/* Where the branch at the vector page's slot 0x18 leads. */
static unsigned long __init branch_target(u32 insn, unsigned long va)
{
	BUG_ON((insn & 0xff000000) != 0xea000000);
	return va + 8 + ((s32)(insn << 8) >> 6);
}

/*
 * Lets the hypervisor have the FIQ slot (and the IRQ slot, where it cannot have FIQs) of the vector
 * page, which is complete but not mapped at its place yet.
 */
void __init exen_hook_vectors(void *vectors_page)
{
	u32 *slot = vectors_page;

	if (!exen_running())
		return;
	irq_handler_va = branch_target(slot[VECTOR_IRQ], VECTORS_BASE + VECTOR_IRQ * 4);
	hook_fiq(slot);
	if (exen_ops->irq_entry) {
		slot[VECTOR_IRQ] = LDR_PC_LITERAL_IRQ;
		slot[LITERAL_IRQ] = exen_ops->irq_entry;
	}
}

/* The vector page is mapped: from here on the hypervisor may give us interrupts. */
void __init exen_enable_interrupts(void)
{
	if (!exen_running())
		return;
	if (HYPERVISOR_exen_op(EXEN_OP_set_irq_vector, irq_handler_va, 0))
		panic("EmbeddedXEN: IRQ vector refused");
	if (__LINUX_ARM_ARCH__ >= 6)
		HYPERVISOR_exen_op(EXEN_OP_exclusive, 0, 0);
	local_fiq_enable();
}

/* ---- shared pages --------------------------------------------------------------------------- */

/*
 * The one virtual address of memory that belongs to the hypervisor, or NULL if it doesn't.  A second
 * mapping would be an alias in caches that are indexed by virtual address.
 */
void *exen_shared_page(phys_addr_t pa, size_t size)
{
	phys_addr_t offset;

	if (!exen_running() || pa < exen_ops->window_pa)
		return NULL;
	offset = pa - exen_ops->window_pa;
	if (offset >= exen_ops->window_pa_size || size > exen_ops->window_pa_size - offset)
		return NULL;
	return (void *)(EXEN_WINDOW_BASE + (unsigned long)offset);
}

struct shared_info *__init exen_shared_info(void)
{
	phys_addr_t pa = (u32)HYPERVISOR_exen_op(EXEN_OP_get_info, EXEN_INFO_shared_info, 0);

	return exen_shared_page(pa, PAGE_SIZE);
}

/* ---- idle and the end ----------------------------------------------------------------------- */

/* Called with interrupts masked; returns with one pending. */
static void exen_idle(void)
{
	HYPERVISOR_sched_op(SCHEDOP_block, NULL);
}

static int exen_restart(struct notifier_block *nb, unsigned long action, void *command)
{
	xen_reboot(SHUTDOWN_reboot);
	return NOTIFY_DONE;
}

/* Before any of the board's: dom0 must not reset the machine under the other domains. */
static struct notifier_block exen_restart_nb = {
	.notifier_call = exen_restart,
	.priority = 255,
};

static int exen_panic(struct notifier_block *nb, unsigned long event, void *message)
{
	xen_reboot(SHUTDOWN_crash);
	return NOTIFY_DONE;
}

/* After all others, which may still have something to say. */
static struct notifier_block exen_panic_nb = {
	.notifier_call = exen_panic,
	.priority = INT_MIN,
};

/* A halted domain would spin in machine_halt(). */
static void exen_syscore_shutdown(void)
{
	if (system_state == SYSTEM_HALT)
		xen_reboot(SHUTDOWN_poweroff);
}

static struct syscore_ops exen_syscore_ops = {
	.shutdown = exen_syscore_shutdown,
};

static int __init exen_init(void)
{
	if (!exen_running())
		return 0;
	pr_info("guest of ABI %u.%u, window %#x, features %#x\n", exen_ops->version >> 16,
		exen_ops->version & 0xffff, exen_ops->window_pa, exen_ops->features);
	arm_pm_idle = exen_idle;
	register_restart_handler(&exen_restart_nb);
	atomic_notifier_chain_register(&panic_notifier_list, &exen_panic_nb);
	register_syscore_ops(&exen_syscore_ops);
	return 0;
}
arch_initcall(exen_init);
