/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests are written with. */
#include <string.h>

#include "unit.h"

struct domain *dom[3];

void test_set_up(void)
{
	uint32_t irq_owned[VIRQ_WORDS] = { 0 };

	irq_owned[OWNED_IRQ / 32] = BIT(OWNED_IRQ % 32);
	host_reset();
	for (domid_t i = 0; i < 3; i++) {
		memset(host_ram(HOST_RAM_BASE + i * HOST_SLOT_SIZE, HOST_SLOT_SIZE), 0,
		       HOST_SLOT_SIZE);
		dom[i] = host_domain(i, i == 0, i == 0 ? irq_owned : NULL);
	}
}

/* -- a domain's side -- */

uint32_t page(const struct domain *d, unsigned int n)
{
	return d->slot.base + n * PAGE_SIZE;
}

void *page_ptr(const struct domain *d, unsigned int n)
{
	return host_ram(page(d, n), PAGE_SIZE);
}

uint32_t page_frame(const struct domain *d, unsigned int n)
{
	return page(d, n) >> PAGE_SHIFT;
}

int32_t call(struct domain *d, uint32_t nr, uint32_t a0, uint32_t a1, uint32_t a2)
{
	return host_call(&d->vcpu[0], nr, a0, a1, a2, 0, 0);
}

#define ARG_PAGE	256		/* where call_arg() puts the structure */

int32_t call_arg(struct domain *d, uint32_t nr, uint32_t cmd, void *arg, uint32_t size)
{
	/* The memory of a sleeping caller stays its own. */
	static unsigned int depth;
	const unsigned int n = ARG_PAGE + depth++;
	int32_t rc;

	memcpy(page_ptr(d, n), arg, size);
	rc = nr == CALL_vcpu_op ? call(d, nr, cmd, 0, page(d, n)) :
	     nr == CALL_platform_op ? call(d, nr, page(d, n), 0, 0) :
				      call(d, nr, cmd, page(d, n), 1);
	memcpy(arg, page_ptr(d, n), size);
	depth--;
	return rc;
}

uint32_t irq_ack(struct domain *d)
{
	return (uint32_t)call(d, CALL_irq_ack, 0, 0, 0);
}

void start_interrupts(struct domain *d)
{
	CHECK_EQ(call(d, CALL_exen_op, EXEN_OP_set_irq_vector, page(d, 0), 0), 0);
	CHECK_EQ(call(d, CALL_exen_op, EXEN_OP_irq_unmask, EXEN_IRQ_EVTCHN, 0), 0);
	CHECK_EQ(call(d, CALL_exen_op, EXEN_OP_irq_unmask, EXEN_IRQ_TIMER, 0), 0);
}

/* -- event channels -- */

evtchn_port_t alloc_unbound(struct domain *d, domid_t remote)
{
	struct evtchn_alloc_unbound op = { .dom = DOMID_SELF, .remote_dom = remote };

	CHECK_EQ(EVTCHN(d, alloc_unbound, &op), 0);
	return op.port;
}

int32_t bind(struct domain *d, domid_t remote, evtchn_port_t port, evtchn_port_t *local)
{
	struct evtchn_bind_interdomain op = { .remote_dom = remote, .remote_port = port };
	const int32_t rc = EVTCHN(d, bind_interdomain, &op);

	*local = op.local_port;
	return rc;
}

void connect_domains(struct domain *a, struct domain *b, evtchn_port_t *port_a, evtchn_port_t *port_b)
{
	*port_a = alloc_unbound(a, b->domid);
	CHECK_EQ(bind(b, a->domid, *port_a, port_b), 0);
	start_interrupts(a);
	start_interrupts(b);
	handle_events(b);
}

int32_t send(struct domain *d, evtchn_port_t port)
{
	struct evtchn_send op = { .port = port };

	return EVTCHN(d, send, &op);
}

int32_t close_port(struct domain *d, evtchn_port_t port)
{
	struct evtchn_close op = { .port = port };

	return EVTCHN(d, close, &op);
}

int32_t unmask(struct domain *d, evtchn_port_t port)
{
	struct evtchn_unmask op = { .port = port };

	return EVTCHN(d, unmask, &op);
}

uint32_t port_status(struct domain *d, evtchn_port_t port)
{
	struct evtchn_status op = { .dom = DOMID_SELF, .port = port };

	CHECK_EQ(EVTCHN(d, status, &op), 0);
	return op.status;
}

bool shared_bit(const xen_ulong_t *bitmap, evtchn_port_t port)
{
	return bitmap[port / 64] >> (port % 64) & 1;
}

void mask(struct domain *d, evtchn_port_t port)
{
	d->shared_info->evtchn_mask[port / 64] |= (xen_ulong_t)1 << (port % 64);
}

uint64_t handle_events(struct domain *d)
{
	struct shared_info *s = d->shared_info;
	uint64_t events = 0;

	while (irq_ack(d) != EXEN_IRQ_NONE) {
		if (!s->vcpu_info[0].evtchn_upcall_pending)
			continue;
		s->vcpu_info[0].evtchn_upcall_pending = 0;
		s->vcpu_info[0].evtchn_pending_sel = 0;
		events |= s->evtchn_pending[0] & ~s->evtchn_mask[0];
		for (unsigned int i = 0; i < 64; i++)
			s->evtchn_pending[i] &= s->evtchn_mask[i];
	}
	return events;
}

/* -- grants -- */

struct grant_entry_v1 *grant_entry(const struct domain *d, grant_ref_t ref)
{
	return &d->gnttab->entry[ref];
}

void grant(struct domain *d, grant_ref_t ref, domid_t to, uint32_t frame, bool is_readonly)
{
	*grant_entry(d, ref) = (struct grant_entry_v1){
		.flags = (uint16_t)(GTF_permit_access | (is_readonly ? GTF_readonly : 0)),
		.domid = to,
		.frame = frame,
	};
}

int map(struct domain *d, domid_t from, grant_ref_t ref, uint32_t flags,
	struct gnttab_map_grant_ref *result)
{
	*result = (struct gnttab_map_grant_ref){ .dom = from, .ref = ref, .flags = flags };
	CHECK_EQ(call_arg(d, CALL_grant_table_op, GNTTABOP_map_grant_ref, result,
			  sizeof(*result)), 0);
	return result->status;
}

int unmap(struct domain *d, grant_handle_t handle)
{
	struct gnttab_unmap_grant_ref op = { .handle = handle };

	CHECK_EQ(call_arg(d, CALL_grant_table_op, GNTTABOP_unmap_grant_ref, &op, sizeof(op)), 0);
	return op.status;
}
