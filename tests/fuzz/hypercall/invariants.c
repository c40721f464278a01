/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold whatever guests do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evtchn.h"
#include "fuzz.h"
#include "gnttab.h"

#define MUST(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #cond); \
			abort(); \
		} \
	} while (0)

static void check_ports(const struct domain *d)
{
	const struct evtchn_table *t = d->evtchn;

	MUST(t->port[0].state == EVTCHN_RESERVED);
	for (unsigned int i = 1; i < MAX_EVTCHN_PORTS; i++) {
		const struct evtchn *chn = &t->port[i], *other;

		switch (chn->state) {
		case EVTCHN_INTERDOMAIN:
			other = &chn->u.peer->evtchn->port[chn->source];
			MUST(chn->source && chn->source < MAX_EVTCHN_PORTS);
			MUST(other->state == EVTCHN_INTERDOMAIN);
			MUST(other->u.peer == d && other->source == i);
			break;
		case EVTCHN_VIRQ:
			MUST(t->global_virq[chn->source] == i ||
			     t->vcpu_virq[chn->notify_vcpu][chn->source] == i);
			break;
		case EVTCHN_PIRQ:
			MUST(domain_owns_irq(d, chn->source) && t->pirq[chn->source] == i);
			break;
		case EVTCHN_CLOSED:
			MUST(!(t->vcpu[0].pending[i / 32] & BIT(i % 32)));
			break;
		default:
			break;
		}
	}
	for (unsigned int word = 0; word < EVTCHN_WORDS; word++)
		MUST(!t->vcpu[0].pending[word] || (t->vcpu[0].words & BIT(word)));
}

/* What is recorded is going to be published: the interrupt that leads there is pending. */
static void check_interrupts(const struct domain *d)
{
	const struct vcpu_irqs *irqs = &d->vcpu[0].irqs;

	for (unsigned int word = 0; word < VIRQ_WORDS; word++)
		MUST(!(irqs->deliverable & BIT(word)) ==
		     !(irqs->pending[word] & irqs->enabled[word]));
	for (unsigned int word = 0; word < EVTCHN_WORDS; word++) {
		if (d->state == DOMAIN_RUNNING && d->evtchn->vcpu[0].pending[word])
			MUST(d->evtchn->vcpu[0].words & BIT(word));
	}
}

static unsigned int length_of_free_list(const struct gnttab *t)
{
	unsigned int n = 0;

	for (uint32_t i = t->free_map; i != MAX_GRANT_MAPS; i = t->map[i].frame) {
		MUST(i < MAX_GRANT_MAPS && t->map[i].domid == GRANT_MAP_FREE);
		MUST(++n <= MAX_GRANT_MAPS);
	}
	return n;
}

/* Every mapping is a pin of its owner's, and every pin a mapping. */
static void check_pins(const struct domain *owner)
{
	static grant_pin_t expected[NR_GRANT_REFS];
	unsigned int nr_pins = 0;

	memset(expected, 0, sizeof(expected));
	for (const struct domain *d = domain_next(NULL); d; d = domain_next(d)) {
		for (unsigned int i = 0; i < MAX_GRANT_MAPS; i++) {
			const struct grant_map *m = &d->gnttab->map[i];

			if (m->domid != owner->domid)
				continue;
			MUST(m->ref < NR_GRANT_REFS);
			MUST(slot_contains_frame(&owner->slot, m->frame));
			MUST(d->state == DOMAIN_RUNNING);
			expected[m->ref] += m->is_readonly ? PIN_READER : PIN_WRITER;
			nr_pins++;
		}
	}
	MUST(nr_pins == owner->gnttab->nr_pins);
	MUST(!memcmp(expected, owner->gnttab->pin, sizeof(expected)));
}

void check_invariants(void)
{
	for (const struct domain *d = domain_next(NULL); d; d = domain_next(d)) {
		check_ports(d);
		check_interrupts(d);
		check_pins(d);
		MUST(length_of_free_list(d->gnttab) == MAX_GRANT_MAPS - d->gnttab->nr_maps);
		for (unsigned int irq = 0; irq < EXEN_NR_IRQS; irq++)
			MUST(!domain_owns_irq(d, irq) ||
			     host_line(irq - EXEN_IRQ_LINE)->owner == d);
	}
}

/* -- the domain that does nothing -- */

#define PATTERN	0x5a

static uint8_t *bystander_ram(void)
{
	return host_ram(domain_by_id(BYSTANDER)->slot.base, HOST_SLOT_SIZE);
}

void prepare_bystander(void)
{
	static bool done;

	if (!done)
		memset(bystander_ram(), PATTERN, HOST_SLOT_SIZE);
	done = true;
}

/* Its memory is its own, and nobody writes what it would change by read-modify-write. */
void check_bystander(void)
{
	const struct domain *d = domain_by_id(BYSTANDER);
	const struct shared_info *s = d->shared_info;
	const uint8_t *ram = bystander_ram();

	MUST(ram[0] == PATTERN && !memcmp(ram, ram + 1, HOST_SLOT_SIZE - 1));
	MUST(!s->vcpu_info[0].evtchn_upcall_pending && !s->vcpu_info[0].evtchn_pending_sel);
	for (unsigned int i = 0; i < ARRAY_SIZE(s->evtchn_pending); i++)
		MUST(!s->evtchn_pending[i] && !s->evtchn_mask[i]);
}
