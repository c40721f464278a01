/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evtchn-pirq - a device's interrupt reaches the domain that owns its line
 *
 * The device is the second dual timer of the Versatile Express motherboard (SP804 at 0x10012000,
 * line 35), which is dom0's as every device that no other domain owns.  Its interrupt comes through
 * the PV controller: 100 times, not while masked, once more after unmasking; the hypervisor's own
 * lines are refused.
 * EVTCHNOP_bind_pirq delivers the same line as an event, with PHYSDEVOP_eoi.
 */
#include <exentest.h>

#define SP804_PA	0x10012000
#define SP804_IRQ	35
#define FOREIGN_IRQ	37	/* the first UART, which is the hypervisor's */
#define LOAD		(0x00 / 4)
#define CONTROL		(0x08 / 4)
#define INT_CLEAR	(0x0c / 4)
#define CONTROL_ONE_SHOT	0xa3	/* enable, interrupt, 32 bit, one shot */
#define TICKS		100		/* 100 us at 1 MHz */

static volatile uint32_t *sp804;
static volatile uint32_t interrupts;

static void start(void)
{
	sp804[CONTROL] = 0;
	sp804[LOAD] = TICKS;
	sp804[CONTROL] = CONTROL_ONE_SHOT;
}

static void handle_irq(uint32_t irq)
{
	(void)irq;
	sp804[INT_CLEAR] = 1;
	interrupts++;
}

static void by_controller(void)
{
	irq_set_handler(SP804_IRQ, handle_irq);
	CHECK_EQ(exen_op(EXEN_OP_irq_set_type, SP804_IRQ, 4), 0);
	CHECK_EQ(irq_unmask(SP804_IRQ), 0);
	for (uint32_t i = 1; i <= 100; i++) {
		start();
		CHECK(wait_event(interrupts == i, NS_PER_S));
	}
	CHECK_EQ(irq_mask(SP804_IRQ), 0);
	start();
	sleep_ns(5 * NS_PER_MS);
	CHECK_EQ(interrupts, 100);
	CHECK_EQ(irq_unmask(SP804_IRQ), 0);
	CHECK(wait_event(interrupts == 101, NS_PER_S));
	CHECK_EQ(irq_mask(SP804_IRQ), 0);
}

static void handle_event(evtchn_port_t port)
{
	struct physdev_eoi eoi = { .irq = SP804_IRQ };

	(void)port;
	sp804[INT_CLEAR] = 1;
	interrupts++;
	hypercall2(__HYPERVISOR_physdev_op, PHYSDEVOP_eoi, hypercall_ptr(&eoi));
}

static void by_event_channel(void)
{
	evtchn_status_t status;
	evtchn_port_t port, second;

	CHECK_EQ(evtchn_bind_pirq(SP804_IRQ, &port), 0);
	CHECK_EQ(evtchn_bind_pirq(SP804_IRQ, &second), -XEN_EEXIST);
	CHECK_EQ(evtchn_status(DOMID_SELF, port, &status), 0);
	CHECK_EQ(status.status, EVTCHNSTAT_pirq);
	CHECK_EQ(status.u.pirq, SP804_IRQ);
	evtchn_set_handler(port, handle_event);
	evtchn_unmask(port);
	interrupts = 0;
	for (uint32_t i = 1; i <= 100; i++) {
		start();
		CHECK(wait_event(interrupts == i, NS_PER_S));
	}
	CHECK_EQ(evtchn_close(port), 0);
}

static void pirq(void)
{
	evtchn_port_t port;

	sp804 = map_device(SP804_PA, GUEST_PAGE_SIZE);
	REQUIRE(sp804);
	CHECK_EQ(irq_unmask(FOREIGN_IRQ), -XEN_EPERM);
	CHECK_EQ(evtchn_bind_pirq(FOREIGN_IRQ, &port), -XEN_EPERM);
	CHECK(evtchn_bind_pirq(EXEN_NR_IRQS, &port) < 0);
	CHECK(evtchn_bind_pirq(0xffffffff, &port) < 0);
	by_controller();
	by_event_channel();
}

EXENTEST(pirq);
