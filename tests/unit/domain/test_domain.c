/* SPDX-License-Identifier: Apache-2.0 */
/* Domains: making, ending, starting again; xenstore's wake-up. */
#include <string.h>

#include <exen/commands.h>
#include <exen/console.h>

#include "fake_xenstore.h"
#include "unit.h"

TEST(domain_lookup)
{
	CHECK(domain_by_id(1) == dom[1]);
	CHECK(!domain_by_id(3));
	CHECK(!domain_by_id(MAX_DOMAINS));
	CHECK(!domain_by_id(DOMID_XEN));
	CHECK(!domain_by_id(DOMID_INVALID));
	CHECK(domain_next(NULL) == dom[0]);
	CHECK(domain_next(dom[0]) == dom[1]);
	CHECK(!domain_next(dom[2]));
}

TEST(domain_create_is_refused)
{
	struct domain_params params = { .domid = 1, .name = "again",
					.slot = { HOST_RAM_BASE, HOST_SLOT_SIZE } };

	CHECK(!domain_create(&params));
	params.domid = MAX_DOMAINS;
	CHECK(!domain_create(&params));
	CHECK(strstr(host_output(), "no room"));
}

TEST(domain_create_does_not_share_interrupts)
{
	const uint32_t irq_owned[VIRQ_WORDS] = { ~0u, ~0u };
	struct domain *d = host_domain(3, false, irq_owned);

	CHECK(!domain_owns_irq(d, OWNED_IRQ));
	CHECK(!domain_owns_irq(d, EXEN_IRQ_TIMER));
	CHECK(domain_owns_irq(d, OWNED_IRQ + 1));
	CHECK(strstr(host_output(), "interrupt 40 is not free"));
}

TEST(domain_long_name_is_cut)
{
	struct domain_params params = { .domid = 4, .name = "a name that is far too long for it",
					.slot = { HOST_RAM_BASE + 4 * HOST_SLOT_SIZE, HOST_SLOT_SIZE } };
	const struct domain *d = domain_create(&params);

	CHECK_EQ(strlen(d->name), DOMAIN_NAME_LEN - 1);
	CHECK_EQ(d->state, DOMAIN_BUILDING);
}

TEST(domain_crash_ends_only_that_one)
{
	struct evtchn_bind_virq virq = { .virq = VIRQ_DOM_EXC };

	start_interrupts(dom[0]);
	CHECK_EQ(EVTCHN(dom[0], bind_virq, &virq), 0);
	domain_crash(dom[1], "because of %d", 42);
	CHECK(strstr(host_output(), "domain 1 (dom1) crashed: because of 42"));
	CHECK_EQ(dom[1]->state, DOMAIN_SHUTDOWN);
	CHECK_EQ(dom[1]->shutdown_code, SHUTDOWN_crash);
	CHECK_EQ(host_ended(), BIT(1));
	CHECK_EQ(handle_events(dom[0]), 1ull << virq.port);
	domain_shutdown(dom[1], SHUTDOWN_poweroff);	/* it has ended already */
	CHECK_EQ(dom[1]->shutdown_code, SHUTDOWN_crash);
}

TEST(domain_end_masks_its_lines_and_timers)
{
	struct vcpu_set_singleshot_timer op = { .timeout_abs_ns = 2 * (ns_t)NS_PER_S };

	start_interrupts(dom[0]);
	CHECK_EQ(call(dom[0], CALL_exen_op, EXEN_OP_irq_unmask, OWNED_IRQ, 0), 0);
	CHECK_EQ(call_arg(dom[0], CALL_vcpu_op, VCPUOP_set_singleshot_timer, &op, sizeof(op)), 0);
	domain_shutdown(dom[0], SHUTDOWN_poweroff);
	CHECK(!host_line(OWNED_IRQ - EXEN_IRQ_LINE)->is_unmasked);
	CHECK(!dom[0]->vcpu[0].singleshot.armed);
	CHECK_EQ(dom[0]->vcpu[0].state, VCPU_OFFLINE);
	domain_console_input(dom[0], 'x');	/* nothing reaches it any more */
	evtchn_raise(dom[0], dom[0]->console_port);
	CHECK(!evtchn_is_pending(dom[0], dom[0]->console_port));
	CHECK_EQ(dom[0]->vcpu[0].state, VCPU_OFFLINE);
}

/* A hundred starts: everything is as at the first, and the peer connects again. */
TEST(domain_restarts)
{
	evtchn_port_t a = alloc_unbound(dom[0], 1), b;
	struct evtchn_bind_virq virq = { .virq = VIRQ_TIMER };
	struct gnttab_map_grant_ref m;

	for (unsigned int i = 0; i < 100; i++) {
		CHECK_EQ(bind(dom[1], 0, a, &b), 0);
		start_interrupts(dom[1]);
		CHECK_EQ(EVTCHN(dom[1], bind_virq, &virq), 0);
		CHECK_EQ(send(dom[0], a), 0);
		grant(dom[1], 9, 0, page_frame(dom[1], 9), false);
		CHECK_EQ(map(dom[0], 1, 9, GNTMAP_host_map, &m), GNTST_okay);
		domain_shutdown(dom[1], SHUTDOWN_reboot);
		CHECK_EQ(unmap(dom[0], m.handle), GNTST_okay);
		while (domain_console_work())
			;
		CHECK_EQ(domain_reset_for_start(dom[1]), 0);
		CHECK_EQ(dom[1]->state, DOMAIN_BUILDING);
		CHECK_EQ(dom[1]->shared_info->evtchn_pending[0], 0);
		CHECK(!vcpu_irq_pending(&dom[1]->vcpu[0]));
		domain_start(dom[1], dom[1]->slot.base + 0x8000, dom[1]->slot.base);
		CHECK_EQ(dom[1]->state, DOMAIN_RUNNING);
	}
	CHECK_EQ(dom[1]->nr_starts, 101);
	CHECK_EQ(dom[0]->gnttab->nr_maps, 0);
}

TEST(domain_running_is_not_reset)
{
	CHECK_EQ(domain_reset_for_start(dom[1]), -EBUSY);
}

TEST(store_request_reaches_the_thread)
{
	const unsigned int kicks = host_nr_kicks();

	memset(&fake_xenstore, 0, sizeof(fake_xenstore));
	CHECK(!domain_store_work());
	CHECK_EQ(fake_xenstore.nr_served, 0);
	CHECK_EQ(send(dom[1], dom[1]->store_port), 0);
	CHECK_EQ(send(dom[2], dom[2]->store_port), 0);
	CHECK_EQ(host_nr_kicks(), kicks + 2);
	fake_xenstore.nr_more = 1;
	CHECK(domain_store_work());		/* dom1 has more */
	CHECK_EQ(fake_xenstore.served, BIT(1) | BIT(2));
	CHECK(!domain_store_work());
	CHECK_EQ(fake_xenstore.nr_served, 3);
}

TEST(store_answer_reaches_the_guest)
{
	start_interrupts(dom[1]);
	CHECK_EQ(domain_store_connect(dom[1]), 0);
	CHECK(fake_xenstore.ring == dom[1]->store_ring);
	fake_xenstore.notify(fake_xenstore.arg);
	CHECK_EQ(handle_events(dom[1]), 1ull << dom[1]->store_port);
}

TEST(dumps)
{
	struct gnttab_map_grant_ref m;
	evtchn_port_t a, b;

	connect_domains(dom[1], dom[2], &a, &b);
	grant(dom[1], 9, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[0], 1, 9, GNTMAP_host_map, &m), GNTST_okay);
	host_clear_output();
	command_dump_evtchn(dom[1]);
	CHECK(strstr(host_output(), "to domain 2 port"));
	command_dump_grants(dom[1]);
	CHECK(strstr(host_output(), "ref    9 to domain 0 frame 60209"));
	command_dump_grants(dom[0]);
	CHECK(strstr(host_output(), "handle    0: ref 9 of domain 1"));
	command_dump_xenstore();
	CHECK(strstr(host_output(), "the store"));
}
