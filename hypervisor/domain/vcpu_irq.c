/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual interrupt controller: which interrupts of a vcpu are pending, and which it wants. */
#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/irq.h>
#include <exen/latency.h>

#include "evtchn.h"

static void update_deliverable(struct vcpu_irqs *irqs, unsigned int word)
{
	if (irqs->pending[word] & irqs->enabled[word])
		irqs->deliverable |= BIT(word);
	else
		irqs->deliverable &= ~BIT(word);
}

/* One that sleeps finds its interrupt when it runs again. */
static void notify(struct vcpu *v)
{
	if (v->state == VCPU_RUNNABLE)
		arch_vcpu_kick(v);
	else
		sched_wake(v);
}

void vcpu_irq_raise(struct vcpu *v, unsigned int irq)
{
	struct vcpu_irqs *irqs = &v->irqs;
	const unsigned int word = irq / 32;

	irqs->pending[word] |= BIT(irq % 32);
	if (!(irqs->enabled[word] & BIT(irq % 32)))
		return;
	irqs->deliverable |= BIT(word);
	latency_begin(v, LATENCY_HANDLER, 0);
	notify(v);
}

void vcpu_irq_clear(struct vcpu *v, unsigned int irq)
{
	v->irqs.pending[irq / 32] &= ~BIT(irq % 32);
	update_deliverable(&v->irqs, irq / 32);
}

void vcpu_irq_set_enabled(struct vcpu *v, unsigned int irq, bool enabled)
{
	uint32_t *word = &v->irqs.enabled[irq / 32];

	*word = enabled ? *word | BIT(irq % 32) : *word & ~BIT(irq % 32);
	update_deliverable(&v->irqs, irq / 32);
	if (vcpu_irq_pending(v))
		notify(v);
}

unsigned int vcpu_irq_take(struct vcpu *v)
{
	struct vcpu_irqs *irqs = &v->irqs;
	unsigned int word, bit;

	if (!irqs->deliverable)
		return EXEN_IRQ_NONE;
	word = (unsigned int)__builtin_ctz(irqs->deliverable);
	bit = (unsigned int)__builtin_ctz(irqs->pending[word] & irqs->enabled[word]);
	irqs->pending[word] &= ~BIT(bit);
	update_deliverable(irqs, word);
	return word * 32 + bit;
}

void vcpu_physical_irq(struct domain *owner, unsigned int line)
{
	if (owner->state != DOMAIN_RUNNING || evtchn_pirq_raise(owner, EXEN_IRQ_LINE + line))
		return;
	vcpu_irq_raise(&owner->vcpu[0], EXEN_IRQ_LINE + line);
}
