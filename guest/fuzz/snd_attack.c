/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hostile domain does to its sound's backend. */
#include "snd.h"

#define PATIENCE_NS	(30 * NS_PER_MS)	/* for responses, which may never come */
#define FLOOD_NS	(60 * NS_PER_MS)

static bool is_broken;

bool snd_is_broken(void)
{
	return is_broken;
}

static struct xensnd_req trigger_request(void)
{
	struct xensnd_req r = { .operation = XENSND_OP_TRIGGER };

	r.op.trigger.type = (uint8_t)(one_in(8) ? random64() : below(4));
	return r;
}

static struct xensnd_req range_request(void)
{
	struct xensnd_req r = { .operation = one_in(2) ? XENSND_OP_WRITE : XENSND_OP_READ };

	r.op.rw.offset = (uint32_t)(one_in(2) ? wild_number() : below(SND_PAGES * GUEST_PAGE_SIZE));
	r.op.rw.length = (uint32_t)(one_in(2) ? wild_number() : below(SND_PAGES * GUEST_PAGE_SIZE));
	return r;
}

/* One that cannot be, or just so. */
static struct xensnd_req open_request(void)
{
	struct xensnd_req r = snd_open_request();

	switch (below(6)) {
	case 0:
		r.op.open.pcm_rate = (uint32_t)wild_number();
		break;
	case 1:
		r.op.open.pcm_format = (uint8_t)below(256);
		r.op.open.pcm_channels = (uint8_t)below(8);
		break;
	case 2:
		r.op.open.buffer_sz = (uint32_t)wild_number();
		break;
	case 3:
		r.op.open.period_sz = (uint32_t)wild_number();
		break;
	case 4:
		r.op.open.buffer_sz = 4 * (1 + below(SND_PAGES * GUEST_PAGE_SIZE / 4));
		r.op.open.period_sz = below(r.op.open.buffer_sz + 1);
		break;
	default:
		break;
	}
	return r;
}

static struct xensnd_req any_request(void)
{
	struct xensnd_req r = { .operation = (uint8_t)(one_in(8) ? random64() : below(10)) };

	switch (below(5)) {
	case 0:
		return open_request();
	case 1:
	case 2:
		return trigger_request();
	case 3:
		return range_request();
	default:
		random_fill(&r.op, sizeof(r.op));
		return r;
	}
}

static void send_some(struct xensnd_req (*make)(void))
{
	for (uint32_t n = 1 + below(RING_SIZE(&snd.ring)); n; n--)
		snd_put(make());
	snd_push();
	snd_drain(PATIENCE_NS);
}

static void opens(void)
{
	send_some(open_request);
}

static void ranges(void)
{
	if (one_in(2))
		snd_put(snd_open_request());
	send_some(range_request);
}

static void mixture(void)
{
	send_some(any_request);
}

static void bad_directory(void)
{
	struct xensnd_page_directory *directory = (void *)data_page[SND_DIRECTORY];
	struct xensnd_req r = snd_open_request();

	if (one_in(3))
		r.op.open.gref_directory = bad_ref();
	directory->gref_dir_next_page = (grant_ref_t)(one_in(2) ? REF_DATA + SND_DIRECTORY : wild_number());
	for (uint32_t n = 1 + below(4); n; n--)
		directory->gref[below(SND_PAGES)] = one_in(2) ? bad_ref() : good_ref();
	snd_put(r);
	send_some(trigger_request);
}

static void start_playing(void)
{
	struct xensnd_req r = { .operation = XENSND_OP_TRIGGER };

	r.op.trigger.type = XENSND_OP_TRIGGER_START;
	snd_put(snd_open_request());
	snd_put(r);
	snd_push();
	snd_drain(PATIENCE_NS);
}

/* While they are mapped and played. */
static void revoked(void)
{
	start_playing();
	for (uint32_t n = 1 + below(8); n; n--)
		grants_revoke(REF_DATA + below(NR_DATA));
	sleep_ns(PATIENCE_NS);
}

/* An event page that nobody reads, or that says that what is there was read. */
static void event_page(void)
{
	start_playing();
	for (uint32_t n = 1 + below(6); n; n--) {
		snd_events.header.in_cons = (uint32_t)(one_in(2) ? wild_number() : snd_events.header.in_prod);
		if (one_in(3))
			random_fill(snd_events.bytes, GUEST_PAGE_SIZE);
		evtchn_send(snd.event_port);
		sleep_ns(PATIENCE_NS);
	}
}

static void request_flood(void)
{
	const uint64_t end_ns = time_ns() + FLOOD_NS;

	while (time_ns() < end_ns)
		send_some(any_request);
}

static void event_flood(void)
{
	flood_events(snd.port, snd.event_port, FLOOD_NS);
}

static void ring_index(void)
{
	start_playing();
	snd_ring.sring.req_prod = one_in(2) ? snd.ring.req_prod_pvt + RING_SIZE(&snd.ring) + 1 + below(4) :
					      (RING_IDX)wild_number();
	evtchn_send(snd.port);
	sleep_ns(PATIENCE_NS);
	is_broken = true;
}

static void random_ring(void)
{
	random_fill(snd_ring.bytes, GUEST_PAGE_SIZE);
	evtchn_send(snd.port);
	sleep_ns(PATIENCE_NS);
	is_broken = true;
}

static void closed_in_the_middle(void)
{
	start_playing();
	frontend_switch(&snd.fe, one_in(2) ? XenbusStateClosing : XenbusStateClosed);
	evtchn_send(snd.port);
	is_broken = true;
}

static void wild_states(void)
{
	if (one_in(2))
		start_playing();
	for (uint32_t n = 1 + below(5); n; n--) {
		frontend_switch(&snd.fe, (enum xenbus_state)below(10));
		if (one_in(2))
			sleep_ns(PATIENCE_NS);
	}
	is_broken = true;
}

/* More streams than may be, of other types, with nodes of any kind. */
static void wild_nodes(void)
{
	static const char *const names[] = {
		"0/0/type", "0/0/ring-ref", "0/0/event-channel", "0/0/evt-ring-ref", "0/0/evt-event-channel",
		"0/1/type", "1/0/type", "0/1/ring-ref", "0/1/event-channel",
	};

	snd_restart();
	snd_prepare();
	snd_publish();
	for (uint32_t n = 1 + below(4); n; n--)
		frontend_write(&snd.fe, names[below(ARRAY_SIZE(names))],
			       one_in(3) ? "p" : one_in(2) ? "c" : wild_text());
	frontend_switch(&snd.fe, XenbusStateInitialised);
	backend_await(&snd.fe, BIT_OF(XenbusStateConnected) | BIT_OF(XenbusStateClosing), 10 * PATIENCE_NS);
	evtchn_send(snd.port);
	is_broken = true;
}

static const struct attack menu[] = {
	{ "opens", opens },
	{ "ranges", ranges },
	{ "mixture", mixture },
	{ "bad-directory", bad_directory },
	{ "revoked", revoked },
	{ "event-page", event_page },
	{ "request-flood", request_flood },
	{ "event-flood", event_flood },
	{ "ring-index", ring_index },
	{ "random-ring", random_ring },
	{ "closed", closed_in_the_middle },
	{ "states", wild_states },
	{ "nodes", wild_nodes },
};

const char *snd_attack(void)
{
	return run_attack(menu, ARRAY_SIZE(menu), &is_broken);
}
