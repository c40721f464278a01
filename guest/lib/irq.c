/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual interrupts: the upcall protocol of exen.h. */
#include <guest/cpu.h>
#include <guest/hypercall.h>
#include <guest/irq.h>
#include "internal.h"

static irq_handler_t handlers[EXEN_NR_IRQS];
struct irq_stats irq_stats;

void irq_set_entry(void (*entry)(void))
{
	int32_t err;

	traps_set_irq(entry);
	err = exen_op(EXEN_OP_set_irq_vector, (uint32_t)(uintptr_t)entry, 0);
	if (err)
		panic("EXEN_OP_set_irq_vector: %d", err);
}

void irqs_init(void)
{
	irq_set_entry(vector_irq);
	__asm__ volatile("msr cpsr_c, %0" : : "r"(cpsr_read() & ~(uint32_t)PSR_F) : "memory");
}

irq_handler_t irq_set_handler(uint32_t irq, irq_handler_t handler)
{
	const irq_handler_t former = handlers[irq];

	handlers[irq] = handler;
	return former;
}

int32_t irq_unmask(uint32_t irq)
{
	return exen_op(EXEN_OP_irq_unmask, irq, 0);
}

int32_t irq_mask(uint32_t irq)
{
	return exen_op(EXEN_OP_irq_mask, irq, 0);
}

static uint32_t irq_ack(void)
{
	return (uint32_t)hypercall2(EXEN_HYPERCALL_irq_ack, 0, 0);
}

void irq_dispatch(void)
{
	uint32_t irq = irq_ack();

	irq_stats.upcalls++;
	if (irq == EXEN_IRQ_NONE)
		irq_stats.spurious++;
	for (; irq != EXEN_IRQ_NONE; irq = irq_ack()) {
		if (irq >= EXEN_NR_IRQS)
			panic("irq_ack: %x", irq);
		if (handlers[irq])
			handlers[irq](irq);
		else
			irq_stats.unhandled++;
		if (irq >= EXEN_IRQ_LINE)
			hypercall2(EXEN_HYPERCALL_irq_eoi, irq, 0);
	}
}
