// SPDX-License-Identifier: Apache-2.0
/*
 * What the hypervisor does for guests, between marks: one binary as dom0, which measures, and as domain
 * 1, its partner.  Waits are bare SCHEDOP_block loops here, for wait_event() sets timers.  Device
 * interrupts are measured where the configuration gives dom0 the device.
 */
#include <exentest.h>

#include "mark.h"

#define SAMPLES		100
#define WARM_UP		8
#define TIMER_NS	(30 * NS_PER_US)

/* The second dual timer of the Versatile Express motherboard, which the configuration gives to dom0. */
#define SP804_PA	0x10012000
#define SP804_IRQ	35
#define LOAD		(0x00 / 4)
#define CONTROL		(0x08 / 4)
#define INT_CLEAR	(0x0c / 4)
#define CONTROL_ONE_SHOT	0xa3	/* enable, interrupt, 32 bit, one shot */
#define SP804_TICKS	30		/* at 1 MHz */

#define PARTNER_REF	9		/* domain 1's grant for dom0 */

enum { WORD_PORT, WORD_STOP };		/* in the mailbox */

/* Steps of both domains, in this order. */
enum { STEP_PORT = 1, STEP_EVENTS, STEP_YIELD, STEP_YIELD_END, STEP_GRANT, STEP_ALONE, STEP_IRQ,
       STEP_IRQ_END };

static volatile uint32_t *sp804;
static volatile bool fired;

static void wait_events(evtchn_port_t port, uint32_t count)
{
	bool met = false;

	while (!met) {
		const uint32_t psr = irq_save();

		met = evtchn_count(port) >= count;
		if (!met)
			sched_block();
		irq_restore(psr);
	}
}

static void wait_fired(void)
{
	while (!fired) {
		const uint32_t psr = irq_save();

		if (!fired)
			sched_block();
		irq_restore(psr);
	}
	fired = false;
}

static void spin_until_fired(void)
{
	while (!fired)
		;
	fired = false;
}

/* One statement per sample, after a few to warm up. */
#define MEASURE(section, statement)					\
	do {								\
		for (uint32_t n__ = 0; n__ < WARM_UP; n__++) {		\
			statement;					\
		}							\
		for (uint32_t n__ = 0; n__ < SAMPLES; n__++) {		\
			MARK(MARK_BEGIN, SECTION_##section);		\
			statement;					\
			MARK(MARK_END, SECTION_##section);		\
		}							\
	} while (0)

/* ---- events ---------------------------------------------------------------------------------- */

static void dom0_events(void)
{
	evtchn_port_t port;

	REQUIRE(!evtchn_alloc_unbound(peer_domid(), &port));
	evtchn_unmask(port);
	mailbox()->word[WORD_PORT] = port;
	peer_signal(STEP_PORT);
	peer_await(STEP_PORT);
	for (uint32_t i = 1; i <= SAMPLES; i++) {
		MARK(MARK_BEGIN, SECTION_evtchn_round_trip);
		MARK(MARK_BEGIN, SECTION_evtchn_send_handler);
		MARK(MARK_BEGIN, SECTION_evtchn_send_vector);
		evtchn_send(port);
		wait_events(port, i);
		MARK(MARK_END, SECTION_evtchn_round_trip);
	}
	peer_await(STEP_EVENTS);
}

static void event_arrived(evtchn_port_t port)
{
	MARK(MARK_END, SECTION_evtchn_send_handler);
}

static void domu_events(void)
{
	evtchn_port_t port;

	peer_await(STEP_PORT);
	REQUIRE(!evtchn_bind_interdomain(peer_domid(), mailbox()->word[WORD_PORT], &port));
	evtchn_set_handler(port, event_arrived);
	evtchn_unmask(port);
	peer_signal(STEP_PORT);
	for (uint32_t i = 1; i <= SAMPLES; i++) {
		wait_events(port, i);
		evtchn_send(port);
	}
	peer_signal(STEP_EVENTS);
}

/* ---- yield, grants ----------------------------------------------------------------------------- */

static void dom0_yield_switch(void)
{
	mailbox()->word[WORD_STOP] = 0;
	peer_signal(STEP_YIELD);
	peer_await(STEP_YIELD);
	MEASURE(yield_switch, sched_yield());
	mailbox()->word[WORD_STOP] = 1;
	peer_await(STEP_YIELD_END);
}

static void domu_yield_switch(void)
{
	peer_await(STEP_YIELD);
	peer_signal(STEP_YIELD);
	while (!mailbox()->word[WORD_STOP])
		sched_yield();
	peer_signal(STEP_YIELD_END);
}

static void map_and_unmap(void)
{
	struct gnttab_mapping m;

	REQUIRE(!gnttab_map(&m, 0, peer_domid(), PARTNER_REF, false));
	REQUIRE(!gnttab_unmap(&m));
}

static void domu_grant(void)
{
	static uint8_t page[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));

	gnttab_grant(PARTNER_REF, peer_domid(), page, false);
	peer_signal(STEP_GRANT);
	peer_await(STEP_ALONE);
}

/* ---- interrupts -------------------------------------------------------------------------------- */

static void timer_interrupt(uint32_t irq)
{
	fired = true;
}

/* In place of the kit's handler, for which earlier waits' time-outs still count. */
static void dom0_timer(void)
{
	irq_set_handler(EXEN_IRQ_TIMER, timer_interrupt);
	for (uint32_t i = 0; i < SAMPLES; i++) {
		struct vcpu_set_singleshot_timer arg = { .timeout_abs_ns = time_ns() + TIMER_NS };

		MARK(MARK_BEGIN, SECTION_timer_set);
		REQUIRE(!vcpu_op(VCPUOP_set_singleshot_timer, 0, &arg));
		MARK(MARK_END, SECTION_timer_set);
		MARK(MARK_BEGIN, SECTION_timer_interrupt);
		MARK(MARK_BEGIN, SECTION_timer_vector);
		spin_until_fired();
		MARK(MARK_END, SECTION_timer_interrupt);
	}
}

static void sp804_interrupt(uint32_t irq)
{
	sp804[INT_CLEAR] = 1;
	fired = true;
}

static void sp804_start(void)
{
	sp804[CONTROL] = 0;
	sp804[LOAD] = SP804_TICKS;
	sp804[CONTROL] = CONTROL_ONE_SHOT;
}

static void dom0_device_running(void)
{
	for (uint32_t i = 0; i < SAMPLES; i++) {
		sp804_start();
		MARK(MARK_BEGIN, SECTION_irq_running);
		MARK(MARK_BEGIN, SECTION_irq_running_vector);
		spin_until_fired();
		MARK(MARK_END, SECTION_irq_running);
	}
}

/* Domain 1 runs meanwhile, and begins the section again and again until the interrupt ends it. */
static void dom0_device_blocked(void)
{
	mailbox()->word[WORD_STOP] = 0;
	peer_signal(STEP_IRQ);
	for (uint32_t i = 0; i < SAMPLES; i++) {
		sp804_start();
		wait_fired();
	}
	mailbox()->word[WORD_STOP] = 1;
	peer_await(STEP_IRQ_END);
}

static void domu_device_blocked(void)
{
	peer_await(STEP_IRQ);
	while (!mailbox()->word[WORD_STOP]) {
		MARK(MARK_BEGIN, SECTION_irq_blocked_vector);
		for (volatile uint32_t i = 0; i < 500; i++)
			;
	}
	peer_signal(STEP_IRQ_END);
}

/* ------------------------------------------------------------------------------------------------- */

static bool find_device(void)
{
	irq_set_handler(SP804_IRQ, sp804_interrupt);
	if (irq_unmask(SP804_IRQ))
		return false;
	REQUIRE(!exen_op(EXEN_OP_irq_set_type, SP804_IRQ, 4));
	sp804 = map_device(SP804_PA, GUEST_PAGE_SIZE);
	REQUIRE(sp804);
	return true;
}

static void dom0(void)
{
	const bool has_device = find_device();

	dom0_events();
	dom0_yield_switch();
	peer_await(STEP_GRANT);
	MEASURE(grant_map_unmap, map_and_unmap());
	/* domain 1 sleeps from here on */
	MEASURE(guest_empty, );
	MEASURE(null_hypercall, xen_version(XENVER_version, NULL));
	MEASURE(yield_alone, sched_yield());
	if (has_device)
		dom0_device_running();
	peer_signal(STEP_ALONE);
	if (has_device)
		dom0_device_blocked();
	dom0_timer();
	MARK(MARK_STOP, 0);
}

static void domu(void)
{
	domu_events();
	domu_yield_switch();
	domu_grant();
	domu_device_blocked();
	peer_await(STEP_IRQ_END + 1);	/* dom0 ends the machine */
}

EXENTEST2(dom0, domu);
