/* SPDX-License-Identifier: Apache-2.0 */
/* Guest pointers in hypercalls: checked page by page with the guest's own tables, then used. */
#include <errno.h>

#include <asm/cpu.h>
#include <asm/memory.h>
#include <exen/arch.h>
#include <exen/string.h>
#include "exen.h"

#define MAX_ACCESS	KiB(64)

/* Below the window or, for a stack in the last megabytes, above it; never across. */
static inline bool range_ok(uint64_t va, size_t len, uint32_t (*probe)(uint32_t))
{
	const uint32_t first = (uint32_t)va;
	const uint32_t last = first + (uint32_t)len - 1;

	if (len == 0)
		return true;
	if (va >> 32 || len > MAX_ACCESS || last < first ||
	    (last >= EXEN_WINDOW_BASE && first < EXEN_WINDOW_BASE + EXEN_WINDOW_SIZE))
		return false;
	for (uint32_t page = first & PAGE_MASK; page < (last & PAGE_MASK); page += PAGE_SIZE) {
		if (probe(page))
			return false;
	}
	return !probe(last);
}

int copy_from_guest(void *dst, uint64_t va, size_t len)
{
	if (!range_ok(va, len, cpu->probe_read))
		return -EFAULT;
	memcpy(dst, (const void *)(uintptr_t)va, len);
	return 0;
}

int copy_to_guest(uint64_t va, const void *src, size_t len)
{
	if (!range_ok(va, len, cpu->probe_write))
		return -EFAULT;
	memcpy((void *)(uintptr_t)va, src, len);
	return 0;
}
