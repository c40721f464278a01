/* SPDX-License-Identifier: Apache-2.0 */
/* Physical interrupts: the hypervisor's own (clock, console) and the domains' lines. */
#include <errno.h>

#include <asm/mmu.h>
#include <asm/percpu.h>
#include <exen/board.h>
#include <exen/bug.h>
#include <exen/domain.h>
#include <exen/irq.h>

/* Who gets an interrupt.  Interrupts masked. */
static struct irq_action {
	void (*handler)(void);		/* the hypervisor's own, or */
	struct domain *owner;		/* the domain's */
	bool edge;			/* the line needs no masking until the owner has handled it */
	bool masked;			/* by the owner */
	unsigned int count;
} action[EXEN_NR_IRQS];

static const struct irqchip_ops *chip;
static bool is_fiq;
uint32_t (*irq_is_pending)(void);

bool irq_is_fiq(void)
{
	return is_fiq;
}

void irq_register(unsigned int irq, void (*handler)(void))
{
	action[irq].handler = handler;
	chip->unmask(irq);
}

static struct irq_action *line_action(unsigned int line)
{
	return &action[EXEN_IRQ_LINE + line];
}

bool irq_is_assignable(unsigned int irq)
{
	return irq >= EXEN_IRQ_LINE && irq < chip->nr_irqs && irq != chip->upcall_irq && !action[irq].handler;
}

int irq_line_assign(unsigned int line, struct domain *owner)
{
	struct irq_action *a;

	if (!irq_is_assignable(EXEN_IRQ_LINE + line))
		return -EBUSY;
	a = line_action(line);
	if (a->owner && a->owner != owner)
		return -EBUSY;
	a->owner = owner;
	a->masked = true;
	return 0;
}

void irq_line_unmask(unsigned int line)
{
	line_action(line)->masked = false;
	chip->unmask(EXEN_IRQ_LINE + line);
}

void irq_line_mask(unsigned int line)
{
	line_action(line)->masked = true;
	chip->mask(EXEN_IRQ_LINE + line);
}

void irq_line_eoi(unsigned int line)
{
	const struct irq_action *a = line_action(line);

	if (!a->edge && !a->masked)
		chip->unmask(EXEN_IRQ_LINE + line);
}

int irq_line_set_type(unsigned int line, unsigned int type)
{
	int rc = type == 4 ? 0 : -EINVAL;

	if (chip->set_type)
		rc = chip->set_type(EXEN_IRQ_LINE + line, type);
	if (!rc)
		line_action(line)->edge = type == 1 || type == 2;
	return rc;
}

static void handle(unsigned int irq)
{
	struct irq_action *a = &action[irq];

	a->count++;
	if (a->handler) {
		a->handler();
		chip->eoi(irq);
		return;
	}
	if (!a->edge || !a->owner)
		chip->mask(irq);	/* a level stays asserted until the owner has handled it */
	chip->eoi(irq);
	if (a->owner)
		vcpu_physical_irq(a->owner, irq - EXEN_IRQ_LINE);
}

bool irq_handle_one(void)
{
	const unsigned int irq = chip->ack();

	if (irq == EXEN_IRQ_NONE)
		return false;
	if (irq < 16) {		/* our own upcall; raised again on the way out if it is still needed */
		percpu.upcall_raised = 0;
		percpu.exit_work |= EXIT_UPCALL;
	} else {
		handle(irq);
	}
	return true;
}

void irq_upcall_raise(void)
{
	if (percpu.upcall_raised)
		return;
	percpu.upcall_raised = 1;
	chip->upcall_raise();
}

void irq_upcall_ack(void)
{
	unsigned int irq;

	if (!percpu.upcall_raised)
		return;
	percpu.upcall_raised = 0;
	while ((irq = chip->upcall_ack()) != EXEN_IRQ_NONE)
		handle(irq);
}

unsigned int irq_count(unsigned int irq)
{
	return irq < EXEN_NR_IRQS ? action[irq].count : 0;
}

void irq_init(void)
{
	volatile void *base[2] = { NULL, NULL };

	for (unsigned int i = 0; i < 2; i++) {
		if (board->irqchip.base[i])
			base[i] = device_map(board->irqchip.base[i]);
	}
	chip = board->irqchip.ops;
	irq_is_pending = chip->is_pending;
	is_fiq = chip->init(base[0], base[1]);
}
