/* SPDX-License-Identifier: Apache-2.0 */
/** @file The inner loop of memcpy() where source and destination are not equally aligned. */
#ifndef ASM_COPY_H
#define ASM_COPY_H

#include <stddef.h>
#include <stdint.h>

/**
 * Copies @p nr_blocks blocks of 32 bytes, put together anew in registers.
 * @param src  the word in which the first byte lies
 * @param offset  of the first byte in it: 1 to 3
 * Reads whole words, the one in which the last byte lies included.
 */
void arch_copy_shifted(uint32_t *dst, const uint32_t *src, size_t nr_blocks, unsigned int offset);

#endif
