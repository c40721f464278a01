/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ARM PrimeCell vectored interrupt controller (PL190), ARM DDI 0181.  Lines are routed as FIQ by
 * VICINTSELECT, only while they are enabled: QEMU's model has FIQs that VICINTENABLE doesn't stop.
 * The upcall is a line that nothing else drives, set by software and left as IRQ.
 */
#include <exen/io.h>
#include <exen/irqchip.h>
#include "exen.h"

#define VICIRQSTATUS	0x00
#define VICFIQSTATUS	0x04
#define VICINTSELECT	0x0c
#define VICINTENABLE	0x10
#define VICINTENCLEAR	0x14
#define VICSOFTINT	0x18
#define VICSOFTINTCLEAR	0x1c

#define LINE_UPCALL	1u	/* "software interrupt" on Versatile boards (ARM DUI 0225, table 4-47) */

static volatile void *vic;

static bool pl190_init(volatile void *base, volatile void *unused)
{
	vic = base;
	io_write32(vic, VICINTENCLEAR, ~0u);
	io_write32(vic, VICSOFTINTCLEAR, ~0u);
	io_write32(vic, VICINTSELECT, 0);
	io_write32(vic, VICINTENABLE, BIT(LINE_UPCALL));
	return true;
}

static unsigned int pl190_ack(void)
{
	const uint32_t status = io_read32(vic, VICFIQSTATUS);

	return status ? EXEN_IRQ_LINE + (unsigned int)__builtin_ctz(status) : EXEN_IRQ_NONE;
}

static uint32_t pl190_is_pending(void)
{
	return io_read32(vic, VICFIQSTATUS);
}

static void pl190_eoi(unsigned int irq)
{
}

static void pl190_mask(unsigned int irq)
{
	io_write32(vic, VICINTENCLEAR, BIT(irq % 32));
	io_write32(vic, VICINTSELECT, io_read32(vic, VICINTSELECT) & ~BIT(irq % 32));
}

static void pl190_unmask(unsigned int irq)
{
	io_write32(vic, VICINTSELECT, io_read32(vic, VICINTSELECT) | BIT(irq % 32));
	io_write32(vic, VICINTENABLE, BIT(irq % 32));
}

static void pl190_upcall_raise(void)
{
	io_write32(vic, VICSOFTINT, BIT(LINE_UPCALL));
}

static unsigned int pl190_upcall_ack(void)
{
	io_write32(vic, VICSOFTINTCLEAR, BIT(LINE_UPCALL));
	return EXEN_IRQ_NONE;
}

const struct irqchip_ops pl190_ops = {
	.name = "PL190",
	.nr_irqs = EXEN_IRQ_LINE + 32,
	.upcall_irq = EXEN_IRQ_LINE + LINE_UPCALL,
	.init = pl190_init,
	.ack = pl190_ack,
	.is_pending = pl190_is_pending,
	.eoi = pl190_eoi,
	.mask = pl190_mask,
	.unmask = pl190_unmask,
	.upcall_raise = pl190_upcall_raise,
	.upcall_ack = pl190_upcall_ack,
};
