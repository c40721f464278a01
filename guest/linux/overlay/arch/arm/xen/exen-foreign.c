// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of other domains, in place of arch/arm/xen/p2m.c.
 *
 * There is no second stage of translation that a hypervisor could change under a page.  So a granted
 * frame is mapped where a page of our own is mapped: one entry of the kernel's linear mapping points to
 * the foreign frame until the grant is unmapped.  struct page, page_address() and kmap() keep working,
 * and nothing is copied.  The pages come from the default CMA area ("cma=" on the command line), which is
 * mapped by small pages and holds movable data of user space while no backend needs it.
 *
 * Documentation/decisions/0040-foreign-pages.md tells why it is right on caches that are indexed or tagged
 * by virtual addresses.
 */
#define pr_fmt(fmt) "EmbeddedXEN: " fmt

#include <linux/cma.h>
#include <linux/delay.h>
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pfn_t.h>
#include <linux/pgtable.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include <asm/cacheflush.h>
#include <asm/cachetype.h>
#include <asm/tlbflush.h>
#include <asm/xen/exen.h>
#include <asm/xen/hypercall.h>
#include <xen/grant_table.h>
#include <xen/interface/memory.h>
#include <xen/page.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

/* ---- the pool ------------------------------------------------------------------------------- */

#define POOL_CHUNK	32	/* pages that are taken from CMA at once: each call is expensive */
#define POOL_WAIT	(5 * HZ)	/* until a backend has given pages back */

static DEFINE_MUTEX(pool_lock);
static DECLARE_WAIT_QUEUE_HEAD(pool_wait);
static LIST_HEAD(pool);			/* struct page.lru */
static unsigned int pool_pages;

/* Frame that is mapped in place of page window_pfn + index, 0: its own. */
static u32 *foreign_mfn __ro_after_init;
static unsigned long window_pfn __ro_after_init;
static unsigned long window_pages __ro_after_init;

static int __init exen_foreign_init(void)
{
	struct cma *cma = dev_get_cma_area(NULL);

	if (!exen_running() || !cma)
		return 0;
	foreign_mfn = kvcalloc(cma_get_size(cma) >> PAGE_SHIFT, sizeof(*foreign_mfn), GFP_KERNEL);
	if (!foreign_mfn)
		return -ENOMEM;
	window_pfn = PHYS_PFN(cma_get_base(cma));
	window_pages = cma_get_size(cma) >> PAGE_SHIFT;
	return 0;
}
arch_initcall(exen_foreign_init);

static bool grow_pool(unsigned int nr)
{
	struct page *page;
	unsigned int i;

	if (!window_pages)
		return false;
	page = cma_alloc(dev_get_cma_area(NULL), nr, 0, true);
	for (i = 0; page && i < nr; i++)
		list_add(&page[i].lru, &pool);
	if (page)
		pool_pages += nr;
	return page;
}

static bool take_pages(unsigned int nr, struct page **pages)
{
	bool is_enough;
	unsigned int i;

	mutex_lock(&pool_lock);
	while (pool_pages < nr && (grow_pool(POOL_CHUNK) || grow_pool(1)))
		;
	is_enough = pool_pages >= nr;
	for (i = 0; is_enough && i < nr; i++) {
		pages[i] = list_first_entry(&pool, struct page, lru);
		list_del(&pages[i]->lru);
	}
	if (is_enough)
		pool_pages -= nr;
	mutex_unlock(&pool_lock);
	return is_enough;
}

/*
 * Pages that grants can be mapped at.  They stay ours when they are freed: the next backend needs them.
 * A domU with many requests may hold them all, which must not be an error for another: its own wait.
 * Returns 0 or -ENOMEM, then "cma=" is too small.
 */
int xen_alloc_unpopulated_pages(unsigned int nr, struct page **pages)
{
	long left = window_pages ? POOL_WAIT : 0;

	while (!take_pages(nr, pages)) {
		if (!left) {
			pr_warn_ratelimited("no page left to map a grant at: cma= is too small\n");
			return -ENOMEM;
		}
		left = wait_event_timeout(pool_wait, READ_ONCE(pool_pages) >= nr, left);
	}
	return 0;
}
EXPORT_SYMBOL(xen_alloc_unpopulated_pages);

void xen_free_unpopulated_pages(unsigned int nr, struct page **pages)
{
	unsigned int i;

	mutex_lock(&pool_lock);
	for (i = 0; i < nr; i++)
		list_add(&pages[i]->lru, &pool);
	pool_pages += nr;
	mutex_unlock(&pool_lock);
	wake_up_all(&pool_wait);
}
EXPORT_SYMBOL(xen_free_unpopulated_pages);

/* ---- mapping -------------------------------------------------------------------------------- */

/*
 * What the old frame left in a cache that finds lines by virtual address: it would be hit by the new
 * one, or, after the grant has ended, be written over what its owner has made of it.
 */
static void flush_page(unsigned long va)
{
	if (cache_is_vivt() || cache_is_vipt_aliasing())
		__cpuc_flush_dcache_area((void *)va, PAGE_SIZE);
}

static void map_page(unsigned long va, unsigned long pfn, pgprot_t prot)
{
	flush_page(va);
	set_pte_ext(pte_offset_kernel(pmd_off_k(va), va), pfn_pte(pfn, prot), 0);
	flush_tlb_kernel_range(va, va + PAGE_SIZE);
}

/* Index of @pfn in the window; of any other page a number too large. */
static inline unsigned long window_index(unsigned long pfn)
{
	return pfn - window_pfn;
}

/* Which frame a page's address leads to; INVALID_P2M_ENTRY: its own. */
unsigned long __pfn_to_mfn(unsigned long pfn)
{
	unsigned long index = window_index(pfn);

	if (index >= window_pages || !foreign_mfn[index])
		return INVALID_P2M_ENTRY;
	return foreign_mfn[index];
}
EXPORT_SYMBOL(__pfn_to_mfn);

#define PAGE_READONLY_KERNEL	__pgprot(pgprot_val(PAGE_KERNEL) | L_PTE_RDONLY)

static bool set_frame(unsigned long pfn, unsigned long mfn, pgprot_t prot)
{
	unsigned long index = window_index(pfn);
	unsigned long va = (unsigned long)__va(PFN_PHYS(pfn));
	bool is_own = mfn == INVALID_P2M_ENTRY;

	if (index >= window_pages)
		return is_own;
	foreign_mfn[index] = is_own ? 0 : mfn;
	map_page(va, is_own ? pfn : mfn, prot);
	return true;
}

bool __set_phys_to_machine(unsigned long pfn, unsigned long mfn)
{
	return set_frame(pfn, mfn, PAGE_KERNEL);
}
EXPORT_SYMBOL_GPL(__set_phys_to_machine);

bool __set_phys_to_machine_multi(unsigned long pfn, unsigned long mfn, unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i++) {
		if (!__set_phys_to_machine(pfn + i, mfn == INVALID_P2M_ENTRY ? mfn : mfn + i))
			return false;
	}
	return true;
}
EXPORT_SYMBOL_GPL(__set_phys_to_machine_multi);

static void give_back(struct gnttab_map_grant_ref *map)
{
	struct gnttab_unmap_grant_ref unmap = { .host_addr = map->host_addr, .handle = map->handle };

	if (HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1) || unmap.status)
		pr_err_once("cannot give a grant back: %d\n", unmap.status);
	map->status = GNTST_general_error;
	map->handle = INVALID_GRANT_HANDLE;
}

/* After grants were mapped: their frames appear where @map says.  Sets the status of each. */
int set_foreign_p2m_mapping(struct gnttab_map_grant_ref *map, struct gnttab_map_grant_ref *kmap,
			    struct page **pages, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		pgprot_t prot = map[i].flags & GNTMAP_readonly ? PAGE_READONLY_KERNEL :
								PAGE_KERNEL;

		if (map[i].status)
			continue;
		if (!set_frame(PHYS_PFN(map[i].host_addr), PHYS_PFN(map[i].dev_bus_addr), prot))
			give_back(&map[i]);
	}
	return 0;
}

/*
 * After grants were unmapped.  Their owner may run before the pages have their own frames back: the
 * switch to it cleans the caches that flush_page() is for, and nobody looks at these pages meanwhile.
 */
int clear_foreign_p2m_mapping(struct gnttab_unmap_grant_ref *unmap,
			      struct gnttab_unmap_grant_ref *kunmap,
			      struct page **pages, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		set_phys_to_machine(PHYS_PFN(unmap[i].host_addr), INVALID_P2M_ENTRY);
	return 0;
}

/* ---- programs ------------------------------------------------------------------------------- */

/*
 * vm_map_pages() of whoever includes <xen/xen.h>, a VM_MIXEDMAP area's: a program sees the frames that its
 * pages' addresses lead to.  A frame of another domain's has no page that is counted, and none is looked for
 * when the mapping ends; until then nobody may unmap the grant.
 */
#undef vm_map_pages
int exen_vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long num)
{
	unsigned long mfn, i;

	if (!num || __pfn_to_mfn(page_to_pfn(pages[0])) == INVALID_P2M_ENTRY)
		return vm_map_pages(vma, pages, num);
	if (vma->vm_pgoff >= num || vma_pages(vma) > num - vma->vm_pgoff)
		return -ENXIO;
	for (i = 0; i < vma_pages(vma); i++) {
		mfn = __pfn_to_mfn(page_to_pfn(pages[vma->vm_pgoff + i]));
		if (mfn == INVALID_P2M_ENTRY ||
		    vmf_insert_mixed(vma, vma->vm_start + i * PAGE_SIZE, pfn_to_pfn_t(mfn)) != VM_FAULT_NOPAGE)
			return -EFAULT;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(exen_vm_map_pages);

/* ---- waiting for a granter ------------------------------------------------------------------ */

#define GRANTER_POLL_NS	(100 * NSEC_PER_USEC)
#define GRANTER_TRIES	64	/* in atomic context */
#define MAX_DELAY	256	/* grant-table.c's */

/*
 * Before a map that was answered by GNTST_eagain is tried again: the owner, a kernel for ARMv5, was preempted where
 * it may be changing the entry (Documentation/decisions/0010), and must run.  netback asks in softirq, where nobody
 * may sleep, so this vcpu blocks for a moment; not often: who masks its interrupts for long shall lose its
 * packets, not the others their time.
 *
 * Returns what @delay grows by: MAX_DELAY tries are all, as for one who sleeps.
 */
unsigned int exen_wait_for_granter(unsigned int delay)
{
	static unsigned long next_wait;		/* jiffies; 0: at once */

	if (!in_interrupt() && !irqs_disabled()) {
		msleep(delay);
		return 1;
	}
	if (next_wait && time_before(jiffies, next_wait))
		return MAX_DELAY;
	exen_block_for(GRANTER_POLL_NS);
	next_wait = delay + MAX_DELAY / GRANTER_TRIES >= MAX_DELAY ? (jiffies + HZ) | 1 : 0;
	return MAX_DELAY / GRANTER_TRIES;
}

/* ---- frames at addresses of their own ------------------------------------------------------- */

/* Where @nr frames are to be mapped one behind the other; vmap() would map pages.  NULL: no room. */
static void *map_frames(const unsigned long *mfn, unsigned int nr, pgprot_t prot)
{
	struct vm_struct *area = get_vm_area(nr * PAGE_SIZE, VM_IOREMAP);
	unsigned long va;
	unsigned int i;

	if (!area)
		return NULL;
	va = (unsigned long)area->addr;
	for (i = 0; i < nr; i++, va += PAGE_SIZE) {
		if (ioremap_page_range(va, va + PAGE_SIZE, PFN_PHYS(mfn[i]), prot)) {
			vunmap(area->addr);
			return NULL;
		}
	}
	return area->addr;
}

/*
 * Maps frames of mapped grants one behind the other.
 * Returns an address for vunmap(), or NULL.
 */
void *exen_vmap_grants(const struct gnttab_map_grant_ref *map, unsigned int nr)
{
	unsigned long mfn[XENBUS_MAX_RING_GRANTS];
	unsigned int i;

	if (nr > ARRAY_SIZE(mfn))
		return NULL;
	for (i = 0; i < nr; i++)
		mfn[i] = PHYS_PFN(map[i].dev_bus_addr);
	return map_frames(mfn, nr, PAGE_KERNEL);
}

static void give_all_back(const struct gnttab_map_grant_ref *map, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct gnttab_unmap_grant_ref unmap = { .handle = map[i].handle };

		if (map[i].status)
			continue;
		if (HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1) || unmap.status)
			pr_err_once("cannot give a grant back: %d\n", unmap.status);
	}
}

/*
 * Maps what @domid has granted by @ref[0..nr) one behind the other, without pages of ours.  All or nothing.
 * @map[0..nr): what exen_vunmap_granted() needs. Returns an address, or an error: -EFAULT, not all are grants
 * of that domain's for us.  May sleep.
 */
void *exen_vmap_granted(u16 domid, const grant_ref_t *ref, struct gnttab_map_grant_ref *map, unsigned int nr,
			bool is_readonly)
{
	const u32 flags = GNTMAP_host_map | (is_readonly ? GNTMAP_readonly : 0);
	struct vm_struct *area = get_vm_area(nr * PAGE_SIZE, VM_IOREMAP);
	const pgprot_t prot = is_readonly ? PAGE_READONLY_KERNEL : PAGE_KERNEL;
	unsigned long va;
	unsigned int i;
	int err = 0;

	if (!area)
		return ERR_PTR(-ENOMEM);
	va = (unsigned long)area->addr;
	for (i = 0; i < nr; i++)
		gnttab_set_map_op(&map[i], va + i * PAGE_SIZE, flags, ref[i], domid);
	gnttab_batch_map(map, nr);
	for (i = 0; i < nr && !err; i++, va += PAGE_SIZE)
		err = map[i].status ? -EFAULT : ioremap_page_range(va, va + PAGE_SIZE, map[i].dev_bus_addr, prot);
	if (!err)
		return area->addr;
	vunmap(area->addr);
	give_all_back(map, nr);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(exen_vmap_granted);

void exen_vunmap_granted(const void *address, const struct gnttab_map_grant_ref *map, unsigned int nr)
{
	vunmap(address);
	give_all_back(map, nr);
}
EXPORT_SYMBOL_GPL(exen_vunmap_granted);

/*
 * Is it RAM of @domid's?  The hypervisor accepts such a frame, and its own page, as a place for the domain's
 * shared_info, and nothing else; that place is not used.
 */
static bool is_frame_of(domid_t domid, unsigned long mfn)
{
	struct xen_add_to_physmap place = {
		.domid = domid,
		.space = XENMAPSPACE_shared_info,
		.gpfn = mfn,
	};

	return mfn <= PHYS_PFN(U32_MAX) && !exen_shared_page(PFN_PHYS(mfn), PAGE_SIZE) &&
	       !HYPERVISOR_memory_op(XENMEM_add_to_physmap, &place);
}

/*
 * Maps frames that a domain has named by their numbers, not by grants, one behind the other, for a
 * privileged domain.  They stay the other domain's for as long as the caller's backend is not Closed: the
 * hypervisor does not start a domain anew before, and gives its memory to nobody else.  @domid: not our
 * own. Returns an address for vunmap(), or an error: -EPERM, a frame is not that domain's.
 */
void *exen_vmap_foreign(u16 domid, const unsigned long *mfn, unsigned int nr, bool is_readonly)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (!is_frame_of(domid, mfn[i]))
			return ERR_PTR(-EPERM);
	}
	return map_frames(mfn, nr, is_readonly ? PAGE_READONLY_KERNEL : PAGE_KERNEL) ?: ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL_GPL(exen_vmap_foreign);
