/* SPDX-License-Identifier: Apache-2.0 */
/** @file Device registers of 32 and 16 bits, byte offsets from a base that device_map() returned. */
#ifndef EXEN_IO_H
#define EXEN_IO_H

#include <stdint.h>

static inline uint32_t io_read32(const volatile void *base, uint32_t offset)
{
	return *(const volatile uint32_t *)(base + offset);
}

static inline void io_write32(volatile void *base, uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(base + offset) = value;
}

static inline uint16_t io_read16(const volatile void *base, uint32_t offset)
{
	return *(const volatile uint16_t *)(base + offset);
}

static inline void io_write16(volatile void *base, uint32_t offset, uint16_t value)
{
	*(volatile uint16_t *)(base + offset) = value;
}

#endif
