/* SPDX-License-Identifier: Apache-2.0 */
/* Event channels: ports and their connections. */
#include <string.h>

#include <exen/irq.h>

#include "unit.h"

TEST(evtchn_alloc_unbound)
{
	const evtchn_port_t port = alloc_unbound(dom[1], 2);
	struct evtchn_status status = { .dom = DOMID_SELF, .port = port };

	CHECK(port > 0 && port < MAX_EVTCHN_PORTS);
	CHECK_EQ(EVTCHN(dom[1], status, &status), 0);
	CHECK_EQ(status.status, EVTCHNSTAT_unbound);
	CHECK_EQ(status.u.unbound.dom, 2);
}

TEST(evtchn_alloc_unbound_for_another_domain)
{
	struct evtchn_alloc_unbound op = { .dom = 2, .remote_dom = 1 };

	CHECK_EQ(EVTCHN(dom[1], alloc_unbound, &op), -EPERM);
	CHECK_EQ(EVTCHN(dom[0], alloc_unbound, &op), 0);
	CHECK_EQ(port_status(dom[2], op.port), EVTCHNSTAT_unbound);
	op.dom = 5;
	CHECK_EQ(EVTCHN(dom[0], alloc_unbound, &op), -ESRCH);
	op.dom = DOMID_XEN;
	CHECK_EQ(EVTCHN(dom[0], alloc_unbound, &op), -ESRCH);
}

TEST(evtchn_ports_run_out)
{
	struct evtchn_alloc_unbound op = { .dom = DOMID_SELF, .remote_dom = 2 };
	struct evtchn_bind_virq virq = { .virq = VIRQ_DEBUG };
	struct evtchn_bind_ipi ipi = { .vcpu = 0 };
	struct evtchn_bind_interdomain bind_op = { .remote_dom = 2 };
	unsigned int n = 0;

	while (EVTCHN(dom[1], alloc_unbound, &op) == 0)
		n++;
	CHECK_EQ(n, MAX_EVTCHN_PORTS - 3);	/* port 0, xenstore, console */
	CHECK_EQ(EVTCHN(dom[1], alloc_unbound, &op), -ENOSPC);
	CHECK_EQ(EVTCHN(dom[1], bind_virq, &virq), -ENOSPC);
	CHECK_EQ(EVTCHN(dom[1], bind_ipi, &ipi), -ENOSPC);
	bind_op.remote_port = alloc_unbound(dom[2], 1);
	CHECK_EQ(EVTCHN(dom[1], bind_interdomain, &bind_op), -ENOSPC);
	CHECK_EQ(port_status(dom[2], bind_op.remote_port), EVTCHNSTAT_unbound);
	CHECK_EQ(close_port(dom[1], op.port), 0);
	CHECK_EQ(EVTCHN(dom[1], alloc_unbound, &op), 0);
}

TEST(evtchn_bind_interdomain)
{
	const evtchn_port_t remote = alloc_unbound(dom[1], 2);
	struct evtchn_status status = { .dom = DOMID_SELF };
	evtchn_port_t local;

	start_interrupts(dom[2]);
	CHECK_EQ(bind(dom[2], 1, remote, &local), 0);
	CHECK(handle_events(dom[2]) & (1ull << local));
	status.port = local;
	CHECK_EQ(EVTCHN(dom[2], status, &status), 0);
	CHECK_EQ(status.status, EVTCHNSTAT_interdomain);
	CHECK_EQ(status.u.interdomain.dom, 1);
	CHECK_EQ(status.u.interdomain.port, remote);
	status.port = remote;
	CHECK_EQ(EVTCHN(dom[1], status, &status), 0);
	CHECK_EQ(status.u.interdomain.dom, 2);
	CHECK_EQ(status.u.interdomain.port, local);
}

TEST(evtchn_bind_interdomain_is_refused)
{
	const evtchn_port_t remote = alloc_unbound(dom[1], 2);
	evtchn_port_t local;

	CHECK_EQ(bind(dom[0], 1, remote, &local), -EINVAL);	/* meant for dom2 */
	CHECK_EQ(bind(dom[2], 1, remote + 1, &local), -EINVAL);
	CHECK_EQ(bind(dom[2], 1, 0, &local), -EINVAL);
	CHECK_EQ(bind(dom[2], 1, MAX_EVTCHN_PORTS, &local), -EINVAL);
	CHECK_EQ(bind(dom[2], 1, UINT32_MAX, &local), -EINVAL);
	CHECK_EQ(bind(dom[2], 7, remote, &local), -ESRCH);
	CHECK_EQ(bind(dom[2], DOMID_IDLE, remote, &local), -ESRCH);
	CHECK_EQ(bind(dom[2], 1, dom[1]->store_port, &local), -EINVAL);
	CHECK_EQ(bind(dom[2], 1, remote, &local), 0);
	CHECK_EQ(bind(dom[2], 1, remote, &local), -EINVAL);	/* taken */
}

TEST(evtchn_send_both_ways)
{
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	CHECK_EQ(send(dom[1], a), 0);
	CHECK_EQ(handle_events(dom[2]), 1ull << b);
	CHECK_EQ(send(dom[2], b), 0);
	CHECK_EQ(handle_events(dom[1]), 1ull << a);
	CHECK_EQ(handle_events(dom[2]), 0);
}

TEST(evtchn_send_wakes_the_peer)
{
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	dom[2]->vcpu[0].state = VCPU_BLOCKED;
	CHECK_EQ(send(dom[1], a), 0);
	CHECK_EQ(dom[2]->vcpu[0].state, VCPU_RUNNABLE);
}

TEST(evtchn_send_is_refused)
{
	struct evtchn_bind_virq virq = { .virq = VIRQ_DEBUG };

	CHECK_EQ(send(dom[1], 0), -EINVAL);
	CHECK_EQ(send(dom[1], 100), -EINVAL);
	CHECK_EQ(send(dom[1], MAX_EVTCHN_PORTS), -EINVAL);
	CHECK_EQ(send(dom[1], UINT32_MAX), -EINVAL);
	CHECK_EQ(EVTCHN(dom[1], bind_virq, &virq), 0);
	CHECK_EQ(send(dom[1], virq.port), -EINVAL);
	CHECK_EQ(call(dom[1], CALL_event_channel_op, EVTCHNOP_send, EXEN_WINDOW_BASE, 0), -EFAULT);
	CHECK_EQ(call(dom[1], CALL_event_channel_op, EVTCHNOP_send, UINT32_MAX, 0), -EFAULT);
}

TEST(evtchn_send_before_the_peer_binds_is_made_up_for)
{
	const evtchn_port_t port = alloc_unbound(dom[1], 2);
	evtchn_port_t local;

	CHECK_EQ(send(dom[1], port), 0);
	start_interrupts(dom[2]);
	CHECK_EQ(bind(dom[2], 1, port, &local), 0);
	CHECK_EQ(handle_events(dom[2]), 1ull << local);
}

TEST(evtchn_loopback)
{
	const evtchn_port_t port = alloc_unbound(dom[1], DOMID_SELF);
	evtchn_port_t local;

	start_interrupts(dom[1]);
	CHECK_EQ(bind(dom[1], DOMID_SELF, port, &local), 0);
	handle_events(dom[1]);
	CHECK_EQ(send(dom[1], local), 0);
	CHECK_EQ(handle_events(dom[1]), 1ull << port);
	CHECK_EQ(close_port(dom[1], local), 0);
	CHECK_EQ(port_status(dom[1], port), EVTCHNSTAT_unbound);
}

TEST(evtchn_close_leaves_the_peer_unbound)
{
	evtchn_port_t a, b, again;

	connect_domains(dom[1], dom[2], &a, &b);
	CHECK_EQ(close_port(dom[2], b), 0);
	CHECK_EQ(port_status(dom[2], b), EVTCHNSTAT_closed);
	CHECK_EQ(port_status(dom[1], a), EVTCHNSTAT_unbound);
	CHECK_EQ(send(dom[1], a), 0);
	CHECK_EQ(handle_events(dom[2]), 0);
	CHECK_EQ(bind(dom[0], 1, a, &again), -EINVAL);	/* still dom2's */
	CHECK_EQ(bind(dom[2], 1, a, &again), 0);
	CHECK_EQ(close_port(dom[2], 200), -EINVAL);
	CHECK_EQ(close_port(dom[2], 0), -EINVAL);
	CHECK_EQ(close_port(dom[2], UINT32_MAX), -EINVAL);
}

TEST(evtchn_close_forgets_what_was_pending)
{
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	mask(dom[2], b);
	CHECK_EQ(send(dom[1], a), 0);
	CHECK_EQ(irq_ack(dom[2]), EXEN_IRQ_NONE);
	CHECK(shared_bit(dom[2]->shared_info->evtchn_pending, b));
	CHECK_EQ(send(dom[1], a), 0);			/* one more, not published */
	CHECK_EQ(close_port(dom[2], b), 0);
	CHECK(!shared_bit(dom[2]->shared_info->evtchn_pending, b));
	CHECK_EQ(alloc_unbound(dom[2], 1), b);		/* the number is used again */
	CHECK_EQ(irq_ack(dom[2]), EXEN_IRQ_NONE);
	CHECK(!shared_bit(dom[2]->shared_info->evtchn_pending, b));
}

TEST(evtchn_hypervisor_port_cannot_be_closed)
{
	CHECK_EQ(close_port(dom[1], dom[1]->store_port), 0);
	CHECK_EQ(port_status(dom[1], dom[1]->store_port), EVTCHNSTAT_interdomain);
	CHECK_EQ(dom[1]->evtchn->port[dom[1]->store_port].state, EVTCHN_HYPERVISOR);
}

TEST(evtchn_bind_virq)
{
	struct evtchn_bind_virq op = { .virq = VIRQ_CONSOLE };
	struct evtchn_status status = { .dom = DOMID_SELF };

	start_interrupts(dom[0]);
	virq_raise(dom[0], VIRQ_CONSOLE);		/* not bound: nothing */
	CHECK_EQ(EVTCHN(dom[0], bind_virq, &op), 0);
	CHECK_EQ(handle_events(dom[0]), 0);
	status.port = op.port;
	CHECK_EQ(EVTCHN(dom[0], status, &status), 0);
	CHECK_EQ(status.status, EVTCHNSTAT_virq);
	CHECK_EQ(status.u.virq, VIRQ_CONSOLE);
	virq_raise(dom[0], VIRQ_CONSOLE);
	CHECK_EQ(handle_events(dom[0]), 1ull << op.port);
	CHECK_EQ(EVTCHN(dom[0], bind_virq, &op), -EEXIST);
	CHECK_EQ(close_port(dom[0], op.port), 0);
	CHECK_EQ(EVTCHN(dom[0], bind_virq, &op), 0);
}

TEST(evtchn_bind_virq_is_refused)
{
	struct evtchn_bind_virq op = { .virq = NR_VIRQS };

	CHECK_EQ(EVTCHN(dom[1], bind_virq, &op), -EINVAL);
	op.virq = UINT32_MAX;
	CHECK_EQ(EVTCHN(dom[1], bind_virq, &op), -EINVAL);
	op = (struct evtchn_bind_virq){ .virq = VIRQ_CONSOLE, .vcpu = 1 };
	CHECK_EQ(EVTCHN(dom[1], bind_virq, &op), -EINVAL);
	op = (struct evtchn_bind_virq){ .virq = VIRQ_TIMER, .vcpu = 1 };
	CHECK_EQ(EVTCHN(dom[1], bind_virq, &op), -ENOENT);
}

TEST(evtchn_bind_ipi)
{
	struct evtchn_bind_ipi op = { .vcpu = 1 };

	CHECK_EQ(EVTCHN(dom[1], bind_ipi, &op), -ENOENT);
	op.vcpu = 0;
	CHECK_EQ(EVTCHN(dom[1], bind_ipi, &op), 0);
	CHECK_EQ(port_status(dom[1], op.port), EVTCHNSTAT_ipi);
	start_interrupts(dom[1]);
	CHECK_EQ(send(dom[1], op.port), 0);
	CHECK_EQ(handle_events(dom[1]), 1ull << op.port);
}

TEST(evtchn_bind_pirq)
{
	struct evtchn_bind_pirq op = { .pirq = OWNED_IRQ };
	struct physdev_eoi eoi = { .irq = OWNED_IRQ };
	struct host_line *line = host_line(OWNED_IRQ - EXEN_IRQ_LINE);

	start_interrupts(dom[0]);
	CHECK_EQ(EVTCHN(dom[0], bind_pirq, &op), 0);
	CHECK(line->is_unmasked);
	CHECK_EQ(port_status(dom[0], op.port), EVTCHNSTAT_pirq);
	vcpu_physical_irq(dom[0], OWNED_IRQ - EXEN_IRQ_LINE);
	CHECK_EQ(handle_events(dom[0]), 1ull << op.port);
	CHECK_EQ(call_arg(dom[0], CALL_physdev_op, PHYSDEVOP_eoi, &eoi, sizeof(eoi)), 0);
	CHECK_EQ(line->nr_eois, 1);
	CHECK_EQ(EVTCHN(dom[0], bind_pirq, &op), -EEXIST);
	CHECK_EQ(close_port(dom[0], op.port), 0);
	CHECK(!line->is_unmasked);
	CHECK_EQ(EVTCHN(dom[0], bind_pirq, &op), 0);
}

TEST(evtchn_bind_pirq_is_refused)
{
	struct evtchn_bind_pirq op = { .pirq = OWNED_IRQ };

	CHECK_EQ(EVTCHN(dom[1], bind_pirq, &op), -EPERM);
	op.pirq = OWNED_IRQ + 1;
	CHECK_EQ(EVTCHN(dom[0], bind_pirq, &op), -EPERM);
	op.pirq = EXEN_IRQ_TIMER;
	CHECK_EQ(EVTCHN(dom[0], bind_pirq, &op), -EINVAL);
	op.pirq = EXEN_NR_IRQS;
	CHECK_EQ(EVTCHN(dom[0], bind_pirq, &op), -EINVAL);
	op = (struct evtchn_bind_pirq){ .pirq = OWNED_IRQ, .flags = 2 };
	CHECK_EQ(EVTCHN(dom[0], bind_pirq, &op), -EINVAL);
	CHECK(!host_line(OWNED_IRQ - EXEN_IRQ_LINE)->is_unmasked);
}

TEST(evtchn_bind_vcpu)
{
	struct evtchn_bind_vcpu op = { .port = alloc_unbound(dom[1], 2), .vcpu = 1 };
	struct evtchn_bind_ipi ipi = { .vcpu = 0 };

	CHECK_EQ(EVTCHN(dom[1], bind_vcpu, &op), -ENOENT);
	op.vcpu = 0;
	CHECK_EQ(EVTCHN(dom[1], bind_vcpu, &op), 0);
	op.port = 77;
	CHECK_EQ(EVTCHN(dom[1], bind_vcpu, &op), -EINVAL);
	op.port = UINT32_MAX;
	CHECK_EQ(EVTCHN(dom[1], bind_vcpu, &op), -EINVAL);
	CHECK_EQ(EVTCHN(dom[1], bind_ipi, &ipi), 0);
	op.port = ipi.port;
	CHECK_EQ(EVTCHN(dom[1], bind_vcpu, &op), -EINVAL);
}

TEST(evtchn_bind_vcpu_keeps_a_pending_event)
{
	struct evtchn_bind_vcpu op = { 0 };
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	CHECK_EQ(send(dom[1], a), 0);
	op.port = b;
	CHECK_EQ(EVTCHN(dom[2], bind_vcpu, &op), 0);
	CHECK_EQ(handle_events(dom[2]), 1ull << b);
}

TEST(evtchn_status_is_refused)
{
	struct evtchn_status op = { .dom = DOMID_SELF, .port = MAX_EVTCHN_PORTS };

	CHECK_EQ(EVTCHN(dom[1], status, &op), -EINVAL);
	op = (struct evtchn_status){ .dom = 2, .port = 1 };
	CHECK_EQ(EVTCHN(dom[1], status, &op), -EPERM);
	CHECK_EQ(EVTCHN(dom[0], status, &op), 0);
	op.dom = 6;
	CHECK_EQ(EVTCHN(dom[0], status, &op), -ESRCH);
}

TEST(evtchn_reset)
{
	struct evtchn_reset op = { .dom = DOMID_SELF };
	struct evtchn_bind_virq virq = { .virq = VIRQ_DEBUG };
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	CHECK_EQ(EVTCHN(dom[1], bind_virq, &virq), 0);
	CHECK_EQ(EVTCHN(dom[1], reset, &op), 0);
	CHECK_EQ(port_status(dom[1], a), EVTCHNSTAT_closed);
	CHECK_EQ(port_status(dom[1], virq.port), EVTCHNSTAT_closed);
	CHECK_EQ(port_status(dom[2], b), EVTCHNSTAT_unbound);
	CHECK_EQ(dom[1]->evtchn->port[dom[1]->console_port].state, EVTCHN_HYPERVISOR);
	op.dom = 2;
	CHECK_EQ(EVTCHN(dom[1], reset, &op), -EPERM);
	CHECK_EQ(EVTCHN(dom[0], reset, &op), -EOPNOTSUPP);
}

TEST(evtchn_unknown_operations)
{
	static const uint32_t cmd[] = { EVTCHNOP_init_control, EVTCHNOP_expand_array,
					EVTCHNOP_set_priority, 14, 0x7fffffff, UINT32_MAX };

	for (unsigned int i = 0; i < ARRAY_SIZE(cmd); i++)
		CHECK_EQ(call(dom[1], CALL_event_channel_op, cmd[i], page(dom[1], 1), 0), -ENOSYS);
}

TEST(evtchn_results_that_cannot_be_written)
{
	const uint32_t va = dom[1]->slot.base + HOST_READONLY;
	struct evtchn_alloc_unbound op = { .dom = DOMID_SELF, .remote_dom = 2 };

	memcpy(host_ram(va, sizeof(op)), &op, sizeof(op));
	CHECK_EQ(call(dom[1], CALL_event_channel_op, EVTCHNOP_alloc_unbound, va, 0), -EFAULT);
}
