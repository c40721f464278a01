/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hostile domain does to its network interface's backend. */
#include "net.h"

#define PATIENCE_NS	(20 * NS_PER_MS)
#define FLOOD_NS	(40 * NS_PER_MS)
#define RING_ENTRIES	256u

static bool is_broken;

bool net_is_broken(void)
{
	return is_broken;
}

/* A frame that could be sent, of one slot. */
static struct netif_tx_request good_request(void)
{
	const uint32_t len = 60 + below(1400);

	return (struct netif_tx_request){
		.gref = net_frame(len), .id = (uint16_t)random64(), .size = (uint16_t)len,
	};
}

static void send_some(struct netif_tx_request (*make)(void))
{
	for (uint32_t n = 1 + below(32); n; n--) {
		const struct netif_tx_request r = make();

		net_put(&r);
	}
	net_push();
	net_take(PATIENCE_NS);
}

static struct netif_tx_request with_bad_grant(void)
{
	struct netif_tx_request r = good_request();

	r.gref = bad_ref();
	return r;
}

/* None of these is fatal to the interface. */
static struct netif_tx_request with_odd_size(void)
{
	struct netif_tx_request r = good_request();

	r.size = (uint16_t)(one_in(4) ? below(14) : 14 + below(4083));
	r.offset = (uint16_t)below(GUEST_PAGE_SIZE - r.size + 1);
	r.flags = (uint16_t)below(4);		/* checksums */
	return r;
}

static void bad_grants(void)
{
	send_some(with_bad_grant);
}

static void odd_sizes(void)
{
	send_some(with_odd_size);
}

/* Beyond the page, of size 0, larger than any frame. */
static void bad_sizes(void)
{
	struct netif_tx_request r = good_request();

	r.size = (uint16_t)wild_number();
	r.offset = (uint16_t)wild_number();
	net_put(&r);
	net_push();
	net_take(PATIENCE_NS);
	is_broken = true;
}

/* Frames of many slots, good or endless. */
static void chains(void)
{
	const uint32_t nr = 2 + below(one_in(2) ? 18 : 200);

	for (uint32_t i = 0; i < nr; i++) {
		struct netif_tx_request r = one_in(8) ? with_bad_grant() : good_request();

		r.size = (uint16_t)(i ? below(4097) : (uint32_t)wild_number());
		if (i + 1 < nr || one_in(2))
			r.flags |= NETTXF_more_data;
		net_put(&r);
	}
	net_push();
	net_take(PATIENCE_NS);
	is_broken = true;
}

static void extras(void)
{
	for (uint32_t n = 1 + below(4); n; n--) {
		struct netif_tx_request r = good_request();
		uint32_t nr = 1 + below(one_in(4) ? 100 : 3);

		r.flags = NETTXF_extra_info | (uint16_t)below(16);
		net_put(&r);
		for (; nr; nr--) {
			struct netif_extra_info extra;

			random_fill(&extra, sizeof(extra));
			extra.type = (uint8_t)(one_in(4) ? random64() : below(XEN_NETIF_EXTRA_TYPE_MAX + 1));
			extra.flags = nr > 1 || one_in(4) ? XEN_NETIF_EXTRA_FLAG_MORE : 0;
			if (one_in(2)) {
				extra.type = XEN_NETIF_EXTRA_TYPE_GSO;
				extra.u.gso.type = (uint8_t)below(4);
				extra.u.gso.size = (uint16_t)(one_in(3) ? 0 : wild_number());
			}
			net_put(&extra);
		}
	}
	net_push();
	net_take(PATIENCE_NS);
	is_broken = true;
}

static void rx_grants(void)
{
	for (uint32_t n = 1 + below(100); n; n--)
		net_post_rx((uint16_t)random64(), bad_ref());
	net_check(PATIENCE_NS);			/* the answer goes into one of them */
}

static void revoked_in_flight(void)
{
	for (uint32_t n = 1 + below(16); n; n--) {
		struct netif_tx_request r = good_request();

		r.gref = REF_REVOKED;
		net_put(&r);
		net_post_rx((uint16_t)n, REF_REVOKED);
	}
	net_push();
	if (one_in(2))
		sched_yield();
	grants_revoke(REF_REVOKED);
	net_take(PATIENCE_NS);
}

static void packet_flood(void)
{
	const uint64_t end_ns = time_ns() + FLOOD_NS;

	while (time_ns() < end_ns) {
		for (uint32_t n = 0; n < 64; n++) {
			const struct netif_tx_request r = good_request();

			net_put(&r);
		}
		net_push();
		net_take(NS_PER_MS);
	}
}

static void event_flood(void)
{
	flood_events(net.port, net.port, FLOOD_NS);
}

static void ring_index(void)
{
	RING_IDX *const indices[] = {
		&net_tx_page.tx.req_prod, &net_tx_page.tx.rsp_prod, &net_tx_page.tx.req_event,
		&net_rx_page.rx.req_prod, &net_rx_page.rx.rsp_prod, &net_rx_page.rx.rsp_event,
	};
	RING_IDX *index = indices[below(ARRAY_SIZE(indices))];

	if (one_in(2))
		*index = (RING_IDX)wild_number();
	else
		*index += one_in(2) ? RING_ENTRIES + below(64) : 0u - 1 - below(64);
	evtchn_send(net.port);
	sleep_ns(below(PATIENCE_NS));
	is_broken = true;
}

static void random_rings(void)
{
	uint8_t *page = one_in(2) ? net_tx_page.bytes : net_rx_page.bytes;

	random_fill(page + 64, GUEST_PAGE_SIZE - 64);
	net_tx_page.tx.req_prod += below(RING_ENTRIES);
	net_rx_page.rx.req_prod += below(RING_ENTRIES);
	evtchn_send(net.port);
	sleep_ns(below(PATIENCE_NS));
	if (one_in(2))
		random_fill(page, 64);
	evtchn_send(net.port);
	sleep_ns(below(PATIENCE_NS));
	is_broken = true;
}

static void changed_in_flight(void)
{
	const uint64_t end_ns = time_ns() + FLOOD_NS;

	for (uint32_t n = 0; n < 128; n++) {
		const struct netif_tx_request r = good_request();

		net_put(&r);
	}
	net_push();
	while (time_ns() < end_ns) {
		struct netif_tx_request r = one_in(2) ? with_bad_grant() : with_odd_size();

		r.flags = (uint16_t)below(16);
		*RING_GET_REQUEST(&net.tx, below(RING_ENTRIES)) = r;
	}
	is_broken = true;
}

static void closed_in_the_middle(void)
{
	static const enum xenbus_state states[] = {
		XenbusStateClosing, XenbusStateClosed, XenbusStateInitialising,
	};

	for (uint32_t n = 0; n < 200; n++) {
		const struct netif_tx_request r = good_request();

		net_put(&r);
	}
	net_push();
	if (one_in(2))
		sched_yield();
	if (one_in(4))
		grants_revoke(one_in(2) ? REF_NET_TX : REF_NET_RX);
	if (one_in(4))
		evtchn_close(net.port);
	frontend_switch(&net.fe, states[below(ARRAY_SIZE(states))]);
	is_broken = true;
}

static void wild_states(void)
{
	static const char *const others[] = { "9", "255", "-1", "2147483647", "1 2" };

	for (uint32_t n = 1 + below(8); n; n--) {
		if (one_in(4))
			frontend_write(&net.fe, "state", others[below(ARRAY_SIZE(others))]);
		else
			frontend_switch(&net.fe, 1 + below(8));
		if (one_in(3))
			sleep_ns(below(PATIENCE_NS));
	}
	is_broken = true;
}

static void wild_nodes(void)
{
	static const char *const names[] = {
		"tx-ring-ref", "rx-ring-ref", "event-channel", "event-channel-tx", "event-channel-rx",
		"multi-queue-num-queues", "ctrl-ring-ref", "event-channel-ctrl", "request-rx-copy",
		"feature-sg", "feature-gso-tcpv4", "request-multicast-control", "xdp-headroom",
		"queue-0/tx-ring-ref", "queue-1/event-channel",
	};

	net_restart();
	net_prepare();
	net_publish();
	for (uint32_t n = 1 + below(3); n; n--)
		frontend_write(&net.fe, names[below(ARRAY_SIZE(names))], wild_text());
	if (one_in(3))
		random_fill(one_in(2) ? &net_tx_page : &net_rx_page, GUEST_PAGE_SIZE);
	frontend_switch(&net.fe, XenbusStateConnected);
	backend_await(&net.fe, BIT_OF(XenbusStateConnected) | BIT_OF(XenbusStateClosing), 10 * PATIENCE_NS);
	evtchn_send(net.port);
	is_broken = true;
}

static const struct attack menu[] = {
	{ "net-grants", bad_grants },
	{ "net-odd-sizes", odd_sizes },
	{ "net-sizes", bad_sizes },
	{ "net-chains", chains },
	{ "net-extras", extras },
	{ "net-rx-grants", rx_grants },
	{ "net-revoked", revoked_in_flight },
	{ "net-packet-flood", packet_flood },
	{ "net-event-flood", event_flood },
	{ "net-ring-index", ring_index },
	{ "net-random-rings", random_rings },
	{ "net-changed", changed_in_flight },
	{ "net-closed", closed_in_the_middle },
	{ "net-states", wild_states },
	{ "net-nodes", wild_nodes },
};

const char *net_attack(void)
{
	return run_attack(menu, ARRAY_SIZE(menu), &is_broken);
}
