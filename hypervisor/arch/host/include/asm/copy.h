/* SPDX-License-Identifier: Apache-2.0 */
/** @file See arch/arm; here in C. */
#ifndef ASM_COPY_H
#define ASM_COPY_H

#include <stddef.h>
#include <stdint.h>

static inline __attribute__((no_sanitize("address"))) void
arch_copy_shifted(uint32_t *dst, const uint32_t *src, size_t nr_blocks, unsigned int offset)
{
	for (size_t i = 0; i < 8 * nr_blocks; i++)
		dst[i] = src[i] >> 8 * offset | src[i + 1] << (32 - 8 * offset);
}

#endif
