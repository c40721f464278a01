/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evtchn-virq - virtual interrupts: binding, and VIRQ_DOM_EXC when a domain ends
 *
 * A virq is bound once (-EEXIST), wrong numbers and vcpus are refused, the port's status names it,
 * a guest can't send on it; dom0 hears by VIRQ_DOM_EXC that domain 1 has shut down.
 */
#include <exentest.h>

static void binding(void)
{
	struct evtchn_bind_virq wrong_vcpu = { .virq = VIRQ_DEBUG, .vcpu = 1 };
	evtchn_status_t status;
	evtchn_port_t port, second;

	CHECK_EQ(evtchn_bind_virq(VIRQ_DEBUG, &port), 0);
	CHECK_EQ(evtchn_bind_virq(VIRQ_DEBUG, &second), -XEN_EEXIST);
	CHECK_EQ(evtchn_status(DOMID_SELF, port, &status), 0);
	CHECK_EQ(status.status, EVTCHNSTAT_virq);
	CHECK_EQ(status.u.virq, VIRQ_DEBUG);
	CHECK_EQ(evtchn_send(port), -XEN_EINVAL);
	CHECK_EQ(evtchn_close(port), 0);
	CHECK_EQ(evtchn_bind_virq(VIRQ_DEBUG, &port), 0);
	CHECK_EQ(evtchn_close(port), 0);
	CHECK_EQ(evtchn_bind_virq(NR_VIRQS, &port), -XEN_EINVAL);
	CHECK_EQ(evtchn_bind_virq(0xffffffff, &port), -XEN_EINVAL);
	CHECK(event_channel_op(EVTCHNOP_bind_virq, &wrong_vcpu) < 0);
}

static void dom0(void)
{
	evtchn_port_t port;

	binding();
	CHECK_EQ(evtchn_bind_virq(VIRQ_DOM_EXC, &port), 0);
	evtchn_unmask(port);
	peer_await(1);
	CHECK_EQ(evtchn_count(port), 0);
	peer_signal(1);
	CHECK(wait_event(evtchn_count(port) > 0, EXENTEST_TIMEOUT_NS));
	CHECK(poll_until(peer_is_gone(), NS_PER_S));
}

static void domu(void)
{
	evtchn_port_t port;

	evtchn_bind_virq(VIRQ_DOM_EXC, &port);	/* may be bound, takes nothing from dom0 */
	peer_signal(1);
	peer_await(1);
}

EXENTEST2(dom0, domu);
