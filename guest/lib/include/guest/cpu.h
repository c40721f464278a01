/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The processor: interrupt masks, barriers, cache and TLB operations for v5, v6 and v7. */
#ifndef GUEST_CPU_H
#define GUEST_CPU_H

#include <stdbool.h>
#include <stdint.h>
#include <guest/asm.h>

/** ARMv6 or later; set at start. */
extern bool cpu_is_v6;

static inline uint32_t cpsr_read(void)
{
	uint32_t psr;

	__asm__ volatile("mrs %0, cpsr" : "=r"(psr) : : "memory");
	return psr;
}

/** Masks IRQ in this guest; returns the former state for irq_restore().  Any PL1 mode. */
static inline uint32_t irq_save(void)
{
	uint32_t psr = cpsr_read();

	__asm__ volatile("msr cpsr_c, %0" : : "r"(psr | PSR_I) : "memory");
	return psr;
}

static inline void irq_restore(uint32_t psr)
{
	__asm__ volatile("msr cpsr_c, %0" : : "r"(psr) : "memory");
}

static inline void irq_enable(void)
{
	irq_restore(cpsr_read() & ~(uint32_t)PSR_I);
}

static inline void irq_disable(void)
{
	irq_save();
}

/** The compiler keeps the order of accesses around it. */
static inline void barrier(void)
{
	__asm__ volatile("" : : : "memory");
}

/** Accesses before it are complete before those after it start (v5: drains the write buffer). */
static inline void memory_barrier(void)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c10, 4" : : "r"(0) : "memory");
}

/** Context synchronisation (v6 and later: prefetch flush, ISB; v5 needs none). */
static inline void instruction_barrier(void)
{
	if (cpu_is_v6)
		__asm__ volatile("mcr p15, 0, %0, c7, c5, 4" : : "r"(0) : "memory");
}

/** Cleans the data cache lines of [va, va + len): page-table walks and devices then see them. */
void dcache_clean(const void *va, uint32_t len);
/** Makes code just written at [va, va + len) executable. */
void icache_sync(const void *va, uint32_t len);
/** After a change of the second-level entry of @p va. */
void tlb_flush_page(const void *va);

/** Sets *p to @p value if it is @p old, atomically against other domains too (v5: on one CPU,
 *  where only the hypervisor's own rules about shared words make it so). */
bool cmpxchg(uint32_t *p, uint32_t old, uint32_t value);

#endif
