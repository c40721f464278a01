/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evtchn-interdomain - event channels between two domains
 *
 * 1,000 round trips; an event sent while the other end is masked comes at unmask; status shows the
 * peer; domain 1 may not bind a port that is kept for somebody else, nor one that is bound; a close
 * by the peer leaves an unbound port that can be bound again, and sending on it is no error.
 */
#include <exentest.h>

#define ROUND_TRIPS	1000

enum { WORD_PORT, WORD_PRIVATE };

static void check_status(evtchn_port_t port, uint32_t expected, domid_t dom)
{
	evtchn_status_t status;

	CHECK_EQ(evtchn_status(DOMID_SELF, port, &status), 0);
	CHECK_EQ(status.status, expected);
	if (expected == EVTCHNSTAT_unbound)
		CHECK_EQ(status.u.unbound.dom, dom);
	else
		CHECK_EQ(status.u.interdomain.dom, dom);
}

static void ping_pong(evtchn_port_t port, bool serve)
{
	const uint64_t start_ns = time_ns();

	for (uint32_t i = 1; i <= ROUND_TRIPS; i++) {
		if (serve)
			CHECK_EQ(evtchn_send(port), 0);
		CHECK(wait_event(evtchn_count(port) >= i, EXENTEST_TIMEOUT_NS));
		CHECK_EQ(evtchn_count(port), i);
		if (!serve)
			CHECK_EQ(evtchn_send(port), 0);
	}
	exentest_note("%u round trips, %u ns each", ROUND_TRIPS,
		      (uint32_t)(time_ns() - start_ns) / ROUND_TRIPS);
}

static void dom0(void)
{
	volatile uint32_t *word = mailbox()->word;
	evtchn_port_t port, private;
	uint32_t count;

	CHECK_EQ(evtchn_alloc_unbound(peer_domid(), &port), 0);
	CHECK_EQ(evtchn_alloc_unbound(DOMID_SELF, &private), 0);
	check_status(port, EVTCHNSTAT_unbound, peer_domid());
	evtchn_unmask(port);
	word[WORD_PORT] = port;
	word[WORD_PRIVATE] = private;
	peer_signal(1);
	peer_await(1);				/* bound */
	check_status(port, EVTCHNSTAT_interdomain, peer_domid());
	ping_pong(port, true);

	peer_await(2);				/* its end is masked */
	CHECK_EQ(evtchn_send(port), 0);
	CHECK_EQ(evtchn_send(port), 0);
	peer_signal(2);
	peer_await(3);				/* closed */
	check_status(port, EVTCHNSTAT_unbound, peer_domid());
	count = evtchn_count(port);
	CHECK_EQ(evtchn_send(port), 0);
	peer_signal(3);
	peer_await(4);				/* bound again, has sent */
	CHECK(wait_event(evtchn_count(port) > count, NS_PER_S));
	CHECK_EQ(evtchn_close(port), 0);
	peer_signal(4);
	peer_await(5);
}

static void domu(void)
{
	volatile uint32_t *word = mailbox()->word;
	evtchn_port_t port, other;

	peer_await(1);
	CHECK(evtchn_bind_interdomain(0, word[WORD_PRIVATE], &other) < 0);
	CHECK(evtchn_bind_interdomain(0, 255, &other) < 0);
	CHECK(evtchn_bind_interdomain(0, 0xffffffff, &other) < 0);
	CHECK(evtchn_bind_interdomain(77, word[WORD_PORT], &other) < 0);
	CHECK_EQ(evtchn_bind_interdomain(0, word[WORD_PORT], &port), 0);
	CHECK(evtchn_bind_interdomain(0, word[WORD_PORT], &other) < 0);
	check_status(port, EVTCHNSTAT_interdomain, 0);
	wait_event(evtchn_is_pending(port), 10 * NS_PER_MS);	/* binding may raise one event */
	evtchn_clear_pending(port);
	evtchn_unmask(port);
	peer_signal(1);
	ping_pong(port, false);

	evtchn_mask(port);
	peer_signal(2);
	peer_await(2);
	CHECK_EQ(evtchn_count(port), ROUND_TRIPS);
	evtchn_unmask(port);
	CHECK(wait_event(evtchn_count(port) == ROUND_TRIPS + 1, NS_PER_S));
	CHECK_EQ(evtchn_close(port), 0);
	peer_signal(3);
	peer_await(3);
	CHECK_EQ(evtchn_bind_interdomain(0, word[WORD_PORT], &port), 0);
	CHECK_EQ(evtchn_send(port), 0);
	peer_signal(4);
	peer_await(4);
	check_status(port, EVTCHNSTAT_unbound, 0);
	peer_signal(5);
}

EXENTEST2(dom0, domu);
