/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hostile domain does to its disk's backend. */
#include "blk.h"

#define PATIENCE_NS	(30 * NS_PER_MS)	/* for responses, which may never come */
#define FLOOD_NS	(60 * NS_PER_MS)

static bool is_broken;

bool blk_is_broken(void)
{
	return is_broken;
}

static uint64_t wild_sector(void)
{
	switch (below(4)) {
	case 0:
		return blk.sectors - below(64);
	case 1:
		return wild_number() | 1ull << 63;
	case 2:
		return UINT64_MAX - below(64);
	default:
		return FREE_SECTOR + below((uint32_t)blk.sectors);
	}
}

static uint64_t free_sector(void)
{
	return FREE_SECTOR + below((uint32_t)blk.sectors - FREE_SECTOR - 8 * 11);
}

/* A request that could be served. */
static struct blkif_request good_request(void)
{
	struct blkif_request r = {
		.operation = one_in(2) ? BLKIF_OP_READ : BLKIF_OP_WRITE,
		.nr_segments = (uint8_t)(1 + below(BLKIF_MAX_SEGMENTS_PER_REQUEST)),
		.handle = blk.handle, .id = random64(), .sector_number = free_sector(),
	};

	for (uint32_t i = 0; i < BLKIF_MAX_SEGMENTS_PER_REQUEST; i++)
		r.seg[i] = (struct blkif_request_segment){ good_ref(), 0, 7 };
	return r;
}

static void send_some(struct blkif_request (*make)(void))
{
	for (uint32_t n = 1 + below(64); n; n--) {
		const struct blkif_request r = make();

		blk_put(&r);
	}
	blk_push();
	blk_drain(PATIENCE_NS);
}

static struct blkif_request with_bad_grant(void)
{
	struct blkif_request r = good_request();

	for (uint32_t n = 1 + below(3); n; n--)
		r.seg[below(r.nr_segments)].gref = bad_ref();
	return r;
}

static struct blkif_request with_bad_segments(void)
{
	struct blkif_request r = good_request();
	struct blkif_request_segment *seg = &r.seg[below(r.nr_segments)];

	if (one_in(3)) {
		r.nr_segments = one_in(2) ? 0 : (uint8_t)(12 + below(244));
		return r;
	}
	seg->first_sect = (uint8_t)(one_in(2) ? below(8) : below(256));
	seg->last_sect = (uint8_t)(one_in(2) ? below(8) : below(256));
	return r;
}

static struct blkif_request beyond_the_end(void)
{
	struct blkif_request r = good_request();

	r.sector_number = wild_sector();
	r.handle = (uint16_t)(one_in(4) ? random64() : blk.handle);
	return r;
}

static struct blkif_request unknown_operation(void)
{
	struct blkif_request r = good_request();

	r.operation = one_in(2) ? BLKIF_OP_RESERVED_1 : (uint8_t)(7 + below(249));
	return r;
}

static struct blkif_request flush_or_discard(void)
{
	struct blkif_request r = good_request();
	struct blkif_request_discard *discard = (struct blkif_request_discard *)(void *)&r;

	switch (below(3)) {
	case 0:
		r.operation = BLKIF_OP_FLUSH_DISKCACHE;
		r.nr_segments = (uint8_t)(one_in(2) ? 0 : below(256));
		return r;
	case 1:
		r.operation = BLKIF_OP_WRITE_BARRIER;
		return r;
	default:
		discard->operation = BLKIF_OP_DISCARD;
		discard->flag = (uint8_t)below(4);
		discard->sector_number = wild_sector();
		discard->nr_sectors = one_in(2) ? below(64) : wild_number();
		return r;
	}
}

/* Indirect pages are data_page[]s with segments, good and bad; only good ones reach the disk. */
static void fill_indirect_page(uint8_t *page)
{
	struct blkif_request_segment *seg = (struct blkif_request_segment *)(void *)page;
	const bool is_good = one_in(2);

	for (uint32_t i = 0; i < GUEST_PAGE_SIZE / sizeof(*seg); i++) {
		seg[i] = (struct blkif_request_segment){ good_ref(), 0, 7 };
		if (!is_good && one_in(8))
			seg[i] = (struct blkif_request_segment){
				bad_ref(), (uint8_t)below(10), (uint8_t)below(10)
			};
	}
	if (one_in(4))
		random_fill(page, GUEST_PAGE_SIZE);
}

static struct blkif_request indirect(void)
{
	struct blkif_request r;
	struct blkif_request_indirect *in = (struct blkif_request_indirect *)(void *)&r;
	static const uint16_t counts[] = {
		0, 1, 11, 12, 31, 32, 33, 255, 256, 257, 511, 512, 513, 4096, 65535
	};

	memset(&r, 0, sizeof(r));
	in->operation = BLKIF_OP_INDIRECT;
	in->indirect_op = (uint8_t)(one_in(4) ? below(256) : below(2));
	in->nr_segments = one_in(4) ? (uint16_t)random64() : counts[below(ARRAY_SIZE(counts))];
	in->id = random64();
	in->sector_number = one_in(4) ? wild_sector() : FREE_SECTOR + below(1024);
	in->handle = blk.handle;
	for (uint32_t i = 0; i < BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST; i++) {
		const uint32_t page = below(NR_DATA);

		if (one_in(8))
			fill_indirect_page(data_page[page]);
		in->indirect_grefs[i] = one_in(6) ? bad_ref() : REF_DATA + page;
	}
	return r;
}

static struct blkif_request any_request(void)
{
	static struct blkif_request (*const make[])(void) = {
		good_request, with_bad_grant, with_bad_segments, beyond_the_end, unknown_operation,
		flush_or_discard, indirect,
	};

	return make[below(ARRAY_SIZE(make))]();
}

static void bad_grants(void)
{
	send_some(with_bad_grant);
}

static void bad_segments(void)
{
	send_some(with_bad_segments);
}

static void bad_sectors(void)
{
	send_some(beyond_the_end);
}

static void bad_operations(void)
{
	send_some(unknown_operation);
}

static void flushes(void)
{
	send_some(flush_or_discard);
}

static void indirects(void)
{
	send_some(indirect);
}

static void mixture(void)
{
	send_some(any_request);
}

/* Good requests whose pages are taken away while they are served. */
static void revoked_in_flight(void)
{
	for (uint32_t n = 1 + below(8); n; n--) {
		struct blkif_request r = good_request();

		r.seg[below(r.nr_segments)].gref = REF_REVOKED;
		blk_put(&r);
	}
	blk_push();
	if (one_in(2))
		sched_yield();
	grants_revoke(REF_REVOKED);
	if (one_in(2))
		grants_revoke(good_ref());
	blk_drain(PATIENCE_NS);
	grants_make(blk.fe.backend_id);
}

/* Requests change while they are read. */
static void changed_in_flight(void)
{
	const uint64_t end_ns = time_ns() + FLOOD_NS;

	for (uint32_t n = 0; n < blk.ring.nr_ents; n++) {
		const struct blkif_request r = any_request();

		blk_put(&r);
	}
	blk_push();
	while (time_ns() < end_ns)
		*RING_GET_REQUEST(&blk.ring, below(blk.ring.nr_ents)) = any_request();
	is_broken = true;		/* responses have been overwritten */
}

static void request_flood(void)
{
	const uint64_t end_ns = time_ns() + FLOOD_NS;

	while (time_ns() < end_ns) {
		const struct blkif_request r = one_in(4) ? any_request() : good_request();

		blk_put(&r);
		blk_push();
	}
	blk_drain(PATIENCE_NS);
}

static void event_flood(void)
{
	flood_events(blk.port, blk.port, FLOOD_NS);
}

/* ---- those after which the backend need not serve this ring -------------------------------- */

static void ring_index(void)
{
	blkif_sring_t *sring = blk.ring.sring;

	switch (below(5)) {
	case 0:
		sring->req_prod += blk.ring.nr_ents + 1 + below(64);
		break;
	case 1:
		sring->req_prod -= 1 + below(64);
		break;
	case 2:
		sring->req_prod = (RING_IDX)wild_number();
		break;
	case 3:
		sring->rsp_prod = (RING_IDX)wild_number();
		break;
	default:
		sring->req_event = sring->rsp_event = (RING_IDX)wild_number();
	}
	evtchn_send(blk.port);
	sleep_ns(below(PATIENCE_NS));
	is_broken = true;
}

static void random_ring(void)
{
	random_fill(blk_ring.bytes + 64, GUEST_PAGE_SIZE * blk.ring.nr_ents / 32 - 64);
	blk.ring.sring->req_prod += below(blk.ring.nr_ents);
	evtchn_send(blk.port);
	sleep_ns(below(PATIENCE_NS));
	if (one_in(2))
		random_fill(blk_ring.bytes, 64);
	evtchn_send(blk.port);
	sleep_ns(below(PATIENCE_NS));
	is_broken = true;
}

static void closed_in_the_middle(void)
{
	static const enum xenbus_state states[] = {
		XenbusStateClosing, XenbusStateClosed, XenbusStateInitialising,
	};

	for (uint32_t n = 0; n < blk.ring.nr_ents; n++) {
		const struct blkif_request r = good_request();

		blk_put(&r);
	}
	blk_push();
	if (one_in(2))
		sched_yield();
	if (one_in(4))
		grants_revoke(REF_BLK_RING);
	if (one_in(4))
		evtchn_close(blk.port);
	frontend_switch(&blk.fe, states[below(ARRAY_SIZE(states))]);
	is_broken = true;
}

/* Not 0 or what is no number: that is a device that has been taken out, and it would not come back. */
static void wild_states(void)
{
	static const char *const others[] = { "9", "255", "-1", "2147483647", "1 2" };

	for (uint32_t n = 1 + below(8); n; n--) {
		if (one_in(4))
			frontend_write(&blk.fe, "state", others[below(ARRAY_SIZE(others))]);
		else
			frontend_switch(&blk.fe, 1 + below(8));
		if (one_in(4))
			sched_yield();
		else if (one_in(4))
			sleep_ns(below(PATIENCE_NS));
	}
	is_broken = true;
}

/* Shows a ring to the backend under wild nodes, and what it does then. */
static void start_badly(void)
{
	if (one_in(3))
		random_fill(blk_ring.bytes, GUEST_PAGE_SIZE);
	frontend_switch(&blk.fe, one_in(2) ? XenbusStateInitialised : XenbusStateConnected);
	backend_await(&blk.fe, BIT_OF(XenbusStateConnected) | BIT_OF(XenbusStateClosing), 10 * PATIENCE_NS);
	evtchn_send(blk.port);
	is_broken = true;
}

static void wild_nodes(void)
{
	static const char *const names[] = {
		"ring-ref", "event-channel", "ring-page-order", "multi-queue-num-queues", "protocol",
		"feature-persistent", "ring-ref0", "queue-0/ring-ref", "queue-0/event-channel",
	};

	blk_restart();
	blk_prepare(0);
	blk_publish(0, one_in(2));
	for (uint32_t n = 1 + below(3); n; n--)
		frontend_write(&blk.fe, names[below(ARRAY_SIZE(names))], wild_text());
	start_badly();
}

/* Rings of several pages, some of them bad. */
static void ring_pages(void)
{
	const uint32_t order = 1 + below(4);
	char name[16];

	blk_restart();
	blk_prepare(order);
	blk_publish(order, one_in(2));
	for (uint32_t n = 1 + below(2); n; n--) {
		snprintf(name, sizeof(name), "ring-ref%u", below(1u << order));
		frontend_write_number(&blk.fe, name, bad_ref());
	}
	start_badly();
}

static const struct attack menu[] = {
	{ "bad-grants", bad_grants },
	{ "bad-segments", bad_segments },
	{ "bad-sectors", bad_sectors },
	{ "bad-operations", bad_operations },
	{ "flushes", flushes },
	{ "indirects", indirects },
	{ "mixture", mixture },
	{ "revoked", revoked_in_flight },
	{ "changed", changed_in_flight },
	{ "request-flood", request_flood },
	{ "event-flood", event_flood },
	{ "ring-index", ring_index },
	{ "random-ring", random_ring },
	{ "closed", closed_in_the_middle },
	{ "states", wild_states },
	{ "nodes", wild_nodes },
	{ "ring-pages", ring_pages },
};

const char *blk_attack(void)
{
	return run_attack(menu, ARRAY_SIZE(menu), &is_broken);
}
