// SPDX-License-Identifier: GPL-2.0
/*
 * EmbeddedXEN's paravirtual interrupt controller, "exen,pv-intc".
 *
 * Numbers are those of a GIC: 16..31 per CPU, 32.. the board's lines.  A device tree that was made
 * for a GIC keeps its specifiers (three cells); one made for a controller with numbered lines
 * only keeps its single cell, or two where lines are counted in banks of 32.
 */
#define pr_fmt(fmt) "EmbeddedXEN: " fmt

#include <linux/init.h>
#include <linux/irq.h>
#include <linux/irqchip.h>
#include <linux/irqdomain.h>
#include <linux/of.h>

#include <asm/exception.h>
#include <asm/mach/irq.h>
#include <asm/xen/exen.h>

#define EXEN_IRQ_PERCPU	16
#define EXEN_IRQ_BANK	32

static struct irq_domain *exen_irq_domain __ro_after_init;

static void exen_irq_mask(struct irq_data *d)
{
	HYPERVISOR_exen_op(EXEN_OP_irq_mask, irqd_to_hwirq(d), 0);
}

static void exen_irq_unmask(struct irq_data *d)
{
	int rc = HYPERVISOR_exen_op(EXEN_OP_irq_unmask, irqd_to_hwirq(d), 0);

	if (rc)
		pr_warn_once("interrupt %lu refused: %d\n", irqd_to_hwirq(d), rc);
}

static void exen_irq_eoi(struct irq_data *d)
{
	HYPERVISOR_exen_irq_eoi(irqd_to_hwirq(d));
}

static int exen_irq_set_type(struct irq_data *d, unsigned int type)
{
	return HYPERVISOR_exen_op(EXEN_OP_irq_set_type, irqd_to_hwirq(d), type);
}

/* The board's lines. */
static struct irq_chip exen_line_chip = {
	.name		= "EXEN",
	.irq_mask	= exen_irq_mask,
	.irq_unmask	= exen_irq_unmask,
	.irq_eoi	= exen_irq_eoi,
	.irq_set_type	= exen_irq_set_type,
	.flags		= IRQCHIP_SET_TYPE_MASKED | IRQCHIP_SKIP_SET_WAKE |
			  IRQCHIP_MASK_ON_SUSPEND,
};

/* The hypervisor's own: one timer and one event channel upcall a vcpu, no type, no end. */
static struct irq_chip exen_percpu_chip = {
	.name		= "EXEN",
	.irq_mask	= exen_irq_mask,
	.irq_unmask	= exen_irq_unmask,
	.flags		= IRQCHIP_SKIP_SET_WAKE,
};

static int exen_irq_translate(struct irq_domain *domain, struct irq_fwspec *fwspec,
			      unsigned long *hwirq, unsigned int *type)
{
	u32 last = fwspec->param[fwspec->param_count - 1];

	*type = IRQ_TYPE_NONE;
	if (fwspec->param_count < 3) {
		if (fwspec->param[0] & EXEN_IRQ_CELL_PERCPU)
			*hwirq = last & (EXEN_IRQ_LINE - 1);
		else if (fwspec->param_count == 1)
			*hwirq = EXEN_IRQ_LINE + last;
		else
			*hwirq = EXEN_IRQ_LINE + fwspec->param[0] * EXEN_IRQ_BANK + last;
		return 0;
	}
	if (fwspec->param_count != 3 || fwspec->param[0] > 1)
		return -EINVAL;
	*hwirq = fwspec->param[1] + (fwspec->param[0] ? EXEN_IRQ_PERCPU : EXEN_IRQ_LINE);
	*type = fwspec->param[2] & IRQ_TYPE_SENSE_MASK;
	return 0;
}

static void exen_irq_set_up(struct irq_domain *domain, unsigned int virq, irq_hw_number_t hwirq)
{
	if (hwirq < EXEN_IRQ_LINE) {
		irq_set_percpu_devid(virq);
		irq_domain_set_info(domain, virq, hwirq, &exen_percpu_chip, NULL,
				    handle_percpu_devid_irq, NULL, NULL);
	} else {
		irq_domain_set_info(domain, virq, hwirq, &exen_line_chip, NULL,
				    handle_fasteoi_irq, NULL, NULL);
		irq_set_probe(virq);
	}
}

static int exen_irq_alloc(struct irq_domain *domain, unsigned int virq, unsigned int nr_irqs,
			  void *arg)
{
	irq_hw_number_t hwirq;
	unsigned int type, i;
	int rc;

	rc = exen_irq_translate(domain, arg, &hwirq, &type);
	if (rc)
		return rc;
	if (hwirq < EXEN_IRQ_PERCPU || hwirq >= EXEN_NR_IRQS || nr_irqs > EXEN_NR_IRQS - hwirq)
		return -EINVAL;
	for (i = 0; i < nr_irqs; i++)
		exen_irq_set_up(domain, virq + i, hwirq + i);
	return 0;
}

/* Hierarchical, because the i.MX6's power controller stacks its own domain on it. */
static const struct irq_domain_ops exen_irq_domain_ops = {
	.translate	= exen_irq_translate,
	.alloc		= exen_irq_alloc,
	.free		= irq_domain_free_irqs_top,
};

static void __exception_irq_entry exen_handle_irq(struct pt_regs *regs)
{
	unsigned int hwirq;

	while ((hwirq = HYPERVISOR_exen_irq_ack()) != EXEN_IRQ_NONE) {
		if (generic_handle_domain_irq(exen_irq_domain, hwirq)) {
			ack_bad_irq(hwirq);
			if (hwirq >= EXEN_IRQ_LINE)
				HYPERVISOR_exen_irq_eoi(hwirq);
		}
	}
}

static int __init exen_irq_of_init(struct device_node *node, struct device_node *parent)
{
	if (!exen_running())
		return -ENODEV;
	exen_irq_domain = irq_domain_add_linear(node, EXEN_NR_IRQS, &exen_irq_domain_ops, NULL);
	if (!exen_irq_domain)
		return -ENOMEM;
	irq_set_default_host(exen_irq_domain);
	set_handle_irq(exen_handle_irq);
	return 0;
}
IRQCHIP_DECLARE(exen_pv_intc, "exen,pv-intc", exen_irq_of_init);
