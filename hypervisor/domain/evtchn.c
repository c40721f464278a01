/* SPDX-License-Identifier: Apache-2.0 */
/* Event channels: ports, their pending state, and how a guest comes to see it. */
#include <errno.h>

#include <exen/arch.h>
#include <exen/irq.h>
#include <exen/string.h>

#include "evtchn.h"

static struct evtchn_table tables[MAX_DOMAINS];

/* The shared bitmaps in words of 32 bits: the guest's are little-endian 64-bit words. */
static uint32_t *shared_pending(const struct domain *d)
{
	return (uint32_t *)d->shared_info->evtchn_pending;
}

static uint32_t *shared_mask(const struct domain *d)
{
	return (uint32_t *)d->shared_info->evtchn_mask;
}

void evtchn_init(struct domain *d)
{
	d->evtchn = &tables[d->domid];
	memset(d->evtchn, 0, sizeof(*d->evtchn));
	d->evtchn->port[0].state = EVTCHN_RESERVED;
}

int evtchn_alloc(struct domain *d)
{
	struct evtchn *port = d->evtchn->port;

	for (int i = 1; i < MAX_EVTCHN_PORTS; i++) {
		if (port[i].state == EVTCHN_CLOSED) {
			port[i].notify_vcpu = 0;
			return i;
		}
	}
	return -ENOSPC;
}

int evtchn_bind_hypervisor(struct domain *d, evtchn_notify_fn notify)
{
	const int port = evtchn_alloc(d);

	if (port > 0) {
		d->evtchn->port[port].state = EVTCHN_HYPERVISOR;
		d->evtchn->port[port].u.notify = notify;
	}
	return port;
}

/* Rare, and kept out of evtchn_raise()'s way. */
static __attribute__((noinline)) void wake_poller(struct vcpu *v, evtchn_port_t port)
{
	bool is_wanted = v->poll_nr == 0;

	for (uint32_t i = 0; i < v->poll_nr; i++)
		is_wanted |= v->poll_port[i] == port;
	if (is_wanted)
		sched_wake(v);
}

/*
 * Records the event and makes the guest call irq_ack, where it is published.  That must happen also
 * if the guest has masked the port: when it unmasks a port of its own vcpu without a hypercall, as
 * Linux does, it looks for the pending bit in shared_info, and an event that had not got there would
 * be lost.
 */
void evtchn_raise(struct domain *d, evtchn_port_t port)
{
	struct evtchn_table *t = d->evtchn;
	const unsigned int id = t->port[port].notify_vcpu;
	struct evtchn_vcpu *events = &t->vcpu[id];
	struct vcpu *v = &d->vcpu[id];

	if (d->state != DOMAIN_RUNNING)
		return;
	events->words |= BIT(port / 32);
	events->pending[port / 32] |= BIT(port % 32);
	vcpu_irq_raise(v, EXEN_IRQ_EVTCHN);
	if (v->state == VCPU_POLLING)
		wake_poller(v, port);
}

/*
 * Why not at once, in evtchn_raise()?  A guest built for a CPU without ldrex changes a word of
 * shared_info by load, modify, store with IRQs masked, and physical interrupts enter the hypervisor
 * all the same (they are FIQs).  If another vcpu's hypercall wrote the word between that load and
 * that store, the guest's store would wipe the event out.  Inside the guest's own call it cannot be
 * between them.  So nobody else may write evtchn_pending, evtchn_pending_sel and
 * evtchn_upcall_pending; only evtchn_publish(), evtchn_unmask() and evtchn_close() do, all in calls of
 * the domain's own.  (The same holds for guests with ldrex: it costs them nothing.)
 */
bool evtchn_publish(struct vcpu *v)
{
	struct evtchn_vcpu *events = &v->domain->evtchn->vcpu[v->id];
	struct vcpu_info *info = vcpu_info(v);
	uint32_t *pending = shared_pending(v->domain);
	const uint32_t *mask = shared_mask(v->domain);
	uint32_t words = events->words;

	events->words = 0;
	for (; words; words &= words - 1) {
		const unsigned int word = (unsigned int)__builtin_ctz(words);
		const uint32_t fresh = events->pending[word] & ~pending[word];

		events->pending[word] = 0;
		pending[word] |= fresh;
		if (fresh & ~mask[word]) {
			info->evtchn_pending_sel |= (xen_ulong_t)1 << (word / 2);
			info->evtchn_upcall_pending = 1;
		}
	}
	return info->evtchn_upcall_pending;
}

static void forget_recorded(struct evtchn_vcpu *events, evtchn_port_t port)
{
	events->pending[port / 32] &= ~BIT(port % 32);
	if (!events->pending[port / 32])
		events->words &= ~BIT(port / 32);
}

/* An event that is neither published nor recorded any more.  Call of the domain's own. */
static void forget_pending(struct domain *d, evtchn_port_t port)
{
	for (unsigned int id = 0; id < MAX_VCPUS; id++)
		forget_recorded(&d->evtchn->vcpu[id], port);
	shared_pending(d)[port / 32] &= ~BIT(port % 32);
}

static bool is_recorded(const struct domain *d, evtchn_port_t port)
{
	const unsigned int id = d->evtchn->port[port].notify_vcpu;

	return d->evtchn->vcpu[id].pending[port / 32] & BIT(port % 32);
}

bool evtchn_is_pending(const struct domain *d, evtchn_port_t port)
{
	return is_recorded(d, port) || (shared_pending(d)[port / 32] & BIT(port % 32));
}

void evtchn_unmask(struct vcpu *v, evtchn_port_t port)
{
	struct domain *d = v->domain;
	struct vcpu *target = &d->vcpu[d->evtchn->port[port].notify_vcpu];
	struct vcpu_info *info = vcpu_info(target);
	const unsigned int word = port / 32;
	const uint32_t bit = BIT(port % 32);

	shared_mask(d)[word] &= ~bit;
	if (is_recorded(d, port)) {
		forget_recorded(&d->evtchn->vcpu[target->id], port);
		shared_pending(d)[word] |= bit;
	}
	if (!(shared_pending(d)[word] & bit))
		return;
	info->evtchn_pending_sel |= (xen_ulong_t)1 << (word / 2);
	info->evtchn_upcall_pending = 1;
	vcpu_irq_raise(target, EXEN_IRQ_EVTCHN);
}

void evtchn_set_vcpu(struct domain *d, evtchn_port_t port, unsigned int vcpu)
{
	const bool recorded = is_recorded(d, port);

	if (recorded)
		forget_recorded(&d->evtchn->vcpu[d->evtchn->port[port].notify_vcpu], port);
	d->evtchn->port[port].notify_vcpu = (uint8_t)vcpu;
	if (recorded)
		evtchn_raise(d, port);
}

/* -- sources -- */

bool virq_is_global(unsigned int virq)
{
	return virq != VIRQ_TIMER && virq != VIRQ_DEBUG && virq != VIRQ_XENOPROF &&
	       virq != VIRQ_XENPMU;
}

void virq_raise(struct domain *d, unsigned int virq)
{
	const evtchn_port_t port = virq_is_global(virq) ? d->evtchn->global_virq[virq] :
							   virq_port(&d->vcpu[0], virq);

	if (port)
		evtchn_raise(d, port);
}

bool evtchn_pirq_raise(struct domain *d, unsigned int irq)
{
	const uint16_t port = d->evtchn->pirq[irq];

	if (port)
		evtchn_raise(d, port);
	return port;
}

/* -- end -- */

/* What was bound to the port is free again. */
static void unbind(struct domain *d, const struct evtchn *chn)
{
	struct evtchn_table *t = d->evtchn;

	switch (chn->state) {
	case EVTCHN_INTERDOMAIN:
		chn->u.peer->evtchn->port[chn->source].state = EVTCHN_UNBOUND;
		chn->u.peer->evtchn->port[chn->source].u.allowed = d->domid;
		break;
	case EVTCHN_PIRQ:
		irq_line_mask(chn->source - EXEN_IRQ_LINE);
		t->pirq[chn->source] = 0;
		break;
	case EVTCHN_VIRQ:
		if (virq_is_global(chn->source))
			t->global_virq[chn->source] = 0;
		else
			t->vcpu_virq[chn->notify_vcpu][chn->source] = 0;
		break;
	default:
		break;
	}
}

/* The shared pending bit goes too: a later user of the port number would never get an event. */
void evtchn_close(struct domain *d, evtchn_port_t port)
{
	struct evtchn *chn = &d->evtchn->port[port];

	/* A channel to itself: closing an end leaves the other, as between two domains. */
	unbind(d, chn);
	forget_pending(d, port);
	chn->state = EVTCHN_CLOSED;
}

void evtchn_end(struct domain *d)
{
	for (evtchn_port_t port = 1; port < MAX_EVTCHN_PORTS; port++) {
		if (d->evtchn->port[port].state != EVTCHN_CLOSED)
			evtchn_close(d, port);
	}
}
