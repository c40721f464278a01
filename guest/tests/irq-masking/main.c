/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irq-masking - CPSR.I is the guest's: interrupts wait for it, and none is lost
 *
 * An event sent with I set is handled once after I is cleared, not before; the timer too; so 1,000
 * times in a row.  An upcall without anything to acknowledge (irq_ack was called with I set) does no
 * harm.  An upcall that the hypervisor meets when it looks at interrupts inside a hypercall is raised
 * again.  A wake-up that comes before SCHEDOP_block with I set makes it return.
 */
#include <exentest.h>

static volatile uint32_t fired;

static void fire(void)
{
	fired++;
}

static void event_waits(evtchn_port_t port)
{
	for (uint32_t i = 1; i <= 1000; i++) {
		const uint32_t psr = irq_save();

		CHECK_EQ(evtchn_send(port), 0);
		CHECK_EQ(evtchn_count(port), i - 1);
		irq_restore(psr);
		CHECK(wait_event(evtchn_count(port) == i, NS_PER_S));
	}
}

static void timer_waits(void)
{
	const uint32_t psr = irq_save();
	const uint64_t end_ns = time_ns() + 5 * NS_PER_MS;

	timer_set(end_ns - 4 * NS_PER_MS, fire);
	while (time_ns() < end_ns)
		;
	CHECK_EQ(fired, 0);
	irq_restore(psr);
	CHECK(wait_event(fired == 1, NS_PER_S));
}

static void spurious_upcall(evtchn_port_t port)
{
	const uint32_t psr = irq_save();
	const uint32_t count = evtchn_count(port);

	CHECK_EQ(evtchn_send(port), 0);
	CHECK_EQ(hypercall2(EXEN_HYPERCALL_irq_ack, 0, 0), EXEN_IRQ_EVTCHN);
	CHECK(evtchn_is_pending(port));
	CHECK_EQ(hypercall2(EXEN_HYPERCALL_irq_ack, 0, 0), EXEN_IRQ_NONE);
	irq_restore(psr);
	sleep_ns(NS_PER_MS);
	evtchn_send(port);
	CHECK(wait_event(evtchn_count(port) > count, NS_PER_S));
}

static void upcall_met_in_a_hypercall(evtchn_port_t port)
{
	const uint32_t psr = irq_save();
	const uint32_t count = evtchn_count(port);
	struct multicall_entry calls[2] = {
		{ .op = __HYPERVISOR_xen_version, .args = { XENVER_version } },
		{ .op = __HYPERVISOR_xen_version, .args = { XENVER_version } },
	};

	CHECK_EQ(evtchn_send(port), 0);
	CHECK_EQ(hypercall2(__HYPERVISOR_multicall, hypercall_ptr(calls), 2), 0);
	CHECK_EQ(calls[1].result, xen_version(XENVER_version, NULL));
	CHECK_EQ(evtchn_count(port), count);
	irq_restore(psr);
	const uint64_t end_ns = time_ns() + NS_PER_MS;

	while (evtchn_count(port) == count && time_ns() < end_ns)
		;				/* a hypercall would raise it again */
	CHECK_EQ(evtchn_count(port), count + 1);
}

static void block_returns(evtchn_port_t port)
{
	const uint32_t psr = irq_save();
	const uint64_t start_ns = time_ns();

	CHECK_EQ(evtchn_send(port), 0);
	sched_block();
	CHECK(time_ns() - start_ns < NS_PER_S);
	irq_restore(psr);
}

static void masking(void)
{
	evtchn_port_t port;

	REQUIRE(!evtchn_bind_ipi(&port));
	evtchn_unmask(port);
	event_waits(port);
	timer_waits();
	spurious_upcall(port);
	upcall_met_in_a_hypercall(port);
	block_returns(port);
	exentest_note("%u upcalls, %u spurious", irq_stats.upcalls, irq_stats.spurious);
	CHECK_EQ(irq_stats.unhandled, 0);
}

EXENTEST(masking);
