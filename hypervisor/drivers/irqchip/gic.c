/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ARM Generic Interrupt Controller, architecture version 1 with security extensions (IHI 0048A).
 *
 * In secure state every interrupt is in group 0 and signalled as FIQ; one software interrupt, in
 * group 1 and so signalled as IRQ, is the upcall to the guest.  It has the lowest priority, so that
 * an acknowledge never returns it while a group 0 interrupt is pending.  Without groups (the
 * register reads as zero) everything arrives as IRQ and the same software interrupt is the upcall.
 */
#include <errno.h>

#include <exen/io.h>
#include <exen/irqchip.h>
#include "config.h"
#include "exen.h"

#define GICD_CTLR	0x000
#define GICD_TYPER	0x004
#define GICD_IGROUPR	0x080
#define GICD_ISENABLER	0x100
#define GICD_ICENABLER	0x180
#define GICD_ICPENDR	0x280
#define GICD_IPRIORITYR	0x400
#define GICD_ITARGETSR	0x800
#define GICD_ICFGR	0xc00
#define GICD_SGIR	0xf00
#define GICC_CTLR	0x00
#define GICC_PMR	0x04
#define GICC_IAR	0x0c
#define GICC_EOIR	0x10
#define GICC_HPPIR	0x18

#define SGI_UPCALL	15u
#define SGIR_SELF	(2u << 24)
#define SGIR_NSATT	BIT(15)		/* forward only if the interrupt is in group 1 */
#define PRIORITY	0x80u
#define PRIORITY_UPCALL	0xf0u
#define FIRST_SPI	32u

static volatile void *dist, *cpuif;
static uint32_t upcall;		/* for GICD_SGIR */

static unsigned int nr_irqs(void)
{
	const unsigned int n = 32 * ((io_read32(dist, GICD_TYPER) & 31) + 1);

	return MIN(n, (unsigned int)EXEN_NR_IRQS);
}

static void gic_init_priorities(void)
{
	for (unsigned int i = 0; i < nr_irqs(); i += 4)
		io_write32(dist, GICD_IPRIORITYR + i, PRIORITY * 0x01010101u);
	io_write32(dist, GICD_IPRIORITYR + (SGI_UPCALL & ~3u),
		   PRIORITY * 0x00010101u | PRIORITY_UPCALL << 24);
	for (unsigned int i = FIRST_SPI; i < nr_irqs(); i += 4)
		io_write32(dist, GICD_ITARGETSR + i, 0x01010101);
}

static bool gic_init(volatile void *distributor, volatile void *cpu_interface)
{
	bool has_groups;

	dist = distributor;
	cpuif = cpu_interface;
	io_write32(dist, GICD_CTLR, 0);
	for (unsigned int i = 0; i < nr_irqs(); i += 32) {
		io_write32(dist, GICD_ICENABLER + i / 8, ~0u);
		io_write32(dist, GICD_ICPENDR + i / 8, ~0u);
		io_write32(dist, GICD_IGROUPR + i / 8, i || !CONFIG_FIQ ? 0 : BIT(SGI_UPCALL));
	}
	has_groups = io_read32(dist, GICD_IGROUPR) & BIT(SGI_UPCALL);
	upcall = SGIR_SELF | (has_groups ? SGIR_NSATT : 0) | SGI_UPCALL;
	gic_init_priorities();
	io_write32(dist, GICD_ISENABLER, BIT(SGI_UPCALL));
	io_write32(dist, GICD_CTLR, has_groups ? 3 : 1);
	io_write32(cpuif, GICC_PMR, 0xff);
	io_write32(cpuif, GICC_CTLR, has_groups ? 0xf : 1);	/* both groups, AckCtl, FIQEn */
	return has_groups;
}

static void gic_upcall_raise(void)
{
	io_write32(dist, GICD_SGIR, upcall);
}

static unsigned int gic_ack(void)
{
	const uint32_t iar = io_read32(cpuif, GICC_IAR);
	const unsigned int irq = iar & 0x3ff;

	if (irq >= 16)
		return irq < EXEN_NR_IRQS ? irq : EXEN_IRQ_NONE;
	io_write32(cpuif, GICC_EOIR, iar);
	return irq == SGI_UPCALL ? SGI_UPCALL : EXEN_IRQ_NONE;
}

/* An identifier from 1020 on stands for none.  AckCtl lets the register name the upcall, too. */
static uint32_t gic_is_pending(void)
{
	return ~io_read32(cpuif, GICC_HPPIR) & 0x3fc;
}

static void gic_eoi(unsigned int irq)
{
	io_write32(cpuif, GICC_EOIR, irq);
}

static void gic_mask(unsigned int irq)
{
	io_write32(dist, GICD_ICENABLER + irq / 32 * 4, BIT(irq % 32));
}

static void gic_unmask(unsigned int irq)
{
	io_write32(dist, GICD_ISENABLER + irq / 32 * 4, BIT(irq % 32));
}

static int gic_set_type(unsigned int irq, unsigned int type)
{
	const uint32_t reg = GICD_ICFGR + irq / 16 * 4;
	const uint32_t edge = 2u << (irq % 16 * 2);

	if (irq < FIRST_SPI || (type != 1 && type != 4))
		return -EINVAL;
	io_write32(dist, reg, type == 1 ? io_read32(dist, reg) | edge :
					  io_read32(dist, reg) & ~edge);
	return 0;
}

static unsigned int gic_upcall_ack(void)
{
	const unsigned int irq = gic_ack();

	return irq == SGI_UPCALL ? EXEN_IRQ_NONE : irq;
}

const struct irqchip_ops gic_ops = {
	.name = "GIC",
	.nr_irqs = EXEN_NR_IRQS,	/* registers of what is not there ignore writes */
	.init = gic_init,
	.ack = gic_ack,
	.is_pending = gic_is_pending,
	.eoi = gic_eoi,
	.mask = gic_mask,
	.unmask = gic_unmask,
	.set_type = gic_set_type,
	.upcall_raise = gic_upcall_raise,
	.upcall_ack = gic_upcall_ack,
};
