/* SPDX-License-Identifier: Apache-2.0 */
/** @file Hardware clocks: a free-running counter and one comparator that interrupts. */
#ifndef EXEN_CLOCK_H
#define EXEN_CLOCK_H

#include <exen/io.h>
#include <exen/types.h>

struct clock_ops {
	const char *name;
	/** NULL, or for a clock that is part of the processor: may this one have it at @p base?  Touches
	 *  nothing but system registers. */
	bool (*is_at)(paddr_t base);
	void (*init)(volatile void *base);
	/** Counter, counting up from 0 at a reset or at init(), never wrapping.  Any context, any
	 *  address space. */
	uint64_t (*read)(void);
	/** Interrupts when the counter reaches @p count, at once if it has passed it. */
	void (*set_deadline)(uint64_t count);
	/** No deadline is wanted; one that was set may still fire. */
	void (*stop)(void);
	/** Withdraws the interrupt. */
	void (*ack)(void);
};

extern const struct clock_ops a9_global_timer_ops, bcm2835_timer_ops, imx_gpt_ops, sp804_ops,
			     sun4i_timer_ops;

/* ---- for drivers --------------------------------------------------------------------------- */

/** Longest delay of a comparator whose interrupt counts the halves of a 32-bit counter: a quarter
 *  of a wrap. */
#define CLOCK_MAX_DELAY	0x40000000u

/** A counter of 64 bits in two registers. */
static inline uint64_t clock_read_halves(volatile void *base, uint32_t lo_reg, uint32_t hi_reg)
{
	uint32_t hi, lo, again = io_read32(base, hi_reg);

	do {
		hi = again;
		lo = io_read32(base, lo_reg);
		again = io_read32(base, hi_reg);
	} while (again != hi);
	return (uint64_t)hi << 32 | lo;
}

/**
 * A counter of 32 bits, @p count, extended to 64: @p halves is how many halves of a wrap the long
 * count had behind it a while ago, at most a quarter of a wrap and what a vcpu takes to read it.
 */
static inline uint64_t clock_extend(const volatile uint32_t *halves, uint32_t (*count)(void))
{
	const uint64_t base = (uint64_t)*halves << 31;

	return base + (uint32_t)(count() - (uint32_t)base);
}

/** Counts the half that has ended, if one has, of such a counter that is at @p now.  Called at least once in
 *  each half. */
static inline void clock_count_half(volatile uint32_t *halves, uint32_t now)
{
	const uint32_t before = *halves;

	*halves = before + ((before ^ now >> 31) & 1);
}

/** As clock_delay(), of such a counter: its comparator fires at least each CLOCK_MAX_DELAY, so the low bits
 *  say which comes first. */
static inline uint32_t clock_delay_extended(uint64_t deadline, uint32_t now)
{
	const int32_t delay = (int32_t)((uint32_t)deadline - now);

	return delay > 0 ? MIN((uint32_t)delay, CLOCK_MAX_DELAY) : 1;
}

/** From @p now to @p deadline, at least 1 and at most CLOCK_MAX_DELAY. */
static inline uint32_t clock_delay(uint64_t deadline, uint64_t now)
{
	const uint64_t delay = deadline > now ? deadline - now : 1;

	return (uint32_t)MIN(delay, (uint64_t)CLOCK_MAX_DELAY);
}

/**
 * Sets a comparator that fires when a counter that counts up is equal to it, @p delay counts from
 * now or as soon as it can without being passed by.  @p delay must not be 0.
 */
static inline void clock_set_equal(volatile void *base, uint32_t count_reg, uint32_t compare_reg,
				   uint32_t delay)
{
	uint32_t at;

	do {
		at = io_read32(base, count_reg) + delay;
		io_write32(base, compare_reg, at);
		delay *= 2;
	} while ((int32_t)(at - io_read32(base, count_reg)) <= 0);
}

#endif
