/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ARM vectored interrupt controller of i.MX25 and i.MX31 (MCIMX31RM, chapter 12: AVIC; the i.MX25's
 * ASIC has the same registers).  Lines are routed as FIQ by INTTYPE.  The upcall is a reserved line,
 * left as IRQ, that is forced for ever and enabled on demand: to force and release it each time
 * would be the same, but QEMU's model forgets other lines' requests at each write to INTFRC.
 */
#include <exen/io.h>
#include <exen/irqchip.h>
#include "exen.h"

#define INTCNTL		0x00
#define NIMASK		0x04
#define INTENNUM	0x08
#define INTDISNUM	0x0c
#define INTENABLEH	0x10
#define INTENABLEL	0x14
#define INTTYPEH	0x18
#define INTTYPEL	0x1c
#define INTFRCH		0x50
#define INTFRCL		0x54
#define FIPNDH		0x60
#define FIPNDL		0x64

#define NIMASK_NONE	0x1f
#define LINE_UPCALL	38u

static volatile void *avic;

static bool avic_init(volatile void *base, volatile void *unused)
{
	avic = base;
	io_write32(avic, INTENABLEH, 0);
	io_write32(avic, INTENABLEL, 0);
	io_write32(avic, INTCNTL, 0);
	io_write32(avic, NIMASK, NIMASK_NONE);
	io_write32(avic, INTTYPEH, ~BIT(LINE_UPCALL - 32));
	io_write32(avic, INTTYPEL, ~0u);
	io_write32(avic, INTFRCH, BIT(LINE_UPCALL - 32));
	io_write32(avic, INTFRCL, 0);
	return true;
}

static unsigned int avic_ack(void)
{
	uint32_t pending = io_read32(avic, FIPNDL);
	unsigned int first = EXEN_IRQ_LINE;

	if (!pending) {
		pending = io_read32(avic, FIPNDH);
		first += 32;
	}
	return pending ? first + (unsigned int)__builtin_ctz(pending) : EXEN_IRQ_NONE;
}

static uint32_t avic_is_pending(void)
{
	return io_read32(avic, FIPNDL) | io_read32(avic, FIPNDH);
}

static void avic_eoi(unsigned int irq)
{
}

static void avic_mask(unsigned int irq)
{
	io_write32(avic, INTDISNUM, irq - EXEN_IRQ_LINE);
}

static void avic_unmask(unsigned int irq)
{
	io_write32(avic, INTENNUM, irq - EXEN_IRQ_LINE);
}

static void avic_upcall_raise(void)
{
	io_write32(avic, INTENNUM, LINE_UPCALL);
}

static unsigned int avic_upcall_ack(void)
{
	io_write32(avic, INTDISNUM, LINE_UPCALL);
	return EXEN_IRQ_NONE;
}

const struct irqchip_ops avic_ops = {
	.name = "AVIC",
	.nr_irqs = EXEN_IRQ_LINE + 64,
	.upcall_irq = EXEN_IRQ_LINE + LINE_UPCALL,
	.init = avic_init,
	.ack = avic_ack,
	.is_pending = avic_is_pending,
	.eoi = avic_eoi,
	.mask = avic_mask,
	.unmask = avic_unmask,
	.upcall_raise = avic_upcall_raise,
	.upcall_ack = avic_upcall_ack,
};
