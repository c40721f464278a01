/* SPDX-License-Identifier: Apache-2.0 */
/** @file Hardware clocks: a free-running counter and one comparator that interrupts. */
#ifndef EXEN_CLOCK_H
#define EXEN_CLOCK_H

#include <exen/types.h>

struct clock_ops {
	const char *name;
	/** NULL, or for a clock that is part of the processor: may this one have it at @p base?  Touches
	 *  nothing but system registers. */
	bool (*is_at)(paddr_t base);
	void (*init)(volatile void *base);
	/** Counter, counting up from 0, never wrapping.  Any context, any address space. */
	uint64_t (*read)(void);
	/** Interrupts when the counter reaches @p count, at once if it has passed it. */
	void (*set_deadline)(uint64_t count);
	/** No deadline is wanted; one that was set may still fire. */
	void (*stop)(void);
	/** Withdraws the interrupt. */
	void (*ack)(void);
};

extern const struct clock_ops a9_global_timer_ops, sp804_ops;

#endif
