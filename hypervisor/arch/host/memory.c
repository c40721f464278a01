/* SPDX-License-Identifier: Apache-2.0 */
/* Guest memory and shared pages as arrays. */
#include <errno.h>

#include <asm/host.h>
#include <exen/arch.h>
#include <exen/bug.h>
#include <exen/string.h>

#define NR_SHARED_PAGES	256

static uint8_t ram[HOST_RAM_SIZE] __attribute__((aligned(4096)));
static uint8_t shared[NR_SHARED_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static unsigned int nr_shared;
static bool temporary_in_use[2];
static unsigned int nr_flushed;		/* bytes */

void host_memory_reset(void)
{
	memset(shared, 0, nr_shared * PAGE_SIZE);
	nr_shared = 0;
	memset(temporary_in_use, 0, sizeof(temporary_in_use));
}

void *host_ram(uint32_t va, size_t len)
{
	const uint32_t offset = va - HOST_RAM_BASE;

	if (offset >= HOST_RAM_SIZE || len > HOST_SLOT_SIZE - offset % HOST_SLOT_SIZE)
		return NULL;
	return ram + offset;
}

void *host_frame(uint64_t frame)
{
	const uint64_t pa = frame << PAGE_SHIFT;

	if (pa >= HOST_SHARED_PA && pa < HOST_SHARED_PA + sizeof(shared))
		return shared + (pa - HOST_SHARED_PA);
	return pa <= UINT32_MAX ? host_ram((uint32_t)pa, PAGE_SIZE) : NULL;
}

/* Its own slot and nothing else. */
void *host_translate(uint64_t va, size_t len, bool write)
{
	const struct slot *slot = &current_domain()->slot;

	if (len > KiB(64) || va > UINT32_MAX || !slot_contains(slot, (paddr_t)va, (uint32_t)len))
		return NULL;
	if (write && va + len > slot->base + HOST_READONLY)
		return NULL;
	return host_ram((uint32_t)va, len);
}

int copy_from_guest(void *dst, uint64_t va, size_t len)
{
	const void *src = host_translate(va, len, false);

	if (!src)
		return -EFAULT;
	memcpy(dst, src, len);
	return 0;
}

int copy_to_guest(uint64_t va, const void *src, size_t len)
{
	void *dst = host_translate(va, len, true);

	if (!dst)
		return -EFAULT;
	memcpy(dst, src, len);
	return 0;
}

void *map_temporary(unsigned int slot, mfn_t frame)
{
	BUG_ON(slot >= ARRAY_SIZE(temporary_in_use) || temporary_in_use[slot]);
	BUG_ON(!host_ram(mfn_to_paddr(frame), PAGE_SIZE));
	temporary_in_use[slot] = true;
	return host_ram(mfn_to_paddr(frame), PAGE_SIZE);
}

void flush_temporary(unsigned int slot, uint32_t offset, uint32_t len)
{
	BUG_ON(slot >= ARRAY_SIZE(temporary_in_use) || !temporary_in_use[slot]);
	BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	nr_flushed += len;
}

void unmap_temporary(void)
{
	BUG_ON(!temporary_in_use[0] && !temporary_in_use[1]);
	temporary_in_use[0] = temporary_in_use[1] = false;
}

void arch_flush_dcache_area(const void *start, uint32_t len_bytes)
{
	const uint8_t *at = start;

	BUG_ON(at < ram || at + len_bytes > ram + HOST_RAM_SIZE);
	nr_flushed += len_bytes;
}

unsigned int host_nr_flushed(void)
{
	return nr_flushed;
}

bool host_is_temporary_in_use(void)
{
	return temporary_in_use[0] || temporary_in_use[1];
}

void *shared_pages_alloc(unsigned int nr_pages)
{
	void *va = shared + nr_shared * PAGE_SIZE;

	if (nr_pages > NR_SHARED_PAGES - nr_shared)
		return NULL;
	nr_shared += nr_pages;
	memset(va, 0, nr_pages * PAGE_SIZE);
	return va;
}

paddr_t shared_page_paddr(const void *va)
{
	return HOST_SHARED_PA + (paddr_t)((const uint8_t *)va - shared);
}
