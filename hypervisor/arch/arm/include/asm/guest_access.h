/* SPDX-License-Identifier: Apache-2.0 */
/** @file guest_access() of exen/arch.h: inline, because it is on every fast hypercall's way. */
#ifndef ASM_GUEST_ACCESS_H
#define ASM_GUEST_ACCESS_H

#include <asm/cpu.h>
#include <exen/types.h>
#include "exen.h"

static inline void *guest_access(uint32_t va, uint32_t len, uint32_t align, bool write)
{
	if (va & (align - 1))
		return NULL;
	if (len > align && (va & ~PAGE_MASK) + len > PAGE_SIZE)
		return NULL;
	if (va - EXEN_WINDOW_BASE < EXEN_WINDOW_SIZE)
		return NULL;
	return (write ? cpu->probe_write(va) : cpu->probe_read(va)) ? NULL : (void *)va;
}

#endif
