/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evtchn-ipi - a domain interrupts itself: event channel and EXEN_OP_send_ipi
 *
 * A bound IPI port delivers each send; every interrupt number of the PV controller from 0 to 15
 * does too, only while it is unmasked.
 */
#include <exentest.h>

static volatile uint32_t seen[16];

static void handle_irq(uint32_t irq)
{
	seen[irq]++;
}

static void port_ipi(void)
{
	evtchn_status_t status;
	evtchn_port_t port;

	CHECK_EQ(evtchn_bind_ipi(&port), 0);
	CHECK_EQ(evtchn_status(DOMID_SELF, port, &status), 0);
	CHECK_EQ(status.status, EVTCHNSTAT_ipi);
	evtchn_unmask(port);
	for (uint32_t i = 1; i <= 100; i++) {
		CHECK_EQ(evtchn_send(port), 0);
		CHECK(wait_event(evtchn_count(port) == i, NS_PER_S));
	}
	CHECK_EQ(evtchn_close(port), 0);
}

static void controller_ipi(uint32_t ipi)
{
	irq_set_handler(EXEN_IRQ_IPI + ipi, handle_irq);
	CHECK_EQ(exen_op(EXEN_OP_send_ipi, ipi, 1), 0);
	sleep_ns(NS_PER_MS);
	CHECK_EQ(seen[ipi], 0);
	CHECK_EQ(irq_unmask(EXEN_IRQ_IPI + ipi), 0);
	CHECK(wait_event(seen[ipi] == 1, NS_PER_S));
	CHECK_EQ(exen_op(EXEN_OP_send_ipi, ipi, 1), 0);
	CHECK(wait_event(seen[ipi] == 2, NS_PER_S));
	CHECK_EQ(irq_mask(EXEN_IRQ_IPI + ipi), 0);
}

static void ipi(void)
{
	struct evtchn_bind_ipi wrong = { .vcpu = 1 };

	CHECK(event_channel_op(EVTCHNOP_bind_ipi, &wrong) < 0);
	port_ipi();
	for (uint32_t i = 0; i < 16; i++)
		controller_ipi(i);
}

EXENTEST(ipi);
