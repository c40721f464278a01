// SPDX-License-Identifier: GPL-2.0
/*
 * The processor as the hypervisor has it: Linux's tables of processor functions (struct processor,
 * cpu_tlb_fns, cpu_cache_fns, cpu_user_fns) point to the hypervisor's, struct exen_cpu.  What is a
 * function of arch/arm here depends on how this kernel was built, not on the processor it runs on.
 */
#include <linux/cache.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/mm.h>

#include <asm/cacheflush.h>
#include <asm/hwcap.h>
#include <asm/proc-fns.h>
#include <asm/procinfo.h>
#include <asm/tlbflush.h>
#include <asm/xen/exen.h>
#include <asm/xen/hypercall.h>
#include <xen/interface/sched.h>

#define KERNEL_ARCH	(IS_ENABLED(CONFIG_CPU_V7) ? 7 : __LINUX_ARM_ARCH__)

extern struct proc_info_list exen_proc_info;	/* exen-proc.S */
extern struct cpu_user_fns v6_user_fns;

void exen_data_abort(unsigned long pc);
unsigned long exen_prefetch_abort_ifar(unsigned long lr);
unsigned long exen_prefetch_abort_ifsr(unsigned long lr);
void v5tj_early_abort(unsigned long pc);
unsigned long legacy_pabort(unsigned long lr);
void exen_switch_mm(phys_addr_t pgd_phys, struct mm_struct *mm);
void exen_flush_user_tlb_range(unsigned long start, unsigned long end, struct vm_area_struct *vma);
int exen_coherent_user_range(unsigned long start, unsigned long end);

static const struct exen_cpu *const cpu_table = (const void *)EXEN_CPU_TABLE;
static struct processor exen_processor __ro_after_init;
static struct cpu_tlb_fns exen_tlb_fns __ro_after_init;
static struct cpu_cache_fns exen_cache_fns __ro_after_init;

#define CALL(function, type)	((type)cpu_table->function)

static void exen_proc_nothing(void)
{
}

static int exen_do_idle(void)
{
	return HYPERVISOR_sched_op(SCHEDOP_block, NULL);
}

#if __LINUX_ARM_ARCH__ < 6
/*
 * A kernel for virtually tagged caches: it expects an instruction cache that forgets when address
 * spaces are switched, and keeps it coherent with pages by their kernel address.  One that is tagged
 * by physical addresses must be told.
 */
static void exen_flush_kern_dcache_area(void *start, size_t size)
{
	CALL(flush_dcache_area, void (*)(void *, size_t))(start, size);
	CALL(flush_icache_all, void (*)(void))();
}

static void exen_coherent_kern_range(unsigned long start, unsigned long end)
{
	CALL(coherent_range, void (*)(unsigned long, unsigned long))(start, end);
	CALL(flush_icache_all, void (*)(void))();
}

static void exen_copy_user_highpage(struct page *to, struct page *from, unsigned long vaddr,
				    struct vm_area_struct *vma)
{
	void *kto = kmap_atomic(to);
	void *kfrom = kmap_atomic(from);

	flush_cache_page(vma, vaddr, page_to_pfn(from));
	CALL(copy_page, void (*)(void *, const void *))(kto, kfrom);
	if (vma->vm_flags & VM_EXEC)
		exen_flush_kern_dcache_area(kto, PAGE_SIZE);
	kunmap_atomic(kfrom);
	kunmap_atomic(kto);
}

static void exen_clear_user_highpage(struct page *page, unsigned long vaddr)
{
	void *kaddr = kmap_atomic(page);

	CALL(clear_page, void (*)(void *))(kaddr);
	kunmap_atomic(kaddr);
}

static struct cpu_user_fns exen_user_fns __ro_after_init = {
	.cpu_clear_user_highpage = exen_clear_user_highpage,
	.cpu_copy_user_highpage = exen_copy_user_highpage,
};

/* ARMv5's inline TLB operations are legal on later processors, which need barriers behind them. */
static unsigned long __init tlb_flags(void)
{
	return v4wbi_tlb_flags | (cpu_table->flags & EXEN_CPU_PREFETCH_FLUSH ? TLB_BARRIER : 0);
}

static void __init set_by_generation(void)
{
	exen_proc_info.user = &exen_user_fns;
	exen_proc_info.elf_hwcap = cpu_table->hwcap & ~HWCAP_TLS;
	exen_processor.switch_mm = (void *)cpu_table->switch_mm_no_asid;
	exen_processor.set_pte_ext = (void *)cpu_table->set_pte_v5;
	exen_cache_fns.flush_kern_dcache_area = exen_flush_kern_dcache_area;
	exen_cache_fns.coherent_kern_range = exen_coherent_kern_range;
	if (!(cpu_table->flags & EXEN_CPU_FAULT_WRITE))
		exen_processor._data_abort = v5tj_early_abort;
	if (!(cpu_table->flags & EXEN_CPU_IFSR))
		exen_processor._prefetch_abort = legacy_pabort;
}
#else
static unsigned long __init tlb_flags(void)
{
	return cpu_table->flags & EXEN_CPU_UNIFIED_TLB ? v7wbi_tlb_flags_up : v6wbi_tlb_flags;
}

static void __init set_by_generation(void)
{
	exen_proc_info.user = &v6_user_fns;
	exen_proc_info.elf_hwcap = cpu_table->hwcap;
	exen_processor.switch_mm = exen_switch_mm;
	exen_processor.set_pte_ext = (void *)cpu_table->set_pte;
	exen_cache_fns.flush_kern_dcache_area = (void *)cpu_table->flush_dcache_area;
	exen_cache_fns.coherent_kern_range = (void *)cpu_table->coherent_range;
}
#endif

static void __init fill_processor(void)
{
	exen_processor = (struct processor) {
		._data_abort = exen_data_abort,
		._prefetch_abort = cpu_table->flags & EXEN_CPU_IFAR ? exen_prefetch_abort_ifar :
								      exen_prefetch_abort_ifsr,
		._proc_init = exen_proc_nothing,
		._proc_fin = exen_proc_nothing,
		._do_idle = exen_do_idle,
		.dcache_clean_area = (void *)cpu_table->clean_dcache_area,
	};
}

static void __init fill_caches(void)
{
	exen_cache_fns = (struct cpu_cache_fns) {
		.flush_icache_all = (void *)cpu_table->flush_icache_all,
		.flush_kern_all = (void *)cpu_table->flush_cache_all,
		.flush_kern_louis = (void *)cpu_table->flush_cache_all,
		.flush_user_all = (void *)cpu_table->flush_user_all,
		.flush_user_range = (void *)cpu_table->flush_user_range,
		.coherent_user_range = exen_coherent_user_range,
		.dma_map_area = (void *)cpu_table->dma_map,
		.dma_unmap_area = (void *)cpu_table->dma_unmap,
		.dma_flush_range = (void *)cpu_table->dma_flush_range,
	};
}

/* User space is told of the older of processor and kernel: it doesn't change when the domain moves. */
static void __init fill_names(void)
{
	static const char *const names[][2] = {
		{ "armv5tej", "v5" }, { "armv6", "v6" }, { "armv7", "v7" },
	};
	unsigned int arch = min_t(unsigned int, cpu_table->arch, KERNEL_ARCH);

	exen_proc_info.arch_name = names[arch - 5][0];
	exen_proc_info.elf_name = names[arch - 5][1];
	exen_proc_info.cpu_name = (const char *)cpu_table->name;
}

/*
 * What setup_processor() shall take instead of an entry of the kernel's own list; NULL when the
 * kernel runs natively.
 */
struct proc_info_list *__ref exen_processor_info(void)
{
	if (exen_proc_info.proc)
		return &exen_proc_info;
	if (!exen_early_init())
		return NULL;
	BUILD_BUG_ON(VM_EXEC != EXEN_FLUSH_EXEC);
	BUILD_BUG_ON(L_PTE_NONE != 1 << 11 || L_PTE_MT_MASK != 15 << 2 || PTE_HWTABLE_OFF != 2048);
	fill_processor();
	fill_caches();
	set_by_generation();
	fill_names();
	exen_tlb_fns = (struct cpu_tlb_fns) {
		.flush_user_range = exen_flush_user_tlb_range,
		.flush_kern_range = (void *)cpu_table->flush_tlb_kernel,
		.tlb_flags = tlb_flags(),
	};
	exen_proc_info.proc = &exen_processor;
	exen_proc_info.tlb = &exen_tlb_fns;
	exen_proc_info.cache = &exen_cache_fns;
	return &exen_proc_info;
}
