/* SPDX-License-Identifier: Apache-2.0 */
/* Events reach a guest's shared_info only inside that guest's own calls (abi/exen.h). */
#include <string.h>

#include <exen/console.h>
#include <exen/irq.h>

#include "unit.h"

static struct shared_info copy;

static void remember(const struct domain *d)
{
	memcpy(&copy, d->shared_info, sizeof(copy));
}

/* Nothing that the guest changes by read-modify-write has changed. */
static bool is_untouched(const struct domain *d)
{
	const struct shared_info *s = d->shared_info;

	return !memcmp(s->evtchn_pending, copy.evtchn_pending, sizeof(copy.evtchn_pending)) &&
	       !memcmp(s->evtchn_mask, copy.evtchn_mask, sizeof(copy.evtchn_mask)) &&
	       s->vcpu_info[0].evtchn_pending_sel == copy.vcpu_info[0].evtchn_pending_sel &&
	       s->vcpu_info[0].evtchn_upcall_pending == copy.vcpu_info[0].evtchn_upcall_pending;
}

TEST(publish_not_by_the_sender)
{
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	remember(dom[2]);
	CHECK_EQ(send(dom[1], a), 0);
	CHECK(is_untouched(dom[2]));
	CHECK(vcpu_irq_pending(&dom[2]->vcpu[0]));
	CHECK_EQ(irq_ack(dom[2]), EXEN_IRQ_EVTCHN);
	CHECK(shared_bit(dom[2]->shared_info->evtchn_pending, b));
	CHECK_EQ(dom[2]->shared_info->vcpu_info[0].evtchn_pending_sel, 1ull << (b / 64));
	CHECK_EQ(dom[2]->shared_info->vcpu_info[0].evtchn_upcall_pending, 1);
}

/* Every source of events that isn't a call of the domain's own. */
TEST(publish_not_by_any_other_source)
{
	struct evtchn_bind_virq console = { .virq = VIRQ_CONSOLE }, timer = { .virq = VIRQ_TIMER };
	struct evtchn_bind_virq ended = { .virq = VIRQ_DOM_EXC };
	struct evtchn_bind_pirq pirq = { .pirq = OWNED_IRQ };
	struct vcpu_set_singleshot_timer shot = { .timeout_abs_ns = 2 * (ns_t)NS_PER_S };
	evtchn_port_t a, b;

	connect_domains(dom[0], dom[1], &a, &b);
	CHECK_EQ(EVTCHN(dom[0], bind_virq, &console), 0);
	CHECK_EQ(EVTCHN(dom[0], bind_virq, &timer), 0);
	CHECK_EQ(EVTCHN(dom[0], bind_virq, &ended), 0);
	CHECK_EQ(EVTCHN(dom[0], bind_pirq, &pirq), 0);
	CHECK_EQ(call_arg(dom[0], CALL_vcpu_op, VCPUOP_set_singleshot_timer, &shot, sizeof(shot)), 0);
	handle_events(dom[0]);
	remember(dom[0]);

	domain_console_input(dom[0], 'x');
	vcpu_physical_irq(dom[0], OWNED_IRQ - EXEN_IRQ_LINE);
	host_advance(5 * (ns_t)NS_PER_S);
	domain_shutdown(dom[1], SHUTDOWN_poweroff);	/* closes its end, raises VIRQ_DOM_EXC */
	wallclock_set(1234567890);
	CHECK(is_untouched(dom[0]));
	CHECK_EQ(handle_events(dom[0]), 1ull << console.port | 1ull << timer.port |
		 1ull << ended.port | 1ull << pirq.port);
}

TEST(publish_not_by_another_call_of_the_domain)
{
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	CHECK_EQ(send(dom[1], a), 0);
	remember(dom[2]);
	CHECK_EQ(send(dom[2], b), 0);
	CHECK_EQ(call(dom[2], CALL_sched_op, SCHEDOP_yield, 0, 0), 0);
	CHECK_EQ(call(dom[2], CALL_sched_op, SCHEDOP_block, 0, 0), 0);
	CHECK_EQ(call(dom[2], CALL_xen_version, XENVER_version, 0, 0), (4 << 16) | 17);
	CHECK(is_untouched(dom[2]));
}

/* What a guest without ldrex does, and what happens to it in between. */
TEST(publish_survives_a_read_modify_write_of_the_guest)
{
	volatile xen_ulong_t *word;
	evtchn_port_t a, b;
	xen_ulong_t loaded;

	connect_domains(dom[1], dom[2], &a, &b);
	word = &dom[2]->shared_info->evtchn_pending[0];
	loaded = *word;
	CHECK_EQ(send(dom[1], a), 0);		/* a FIQ, and the other domain runs */
	*word = loaded & ~(xen_ulong_t)2;
	CHECK_EQ(handle_events(dom[2]), 1ull << b);
}

TEST(publish_masked_event_is_recorded_but_no_upcall)
{
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	mask(dom[2], b);
	CHECK_EQ(send(dom[1], a), 0);
	CHECK_EQ(irq_ack(dom[2]), EXEN_IRQ_NONE);
	CHECK(shared_bit(dom[2]->shared_info->evtchn_pending, b));
	CHECK_EQ(dom[2]->shared_info->vcpu_info[0].evtchn_pending_sel, 0);
	CHECK_EQ(dom[2]->shared_info->vcpu_info[0].evtchn_upcall_pending, 0);
	CHECK_EQ(unmask(dom[2], b), 0);
	CHECK_EQ(handle_events(dom[2]), 1ull << b);
}

/* Linux: it clears the mask bit itself and looks for the pending bit; then it enables interrupts. */
TEST(publish_event_between_mask_and_unmask_without_hypercall)
{
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	mask(dom[2], b);
	CHECK_EQ(send(dom[1], a), 0);
	dom[2]->shared_info->evtchn_mask[0] = 0;
	CHECK(!shared_bit(dom[2]->shared_info->evtchn_pending, b));
	CHECK_EQ(handle_events(dom[2]), 1ull << b);
}

TEST(unmask_of_an_event_that_is_not_published_yet)
{
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	mask(dom[2], b);
	CHECK_EQ(send(dom[1], a), 0);
	CHECK_EQ(unmask(dom[2], b), 0);
	CHECK(!shared_bit(dom[2]->shared_info->evtchn_mask, b));
	CHECK(shared_bit(dom[2]->shared_info->evtchn_pending, b));
	CHECK_EQ(irq_ack(dom[2]), EXEN_IRQ_EVTCHN);
	dom[2]->shared_info->evtchn_pending[0] = 0;
	dom[2]->shared_info->vcpu_info[0].evtchn_upcall_pending = 0;
	CHECK_EQ(irq_ack(dom[2]), EXEN_IRQ_NONE);	/* once */
}

TEST(unmask_without_event_and_bad_ports)
{
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	mask(dom[2], b);
	CHECK_EQ(unmask(dom[2], b), 0);
	CHECK_EQ(irq_ack(dom[2]), EXEN_IRQ_NONE);
	CHECK_EQ(unmask(dom[2], 0), -EINVAL);
	CHECK_EQ(unmask(dom[2], MAX_EVTCHN_PORTS), -EINVAL);
	CHECK_EQ(unmask(dom[2], UINT32_MAX), -EINVAL);
}

TEST(publish_highest_port)
{
	struct evtchn_alloc_unbound op = { .dom = DOMID_SELF, .remote_dom = 2 };
	struct evtchn_bind_interdomain bind_op = { .remote_dom = 1 };

	while (EVTCHN(dom[1], alloc_unbound, &op) == 0)
		bind_op.remote_port = op.port;
	CHECK_EQ(bind_op.remote_port, MAX_EVTCHN_PORTS - 1);
	CHECK_EQ(EVTCHN(dom[2], bind_interdomain, &bind_op), 0);
	start_interrupts(dom[1]);
	CHECK_EQ(send(dom[2], bind_op.local_port), 0);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_EVTCHN);
	CHECK(shared_bit(dom[1]->shared_info->evtchn_pending, MAX_EVTCHN_PORTS - 1));
	CHECK_EQ(dom[1]->shared_info->vcpu_info[0].evtchn_pending_sel,
		 1ull << ((MAX_EVTCHN_PORTS - 1) / 64));
}

/* A guest that writes nonsense into its own shared page hurts itself only. */
TEST(publish_into_a_scribbled_page)
{
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	memset(dom[2]->shared_info, 0xff, sizeof(*dom[2]->shared_info));
	CHECK_EQ(send(dom[1], a), 0);
	CHECK_EQ(irq_ack(dom[2]), EXEN_IRQ_EVTCHN);
	CHECK_EQ(irq_ack(dom[2]), EXEN_IRQ_NONE);
	CHECK_EQ(send(dom[2], b), 0);
	CHECK_EQ(handle_events(dom[1]), 1ull << a);
}
