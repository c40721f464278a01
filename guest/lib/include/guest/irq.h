/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Virtual interrupts, numbered as in exen.h (EXEN_IRQ_*). */
#ifndef GUEST_IRQ_H
#define GUEST_IRQ_H

#include <stdint.h>

/** Handler: SVC mode, I set.  Lines (>= EXEN_IRQ_LINE) get their end-of-interrupt afterwards. */
typedef void (*irq_handler_t)(uint32_t irq);

/** Sets the handler of @p irq; NULL: counted and ignored.  irq < EXEN_NR_IRQS.
 *  @return the former one */
irq_handler_t irq_set_handler(uint32_t irq, irq_handler_t handler);
/** @return 0, or -XEN_EPERM for a line that is not this domain's, -XEN_EINVAL */
int32_t irq_unmask(uint32_t irq);
int32_t irq_mask(uint32_t irq);

/**
 * For kernels with an interrupt entry of their own: an IRQ exception enters @p entry, in IRQ mode as
 * the processor left it, instead of the kit's code.  It calls irq_dispatch().  IRQs masked.
 */
void irq_set_entry(void (*entry)(void));
/** Handlers of all interrupts that are pending.  SVC mode, I set, any stack. */
void irq_dispatch(void);

/** Counters since start: upcalls, those with nothing to acknowledge, interrupts without handler. */
struct irq_stats {
	uint32_t upcalls;
	uint32_t spurious;
	uint32_t unhandled;
};
extern struct irq_stats irq_stats;

#endif
