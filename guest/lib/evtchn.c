/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Event channels.  The hypervisor writes the pending words only inside a hypercall of this domain
 * (exen.h), so plain read-modify-write with IRQs masked is enough.
 */
#include <guest/cpu.h>
#include <guest/evtchn.h>
#include <guest/irq.h>
#include <guest/sched.h>
#include "internal.h"

#define BITS	(8 * sizeof(xen_ulong_t))

static struct shared_info *shared;
static evtchn_handler_t handlers[EVTCHN_MAX_PORTS];
static uint32_t counts[EVTCHN_MAX_PORTS];

int32_t hvm_param_get(uint32_t index, uint64_t *value)
{
	struct xen_hvm_param param = { .domid = DOMID_SELF, .index = index };
	const int32_t err = hvm_op(HVMOP_get_param, &param);

	if (!err)
		*value = param.value;
	return err;
}

void *shared_page(uint64_t pa)
{
	const struct exen_ops *ops = exen_ops();

	if (!pa || pa < ops->window_pa || pa - ops->window_pa >= ops->window_pa_size)
		return NULL;
	return (void *)(uintptr_t)(EXEN_WINDOW_BASE + ((uint32_t)pa - ops->window_pa));
}

static void evtchn_interrupt(uint32_t irq)
{
	(void)irq;
	evtchn_dispatch();
}

void evtchn_init(void)
{
	int32_t err;

	shared = shared_page((uint32_t)exen_op(EXEN_OP_get_info, EXEN_INFO_shared_info, 0));
	if (!shared)
		panic("no shared_info page");
	for (uint32_t i = 0; i < EVTCHN_MAX_PORTS / BITS; i++)
		shared->evtchn_mask[i] = ~(xen_ulong_t)0;
	irq_set_handler(EXEN_IRQ_EVTCHN, evtchn_interrupt);
	err = irq_unmask(EXEN_IRQ_EVTCHN);
	if (err)
		panic("unmasking the event interrupt: %d", err);
}

struct shared_info *shared_info(void)
{
	return shared;
}

static xen_ulong_t bit(evtchn_port_t port)
{
	return (xen_ulong_t)1 << (port % BITS);
}

static void dispatch_word(uint32_t word)
{
	xen_ulong_t pending = shared->evtchn_pending[word] & ~shared->evtchn_mask[word];

	while (pending) {
		const evtchn_port_t port = word * BITS + (uint32_t)__builtin_ctzll(pending);

		pending &= pending - 1;
		shared->evtchn_pending[word] &= ~bit(port);
		counts[port]++;
		if (handlers[port])
			handlers[port](port);
	}
}

void evtchn_dispatch(void)
{
	struct vcpu_info *vcpu = &shared->vcpu_info[0];
	xen_ulong_t selected;

	vcpu->evtchn_upcall_pending = 0;
	selected = vcpu->evtchn_pending_sel;
	vcpu->evtchn_pending_sel = 0;
	for (uint32_t word = 0; word < EVTCHN_MAX_PORTS / BITS; word++)
		if (selected & bit(word))
			dispatch_word(word);
}

/* A new port starts masked and with nothing left over from its last use. */
static int32_t port_opened(int32_t err, evtchn_port_t opened, evtchn_port_t *port)
{
	if (err)
		return err;
	if (opened >= EVTCHN_MAX_PORTS)
		panic("event channel port %u", opened);
	evtchn_mask(opened);
	evtchn_clear_pending(opened);
	handlers[opened] = NULL;
	counts[opened] = 0;
	*port = opened;
	return 0;
}

int32_t evtchn_alloc_unbound(domid_t remote, evtchn_port_t *port)
{
	struct evtchn_alloc_unbound op = { .dom = DOMID_SELF, .remote_dom = remote };
	const int32_t err = event_channel_op(EVTCHNOP_alloc_unbound, &op);

	return port_opened(err, op.port, port);
}

int32_t evtchn_bind_interdomain(domid_t remote, evtchn_port_t remote_port, evtchn_port_t *port)
{
	struct evtchn_bind_interdomain op = { .remote_dom = remote, .remote_port = remote_port };
	const int32_t err = event_channel_op(EVTCHNOP_bind_interdomain, &op);

	return port_opened(err, op.local_port, port);
}

int32_t evtchn_bind_virq(uint32_t virq, evtchn_port_t *port)
{
	struct evtchn_bind_virq op = { .virq = virq };
	const int32_t err = event_channel_op(EVTCHNOP_bind_virq, &op);

	return port_opened(err, op.port, port);
}

int32_t evtchn_bind_pirq(uint32_t pirq, evtchn_port_t *port)
{
	struct evtchn_bind_pirq op = { .pirq = pirq };
	const int32_t err = event_channel_op(EVTCHNOP_bind_pirq, &op);

	return port_opened(err, op.port, port);
}

int32_t evtchn_bind_ipi(evtchn_port_t *port)
{
	struct evtchn_bind_ipi op = { .vcpu = 0 };
	const int32_t err = event_channel_op(EVTCHNOP_bind_ipi, &op);

	return port_opened(err, op.port, port);
}

int32_t evtchn_close(evtchn_port_t port)
{
	struct evtchn_close op = { .port = port };

	return event_channel_op(EVTCHNOP_close, &op);
}

int32_t evtchn_send(evtchn_port_t port)
{
	struct evtchn_send op = { .port = port };

	return event_channel_op(EVTCHNOP_send, &op);
}

int32_t evtchn_status(domid_t dom, evtchn_port_t port, evtchn_status_t *status)
{
	*status = (evtchn_status_t){ .dom = dom, .port = port };
	return event_channel_op(EVTCHNOP_status, status);
}

void evtchn_set_handler(evtchn_port_t port, evtchn_handler_t handler)
{
	handlers[port] = handler;
}

void evtchn_unmask(evtchn_port_t port)
{
	struct evtchn_unmask op = { .port = port };
	const int32_t err = event_channel_op(EVTCHNOP_unmask, &op);

	if (err)
		panic("EVTCHNOP_unmask %u: %d", port, err);
}

void evtchn_mask(evtchn_port_t port)
{
	const uint32_t psr = irq_save();

	shared->evtchn_mask[port / BITS] |= bit(port);
	irq_restore(psr);
}

bool evtchn_is_pending(evtchn_port_t port)
{
	return *(volatile xen_ulong_t *)&shared->evtchn_pending[port / BITS] & bit(port);
}

void evtchn_clear_pending(evtchn_port_t port)
{
	const uint32_t psr = irq_save();

	shared->evtchn_pending[port / BITS] &= ~bit(port);
	irq_restore(psr);
}

uint32_t evtchn_count(evtchn_port_t port)
{
	return *(volatile uint32_t *)&counts[port];
}
