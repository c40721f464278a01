/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched-poll - SCHEDOP_poll waits for ports or a time
 *
 * Returns at once if a port is pending, after the deadline if none comes, when a masked port gets an
 * event from domain 1; refuses wrong ports and pointers and too many of them.
 */
#include <exentest.h>

static void times_out(evtchn_port_t port)
{
	for (uint32_t i = 0; i < 10; i++) {
		const uint64_t deadline_ns = time_ns() + 2 * NS_PER_MS;

		CHECK_EQ(sched_poll(&port, 1, deadline_ns), 0);
		CHECK(time_ns() >= deadline_ns);
		CHECK(time_ns() < deadline_ns + NS_PER_S);
	}
}

static void pending_returns(evtchn_port_t port)
{
	const uint64_t start_ns = time_ns();

	CHECK_EQ(evtchn_send(port), 0);
	CHECK_EQ(sched_poll(&port, 1, start_ns + NS_PER_S), 0);
	CHECK(time_ns() < start_ns + NS_PER_S / 2);
	CHECK(evtchn_is_pending(port));
	evtchn_clear_pending(port);
}

static void errors(evtchn_port_t port)
{
	struct sched_poll poll = { .nr_ports = 1, .timeout = time_ns() + NS_PER_MS };
	const evtchn_port_t wrong = 0xffffffff;

	CHECK_EQ(sched_poll(&wrong, 1, time_ns() + NS_PER_MS), -XEN_EINVAL);
	CHECK_EQ(sched_poll(&port, 0x40000000, time_ns() + NS_PER_MS), -XEN_EINVAL);
	set_xen_guest_handle(poll.ports, (void *)0x1000);
	CHECK_EQ(sched_op(SCHEDOP_poll, &poll), -XEN_EFAULT);
}

static void dom0(void)
{
	evtchn_port_t port, self;

	CHECK_EQ(evtchn_bind_ipi(&self), 0);
	times_out(self);
	pending_returns(self);
	errors(self);
	CHECK_EQ(evtchn_alloc_unbound(peer_domid(), &port), 0);
	mailbox()->word[0] = port;
	peer_signal(1);
	peer_await(1);
	evtchn_clear_pending(port);		/* binding may raise one event */
	for (uint32_t i = 0; i < 20; i++) {
		evtchn_port_t both[2] = { self, port };

		mailbox()->word[1] = i + 1;
		CHECK_EQ(sched_poll(both, 2, time_ns() + EXENTEST_TIMEOUT_NS), 0);
		CHECK(evtchn_is_pending(port));
		evtchn_clear_pending(port);
	}
	CHECK_EQ(evtchn_count(port), 0);	/* never by an upcall */
}

static void domu(void)
{
	evtchn_port_t port;

	peer_await(1);
	CHECK_EQ(evtchn_bind_interdomain(0, mailbox()->word[0], &port), 0);
	peer_signal(1);
	for (uint32_t i = 0; i < 20; i++) {
		while (mailbox()->word[1] <= i)
			sleep_ns(NS_PER_MS);
		sleep_ns(NS_PER_MS);
		CHECK_EQ(evtchn_send(port), 0);
	}
}

EXENTEST2(dom0, domu);
