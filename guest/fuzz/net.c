/* SPDX-License-Identifier: BSD-2-Clause */
#include "net.h"

#define ETH_HEADER	14u
#define ARP_FRAME	60u
#define ARP_REPLY_NS	(50 * NS_PER_MS)
#define MAX_RESTARTS	10

struct net net;
union net_ring_page net_tx_page __attribute__((aligned(4096)));
union net_ring_page net_rx_page __attribute__((aligned(4096)));

/* Of dom0's bridge, and one of ours: image/configs/fuzz.dts. */
static const uint8_t peer_ip[4] = { 10, 9, 0, 1 };
static const uint8_t own_ip[4] = { 10, 9, 0, 3 };
static bool has_reply;

static uint32_t hex_digit(char c)
{
	return (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

void net_init(void)
{
	char path[64], text[24];

	frontend_find(&net.fe, "vif");
	if (!net.fe.is_there)
		return;
	snprintf(path, sizeof(path), "%s/mac", net.fe.dir);
	if (xs_read(XS_NO_TRANSACTION, path, text, sizeof(text)) != 17)
		failure("%s: no MAC", net.fe.dir);
	for (uint32_t i = 0; i < 6; i++)
		net.mac[i] = (uint8_t)(hex_digit(text[3 * i]) << 4 | hex_digit(text[3 * i + 1]));
	memset(net.peer_mac, 0xff, sizeof(net.peer_mac));
}

void net_prepare(void)
{
	grants_make(net.fe.backend_id);
	memset(&net_tx_page, 0, sizeof(net_tx_page));
	memset(&net_rx_page, 0, sizeof(net_rx_page));
	SHARED_RING_INIT(&net_tx_page.tx);
	SHARED_RING_INIT(&net_rx_page.rx);
	FRONT_RING_INIT(&net.tx, &net_tx_page.tx, GUEST_PAGE_SIZE);
	FRONT_RING_INIT(&net.rx, &net_rx_page.rx, GUEST_PAGE_SIZE);
	gnttab_grant(REF_NET_TX, net.fe.backend_id, &net_tx_page, false);
	gnttab_grant(REF_NET_RX, net.fe.backend_id, &net_rx_page, false);
	if (evtchn_alloc_unbound(net.fe.backend_id, &net.port))
		failure("%s: no event channel", net.fe.dir);
	evtchn_unmask(net.port);
}

void net_publish(void)
{
	static const char *const features[] = {
		"request-rx-copy", "feature-rx-notify", "feature-sg", "feature-gso-tcpv4",
		"feature-gso-tcpv6", "feature-ipv6-csum-offload",
	};

	frontend_write_number(&net.fe, "tx-ring-ref", REF_NET_TX);
	frontend_write_number(&net.fe, "rx-ring-ref", REF_NET_RX);
	frontend_write_number(&net.fe, "event-channel", net.port);
	for (uint32_t i = 0; i < ARRAY_SIZE(features); i++)
		frontend_write_number(&net.fe, features[i], 1);
}

bool net_connect(void)
{
	net_prepare();
	net_publish();
	for (uint16_t i = 0; i < NET_RX_PAGES; i++)
		net_post_rx(i, REF_DATA + i);
	frontend_switch(&net.fe, XenbusStateConnected);
	return backend_await(&net.fe, BIT_OF(XenbusStateConnected), STATE_TIMEOUT_NS) == XenbusStateConnected;
}

static void remove_nodes(void)
{
	static const char *const names[] = {
		"tx-ring-ref", "rx-ring-ref", "event-channel", "event-channel-tx", "event-channel-rx",
		"multi-queue-num-queues", "ctrl-ring-ref", "event-channel-ctrl", "queue-0", "queue-1",
		"request-multicast-control", "xdp-headroom",
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(names); i++)
		frontend_remove(&net.fe, names[i]);
}

void net_restart(void)
{
	grant_ref_t stuck = 0;

	for (uint32_t i = 0; i < MAX_RESTARTS; i++) {
		frontend_restart(&net.fe);
		stuck = grants_end(REF_BLK_RING, REF_OTHERS);
		if (!stuck)
			break;
	}
	if (stuck)
		failure("%s: grant %u still in use after the backend closed", net.fe.dir, stuck);
	remove_nodes();
	if (net.port)
		evtchn_close(net.port);
	net.port = 0;
}

void net_put(const void *request)
{
	memcpy(RING_GET_REQUEST(&net.tx, net.tx.req_prod_pvt), request, sizeof(struct netif_tx_request));
	net.tx.req_prod_pvt++;
}

void net_push(void)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&net.tx, notify);
	if (notify && net.port)
		evtchn_send(net.port);
}

void net_post_rx(uint16_t id, grant_ref_t ref)
{
	int notify;

	*RING_GET_REQUEST(&net.rx, net.rx.req_prod_pvt) = (struct netif_rx_request){ .id = id, .gref = ref };
	net.rx.req_prod_pvt++;
	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&net.rx, notify);
	if (notify && net.port)
		evtchn_send(net.port);
}

grant_ref_t net_frame(uint32_t len)
{
	const uint32_t index = NET_RX_PAGES + below(NR_DATA - NET_RX_PAGES);
	uint8_t *page = data_page[index];

	random_fill(page, len < GUEST_PAGE_SIZE ? len : GUEST_PAGE_SIZE);
	memcpy(page, net.peer_mac, 6);
	memcpy(page + 6, net.mac, 6);
	if (one_in(2))		/* IPv4, IPv6: headers that offload looks at */
		memcpy(page + 12, one_in(2) ? "\x08\x00\x45" : "\x86\xdd\x60", 3);
	return REF_DATA + index;
}

/* Is it the ARP reply that net_check() waits for? */
static void look_at(const uint8_t *frame)
{
	static const uint8_t arp_reply[10] = { 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 2 };

	if (memcmp(frame + 12, arp_reply, sizeof(arp_reply)) || memcmp(frame + ETH_HEADER + 14, peer_ip, 4))
		return;
	memcpy(net.peer_mac, frame + ETH_HEADER + 8, 6);
	has_reply = true;
}

static bool take_rx(void)
{
	struct netif_rx_response response;

	if (!RING_HAS_UNCONSUMED_RESPONSES(&net.rx))
		return false;
	xen_rmb();
	response = *RING_GET_RESPONSE(&net.rx, net.rx.rsp_cons);
	net.rx.rsp_cons++;
	if (response.id < NET_RX_PAGES && response.status >= (int16_t)(ETH_HEADER + 28) && !response.offset)
		look_at(data_page[response.id]);
	if (response.id < NET_RX_PAGES)
		net_post_rx(response.id, REF_DATA + response.id);
	return true;
}

void net_take(uint64_t timeout_ns)
{
	const uint64_t end_ns = time_ns() + timeout_ns;

	do {
		for (uint32_t n = 0; n < 256 && take_rx(); n++)
			;
		net.tx.rsp_cons = net.tx.sring->rsp_prod;
		net.rx.sring->rsp_event = net.rx.rsp_cons + 1;
		net.tx.sring->rsp_event = net.tx.rsp_cons + 1;
		xen_mb();
		wait_event(RING_HAS_UNCONSUMED_RESPONSES(&net.rx), NS_PER_MS);
	} while (time_ns() < end_ns && !has_reply);
}

static void ask(void)
{
	static const uint8_t arp_request[10] = { 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1 };
	uint8_t *frame = data_page[NR_DATA - 1];
	const struct netif_tx_request request = {
		.gref = REF_DATA + NR_DATA - 1, .id = 1, .size = ARP_FRAME,
	};

	memset(frame, 0, ARP_FRAME);
	memset(frame, 0xff, 6);
	memcpy(frame + 6, net.mac, 6);
	memcpy(frame + 12, arp_request, sizeof(arp_request));
	memcpy(frame + ETH_HEADER + 8, net.mac, 6);
	memcpy(frame + ETH_HEADER + 14, own_ip, 4);
	memcpy(frame + ETH_HEADER + 24, peer_ip, 4);
	net_put(&request);
	net_push();
}

bool net_check(uint64_t timeout_ns)
{
	const uint64_t end_ns = time_ns() + timeout_ns;

	has_reply = false;
	while (!has_reply && time_ns() < end_ns) {
		ask();
		net_take(ARP_REPLY_NS);
	}
	return has_reply;
}
