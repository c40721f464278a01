/* SPDX-License-Identifier: Apache-2.0 */
/** @file Physical interrupts.  Line n is interrupt 32 + n (abi/exen.h). */
#ifndef EXEN_IRQ_H
#define EXEN_IRQ_H

#include <stdbool.h>
#include <stdint.h>

struct domain;

/* Called by domain/ for lines that the current domain owns; line < EXEN_NR_IRQS - 32.
 * Interrupts masked. */
void irq_line_unmask(unsigned int line);
void irq_line_mask(unsigned int line);
/** The owner has handled the line: a level-sensitive line is unmasked again. */
void irq_line_eoi(unsigned int line);
/** @return 0 or -EINVAL */
int irq_line_set_type(unsigned int line, unsigned int type);

/** Implemented by domain/: @p line of @p owner has fired.  Interrupts masked. */
void vcpu_physical_irq(struct domain *owner, unsigned int line);

/** Can a domain have @p irq: is it a line that the controller has, and not the hypervisor's own?  Once these
 *  are registered. */
bool irq_is_assignable(unsigned int irq);
/** Gives @p line to a domain.  @return 0, -EBUSY (owned, or not assignable) */
int irq_line_assign(unsigned int line, struct domain *owner);

/** The hypervisor's own handler for an interrupt.  Boot only. */
void irq_register(unsigned int irq, void (*handler)(void));
/** Takes and handles one pending physical interrupt.  Interrupts masked.  @return true if there was one. */
bool irq_handle_one(void);
/** Not 0: irq_handle_one() would find one, or an upcall.  The interrupt controller's, from irq_init() on. */
extern uint32_t (*irq_is_pending)(void);
/** Starts the board's interrupt controller.  Boot only. */
void irq_init(void);
/** Physical interrupts arrive as FIQ. */
bool irq_is_fiq(void);
/** irq_ack()'s hardware half: withdraws a raised upcall, handles what came with it. */
void irq_upcall_ack(void);
/** Asserts the IRQ input, once until acknowledged. */
void irq_upcall_raise(void);
/** Count of each interrupt since boot, for the console's dump. */
unsigned int irq_count(unsigned int irq);

#endif
