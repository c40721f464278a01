/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Interrupt controllers.  Interrupts are numbered as the guests see them (abi/exen.h): a GIC's
 * own numbers; on others physical line n is 32 + n.
 */
#ifndef EXEN_IRQCHIP_H
#define EXEN_IRQCHIP_H

#include <exen/types.h>

struct irqchip_ops {
	const char *name;
	unsigned int nr_irqs;		/**< from here on there are none */
	unsigned int upcall_irq;	/**< the upcall's line, which is nobody's; 0: it has none */
	/** Quiet start: everything disabled.  @p base: one or two register blocks, by the driver.
	 *  @return true if physical interrupts arrive as FIQ, false if they arrive as IRQ. */
	bool (*init)(volatile void *base0, volatile void *base1);
	/** The most urgent pending interrupt, now active; EXEN_IRQ_NONE if there is none. */
	unsigned int (*ack)(void);
	/** Would ack() return one?  Called at every switch of the vcpu, so it is brief: not 0 may also mean
	 *  that only the upcall is pending. */
	uint32_t (*is_pending)(void);
	/** Ends an interrupt that ack() returned. */
	void (*eoi)(unsigned int irq);
	void (*mask)(unsigned int irq);
	void (*unmask)(unsigned int irq);
	/** @param type  IRQ_TYPE: 1 rising, 2 falling, 4 high, 8 low.  @return 0 or -EINVAL
	 *  NULL: all lines are active high levels. */
	int (*set_type)(unsigned int irq, unsigned int type);
	/** Asserts the CPU's IRQ input until upcall_ack(). */
	void (*upcall_raise)(void);
	/** Called by the guest's handler: withdraws it.  @return a physical interrupt that had to be
	 *  acknowledged on the way and must be handled now, or EXEN_IRQ_NONE. */
	unsigned int (*upcall_ack)(void);
};

extern const struct irqchip_ops avic_ops, bcm2835_ic_ops, gic_ops, pl190_ops, sun4i_ic_ops;

#endif
