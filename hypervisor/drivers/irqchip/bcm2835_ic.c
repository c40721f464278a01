/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupt controller of BCM2835 (BCM2835 ARM Peripherals, chapter 7).  Line n of bank b is line
 * 32 * b + n: bank 0 are the ARM's own 8, banks 1 and 2 those that it shares with the GPU.
 *
 * It routes one line as FIQ: that of the hypervisor's clock, channel 3 of the system timer, so that
 * a guest that masks interrupts is still preempted.  All others arrive as IRQ.  The upcall is a
 * channel that nobody else uses, which is left expired for ever and whose line is enabled on demand.
 */
#include <exen/io.h>
#include <exen/irqchip.h>
#include "exen.h"

#define IC_PENDING	0x00		/* + 4 * bank */
#define IC_FIQ_CONTROL	0x0c
#define IC_ENABLE_1	0x10
#define IC_ENABLE_BASIC	0x18
#define IC_DISABLE	0x0c		/* from the register that enables to the one that disables */
#define FIQ_ENABLE	BIT(7)
#define BASIC_OWN	0xffu		/* the rest of bank 0's register repeats the others */
#define NR_BANKS	3

#define TIMER_CS	0x00
#define TIMER_CLO	0x04
#define TIMER_C0	0x0c

#define CHANNEL_UPCALL	1u
#define CHANNEL_CLOCK	3u
#define IRQ_BANK_1	(EXEN_IRQ_LINE + 32)
#define IRQ_UPCALL	(IRQ_BANK_1 + CHANNEL_UPCALL)
#define IRQ_CLOCK	(IRQ_BANK_1 + CHANNEL_CLOCK)

#define EXPIRE_US	100

static volatile void *ic, *timer;

static uint32_t enable_reg(unsigned int irq)
{
	const unsigned int bank = irq / 32 - 1;

	return bank ? IC_ENABLE_1 + 4 * (bank - 1) : IC_ENABLE_BASIC;
}

static void bcm2835_mask(unsigned int irq)
{
	io_write32(ic, enable_reg(irq) + IC_DISABLE, BIT(irq % 32));
}

static void bcm2835_unmask(unsigned int irq)
{
	if (irq == IRQ_CLOCK)
		io_write32(ic, IC_FIQ_CONTROL, FIQ_ENABLE | CHANNEL_CLOCK);
	else
		io_write32(ic, enable_reg(irq), BIT(irq % 32));
}

static bool bcm2835_init(volatile void *base, volatile void *system_timer)
{
	ic = base;
	timer = system_timer;
	io_write32(ic, IC_FIQ_CONTROL, 0);
	for (unsigned int bank = 0; bank < NR_BANKS; bank++)
		io_write32(ic, enable_reg(EXEN_IRQ_LINE + 32 * bank) + IC_DISABLE, ~0u);
	io_write32(timer, TIMER_C0 + 4 * CHANNEL_UPCALL, io_read32(timer, TIMER_CLO) + EXPIRE_US);
	return false;
}

static uint32_t pending_in(unsigned int bank)
{
	return io_read32(ic, IC_PENDING + 4 * bank) & (bank ? ~0u : BASIC_OWN);
}

static uint32_t bcm2835_is_pending(void)
{
	return (io_read32(timer, TIMER_CS) & BIT(CHANNEL_CLOCK)) | pending_in(0) |
	       (pending_in(1) & ~BIT(CHANNEL_UPCALL)) | pending_in(2);
}

static unsigned int bcm2835_ack(void)
{
	if (io_read32(timer, TIMER_CS) & BIT(CHANNEL_CLOCK))
		return IRQ_CLOCK;
	for (unsigned int bank = 0; bank < NR_BANKS; bank++) {
		const uint32_t pending = pending_in(bank);
		unsigned int irq;

		if (!pending)
			continue;
		irq = EXEN_IRQ_LINE + 32 * bank + (unsigned int)__builtin_ctz(pending);
		if (irq != IRQ_UPCALL)
			return irq;
		bcm2835_mask(IRQ_UPCALL);
		return 0;
	}
	return EXEN_IRQ_NONE;
}

static void bcm2835_eoi(unsigned int irq)
{
}

static void bcm2835_upcall_raise(void)
{
	bcm2835_unmask(IRQ_UPCALL);
}

static unsigned int bcm2835_upcall_ack(void)
{
	bcm2835_mask(IRQ_UPCALL);
	return EXEN_IRQ_NONE;
}

const struct irqchip_ops bcm2835_ic_ops = {
	.name = "BCM2835",
	.nr_irqs = EXEN_IRQ_LINE + 32 * NR_BANKS,
	.upcall_irq = IRQ_UPCALL,
	.init = bcm2835_init,
	.ack = bcm2835_ack,
	.is_pending = bcm2835_is_pending,
	.eoi = bcm2835_eoi,
	.mask = bcm2835_mask,
	.unmask = bcm2835_unmask,
	.upcall_raise = bcm2835_upcall_raise,
	.upcall_ack = bcm2835_upcall_ack,
};
