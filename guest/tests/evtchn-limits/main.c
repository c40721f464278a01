/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evtchn-limits - ports run out with an error, and wrong ports are refused
 *
 * All ports are allocated: the next gives -ENOSPC; after closing them all the same number can be
 * had again.  Port 0 and ports beyond the table give -EINVAL in every operation; an unknown domain
 * gives an error; FIFO events are answered -ENOSYS, as Linux expects before it takes 2-level ones.
 */
#include <exentest.h>

static evtchn_port_t ports[EVTCHN_MAX_PORTS];

static uint32_t allocate_all(void)
{
	uint32_t n = 0;
	int32_t err;

	while (!(err = evtchn_alloc_unbound(DOMID_SELF, &ports[n])))
		CHECK(++n < EVTCHN_MAX_PORTS);
	CHECK_EQ(err, -XEN_ENOSPC);
	return n;
}

static void close_all(uint32_t n)
{
	while (n--)
		CHECK_EQ(evtchn_close(ports[n]), 0);
}

static void wrong_ports(void)
{
	static const evtchn_port_t wrong[] = { 0, EVTCHN_MAX_PORTS, 4095, 4096, 0x7fffffff,
					       0x80000000, 0xffffffff };
	evtchn_status_t status;
	evtchn_port_t port;

	for (uint32_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct evtchn_unmask unmask = { .port = wrong[i] };
		struct evtchn_bind_vcpu bind = { .port = wrong[i] };

		CHECK_EQ(evtchn_send(wrong[i]), -XEN_EINVAL);
		CHECK_EQ(evtchn_close(wrong[i]), -XEN_EINVAL);
		CHECK_EQ(event_channel_op(EVTCHNOP_unmask, &unmask), -XEN_EINVAL);
		CHECK_EQ(event_channel_op(EVTCHNOP_bind_vcpu, &bind), -XEN_EINVAL);
		CHECK(evtchn_bind_interdomain(DOMID_SELF, wrong[i], &port) < 0);
		if (wrong[i] >= EVTCHN_MAX_PORTS)
			CHECK_EQ(evtchn_status(DOMID_SELF, wrong[i], &status), -XEN_EINVAL);
	}
	CHECK(evtchn_status(6, 1, &status) < 0);
}

static void limits(void)
{
	struct evtchn_init_control control = { .control_gfn = 0 };
	struct evtchn_alloc_unbound foreign = { .dom = 6, .remote_dom = 0 };
	const uint32_t n = allocate_all();

	exentest_note("%u ports", n);
	CHECK(n >= 100);
	close_all(n);
	CHECK_EQ(allocate_all(), n);
	close_all(n);
	wrong_ports();
	CHECK_EQ(event_channel_op(EVTCHNOP_init_control, &control), -XEN_ENOSYS);
	CHECK_EQ(event_channel_op(EVTCHNOP_alloc_unbound, &foreign), -XEN_ESRCH);
}

EXENTEST(limits);
