/* SPDX-License-Identifier: Apache-2.0 */
/** @file guest_access() of exen/arch.h. */
#ifndef ASM_GUEST_ACCESS_H
#define ASM_GUEST_ACCESS_H

#include <exen/types.h>

/** The current guest's memory as its page tables would have it; NULL: it isn't mapped so. */
void *host_translate(uint64_t va, size_t len, bool write);

static inline void *guest_access(uint32_t va, uint32_t len, uint32_t align, bool write)
{
	if (va % align || va % PAGE_SIZE + len > PAGE_SIZE)
		return NULL;
	return host_translate(va, len, write);
}

#endif
