/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupt controller of Allwinner A10 (A10 User Manual, interrupt controller): 95 lines, routed as
 * FIQ by the select registers, unless the loader has left the secure state, where alone FIQ can be
 * unmasked.  The upcall is the line of a timer that nobody else uses, left as IRQ; the timer is left
 * expired for ever and its line is enabled on demand.
 *
 * QEMU's model looks at the mask registers only, the manual wants enable registers, too; and QEMU
 * shows lines that are not enabled, and those for FIQ, among the pending ones for IRQ.
 */
#include <exen/arch.h>
#include <exen/io.h>
#include <exen/irqchip.h>
#include "exen.h"

#define INTC_IRQ_PEND	0x10		/* each + 4 * (line / 32) */
#define INTC_FIQ_PEND	0x20
#define INTC_SELECT	0x30
#define INTC_EN		0x40
#define INTC_MASK	0x50
#define NR_BANKS	3

#define TIMER_IRQ_EN	0x00
#define TIMER3_CTRL	0x40
#define TIMER3_INTV	0x44
#define CTRL_ONESHOT	BIT(7)
#define CTRL_OSC24M	BIT(2)
#define CTRL_RELOAD	BIT(1)
#define CTRL_EN		BIT(0)

#define LINE_UPCALL	25u		/* timer 3 */
#define IRQ_UPCALL	(EXEN_IRQ_LINE + LINE_UPCALL)

static volatile void *intc;
static uint32_t enabled[NR_BANKS];	/* interrupts masked */

static void write_enable(unsigned int bank, uint32_t value)
{
	io_write32(intc, INTC_EN + 4 * bank, value);
	io_write32(intc, INTC_MASK + 4 * bank, ~value);
}

static void sun4i_mask(unsigned int irq)
{
	const unsigned int bank = irq / 32 - 1;

	enabled[bank] &= ~BIT(irq % 32);
	write_enable(bank, enabled[bank]);
}

static void sun4i_unmask(unsigned int irq)
{
	const unsigned int bank = irq / 32 - 1;

	enabled[bank] |= BIT(irq % 32);
	write_enable(bank, enabled[bank]);
}

static bool sun4i_init(volatile void *base, volatile void *timer)
{
	const bool fiq = arch_fiq_exists();

	intc = base;
	for (unsigned int bank = 0; bank < NR_BANKS; bank++) {
		write_enable(bank, 0);
		io_write32(intc, INTC_SELECT + 4 * bank,
			   fiq ? ~(bank ? 0 : BIT(LINE_UPCALL)) : 0);
	}
	io_write32(timer, TIMER3_INTV, 1);
	io_write32(timer, TIMER3_CTRL, CTRL_ONESHOT | CTRL_OSC24M | CTRL_RELOAD | CTRL_EN);
	io_write32(timer, TIMER_IRQ_EN, BIT(3));
	return fiq;
}

/* The upcall is not counted. */
static uint32_t pending_in(unsigned int bank)
{
	return (io_read32(intc, INTC_FIQ_PEND + 4 * bank) | io_read32(intc, INTC_IRQ_PEND + 4 * bank)) &
	       enabled[bank] & ~(bank ? 0 : BIT(LINE_UPCALL));
}

static uint32_t sun4i_is_pending(void)
{
	uint32_t pending = 0;

	for (unsigned int bank = 0; bank < NR_BANKS; bank++)
		pending |= pending_in(bank);
	return pending;
}

static unsigned int sun4i_ack(void)
{
	for (unsigned int bank = 0; bank < NR_BANKS; bank++) {
		const uint32_t pending = pending_in(bank);

		if (pending)
			return EXEN_IRQ_LINE + 32 * bank + (unsigned int)__builtin_ctz(pending);
	}
	if (!(enabled[0] & BIT(LINE_UPCALL)))
		return EXEN_IRQ_NONE;
	sun4i_mask(IRQ_UPCALL);
	return 0;
}

static void sun4i_eoi(unsigned int irq)
{
}

static void sun4i_upcall_raise(void)
{
	sun4i_unmask(IRQ_UPCALL);
}

static unsigned int sun4i_upcall_ack(void)
{
	sun4i_mask(IRQ_UPCALL);
	return EXEN_IRQ_NONE;
}

const struct irqchip_ops sun4i_ic_ops = {
	.name = "Allwinner A10",
	.nr_irqs = EXEN_IRQ_LINE + 32 * NR_BANKS,
	.upcall_irq = IRQ_UPCALL,
	.init = sun4i_init,
	.ack = sun4i_ack,
	.is_pending = sun4i_is_pending,
	.eoi = sun4i_eoi,
	.mask = sun4i_mask,
	.unmask = sun4i_unmask,
	.upcall_raise = sun4i_upcall_raise,
	.upcall_ack = sun4i_upcall_ack,
};
