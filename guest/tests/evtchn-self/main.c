/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evtchn-self - event channels between two ports of one domain
 *
 * Bind both ends in this domain, send both ways, mask, unmask with a pending event, several sends
 * while masked are one event, closing, status of each state, order of ports in one upcall.
 */
#include <exentest.h>

static volatile evtchn_port_t order[8];
static volatile uint32_t nr_handled;

static void handle(evtchn_port_t port)
{
	order[nr_handled++ % 8] = port;
}

static uint32_t status_of(evtchn_port_t port)
{
	evtchn_status_t status;

	CHECK_EQ(evtchn_status(DOMID_SELF, port, &status), 0);
	return status.status;
}

static void bind_pair(evtchn_port_t *a, evtchn_port_t *b)
{
	CHECK_EQ(evtchn_alloc_unbound(DOMID_SELF, a), 0);
	CHECK_EQ(status_of(*a), EVTCHNSTAT_unbound);
	CHECK_EQ(evtchn_bind_interdomain(DOMID_SELF, *a, b), 0);
	CHECK(*a != *b);
	CHECK_EQ(status_of(*a), EVTCHNSTAT_interdomain);
	CHECK_EQ(status_of(*b), EVTCHNSTAT_interdomain);
	evtchn_set_handler(*a, handle);
	evtchn_set_handler(*b, handle);
}

static void masked_event(evtchn_port_t a, evtchn_port_t b)
{
	const uint32_t before = evtchn_count(b);

	evtchn_mask(b);
	for (uint32_t i = 0; i < 3; i++)
		CHECK_EQ(evtchn_send(a), 0);
	sleep_ns(NS_PER_MS);
	CHECK_EQ(evtchn_count(b), before);
	evtchn_unmask(b);
	CHECK(wait_event(evtchn_count(b) == before + 1, NS_PER_S));
	sleep_ns(NS_PER_MS);
	CHECK_EQ(evtchn_count(b), before + 1);
}

static void two_at_once(evtchn_port_t a, evtchn_port_t b)
{
	const uint32_t psr = irq_save();

	nr_handled = 0;
	CHECK_EQ(evtchn_send(a), 0);
	CHECK_EQ(evtchn_send(b), 0);
	CHECK_EQ(nr_handled, 0);
	irq_restore(psr);
	CHECK(wait_event(nr_handled == 2, NS_PER_S));
	CHECK((order[0] == a && order[1] == b) || (order[0] == b && order[1] == a));
}

static void self(void)
{
	evtchn_port_t a, b;

	bind_pair(&a, &b);
	for (uint32_t i = 1; i <= 3; i++) {	/* both start masked */
		CHECK_EQ(evtchn_send(a), 0);
		sleep_ns(NS_PER_MS);
		CHECK_EQ(evtchn_count(b), 0);
	}
	evtchn_unmask(a);
	evtchn_unmask(b);
	CHECK(wait_event(evtchn_count(b) == 1, NS_PER_S));
	for (uint32_t i = 1; i <= 100; i++) {
		CHECK_EQ(evtchn_send(b), 0);
		CHECK(wait_event(evtchn_count(a) == i, NS_PER_S));
	}
	masked_event(a, b);
	two_at_once(a, b);
	CHECK_EQ(evtchn_close(a), 0);
	CHECK_EQ(status_of(a), EVTCHNSTAT_closed);
	CHECK_EQ(status_of(b), EVTCHNSTAT_unbound);
	CHECK_EQ(evtchn_close(b), 0);
	CHECK_EQ(evtchn_close(b), -XEN_EINVAL);
	CHECK_EQ(evtchn_send(b), -XEN_EINVAL);
}

EXENTEST(self);
