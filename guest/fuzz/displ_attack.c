/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hostile domain does to its display's backend. */
#include "displ.h"

#define PATIENCE_NS	(30 * NS_PER_MS)	/* for responses, which may never come */
#define FLOOD_NS	(60 * NS_PER_MS)
#define NR_KEPT		4u			/* pages of the backend's that are mapped at once */

static bool is_broken;

bool displ_is_broken(void)
{
	return is_broken;
}

static uint64_t any_cookie(uint32_t usual)
{
	return one_in(8) ? wild_number() : usual + below(4) - one_in(4);
}

/* One that cannot be, or just so. */
static struct xendispl_req create_request(void)
{
	struct xendispl_req r = displ_create();
	struct xendispl_dbuf_create_req *create = &r.op.dbuf_create;

	create->dbuf_cookie = any_cookie(DISPL_BUFFER);
	switch (below(7)) {
	case 0:
		create->width = one_in(2) ? DISPL_WIDTH + 1 : (uint32_t)wild_number();
		break;
	case 1:
		create->height = one_in(2) ? DISPL_HEIGHT + 1 : (uint32_t)wild_number();
		break;
	case 2:
		create->bpp = one_in(2) ? 8 * below(6) : (uint32_t)wild_number();
		break;
	case 3:
		create->buffer_sz = one_in(2) ? DISPL_BYTES - 1 : (uint32_t)wild_number();
		break;
	case 4:
		create->data_ofs = one_in(2) ? below(16) : (uint32_t)wild_number();
		break;
	case 5:
		create->width = 0;
		create->height = 0;
		create->bpp = 0;
		create->data_ofs = 4 * below(DISPL_BYTES / 4);
		break;
	default:
		create->flags = one_in(2) ? XENDISPL_DBUF_FLG_REQ_ALLOC : (uint32_t)wild_number();
	}
	return r;
}

static struct xendispl_req attach_request(void)
{
	static const uint32_t formats[] = { DISPL_XRGB, 0x36314752, 0x35315258, 0x34325241, 0x56595559 };
	struct xendispl_req r = displ_attach();
	struct xendispl_fb_attach_req *attach = &r.op.fb_attach;

	attach->dbuf_cookie = any_cookie(DISPL_BUFFER);
	attach->fb_cookie = any_cookie(DISPL_FB);
	attach->width = (uint32_t)(one_in(2) ? wild_number() : 1 + below(DISPL_WIDTH + 2));
	attach->height = (uint32_t)(one_in(2) ? wild_number() : 1 + below(DISPL_HEIGHT + 2));
	attach->pixel_format = (uint32_t)(one_in(8) ? random64() : formats[below(ARRAY_SIZE(formats))]);
	return r;
}

static struct xendispl_req flip_request(void)
{
	struct xendispl_req r = displ_flip();

	r.op.pg_flip.fb_cookie = any_cookie(DISPL_FB);
	return r;
}

static struct xendispl_req destroy_request(void)
{
	struct xendispl_req r = { .operation = one_in(2) ? XENDISPL_OP_DBUF_DESTROY : XENDISPL_OP_FB_DETACH };

	r.op.dbuf_destroy.dbuf_cookie =
		any_cookie(r.operation == XENDISPL_OP_FB_DETACH ? DISPL_FB : DISPL_BUFFER);
	return r;
}

static struct xendispl_req config_request(void)
{
	struct xendispl_req r = displ_set();

	r.op.set_config.fb_cookie = one_in(4) ? 0 : any_cookie(DISPL_FB);
	if (one_in(2))
		r.op.set_config.width = (uint32_t)wild_number();
	if (one_in(2))
		r.op.set_config.y = (uint32_t)wild_number();
	return r;
}

static struct xendispl_req any_request(void)
{
	struct xendispl_req r = { .operation = (uint8_t)(one_in(8) ? random64() : 0x10 + below(8)) };

	switch (below(7)) {
	case 0:
		return create_request();
	case 1:
		return attach_request();
	case 2:
		return flip_request();
	case 3:
		return destroy_request();
	case 4:
		return config_request();
	case 5:
		return displ_flip();
	default:
		random_fill(&r.op, sizeof(r.op));
		return r;
	}
}

static void send_some(struct xendispl_req (*make)(void))
{
	for (uint32_t n = 1 + below(RING_SIZE(&displ.ring)); n; n--)
		displ_put(make());
	displ_push();
	displ_drain(PATIENCE_NS);
}

static void creates(void)
{
	send_some(create_request);
}

static void framebuffers(void)
{
	displ_put(displ_create());
	send_some(attach_request);
	send_some(flip_request);
}

static void mixture(void)
{
	if (one_in(2))
		displ_show();
	send_some(any_request);
}

/* As many buffers and framebuffers as there may be, and more. */
static void many(void)
{
	for (uint32_t i = 0; i < 4 * RING_SIZE(&displ.ring); i++) {
		struct xendispl_req r = i % 2 ? displ_attach() : displ_create();

		if (i % 2)
			r.op.fb_attach.fb_cookie = i;
		else
			r.op.dbuf_create.dbuf_cookie = DISPL_BUFFER + i;
		displ_put(r);
		displ_push();
		if (!displ_drain(PATIENCE_NS))
			return;
	}
}

/* Loops in it, grants that are none, or others'. */
static void bad_directory(void)
{
	struct xendispl_page_directory *directory = (void *)data_page[DISPL_DIRECTORY];
	struct xendispl_req r = displ_create();

	if (one_in(3))
		r.op.dbuf_create.gref_directory = bad_ref();
	if (one_in(3)) {		/* larger than one page of it can name */
		r.op.dbuf_create.width = 2048;
		r.op.dbuf_create.height = 1024;
		r.op.dbuf_create.buffer_sz = 2048 * 1024 * 4;
	}
	directory->gref_dir_next_page = (grant_ref_t)(one_in(2) ? REF_DATA + DISPL_DIRECTORY : wild_number());
	for (uint32_t n = 1 + below(4); n; n--)
		directory->gref[below(DISPL_PAGES)] = one_in(2) ? bad_ref() : good_ref();
	displ_put(r);
	displ_put(displ_attach());
	send_some(displ_flip);
}

/* While they are shown. */
static void revoked(void)
{
	displ_show();
	for (uint32_t n = 1 + below(8); n; n--)
		grants_revoke(REF_DATA + below(NR_DATA));
	send_some(displ_flip);
}

static void destroyed(void)
{
	displ_show();
	send_some(destroy_request);
	send_some(displ_flip);
}

static void check_black(const struct gnttab_mapping *mapping)
{
	const uint32_t *word = mapping->va;

	for (uint32_t i = 0; i < GUEST_PAGE_SIZE / sizeof(*word); i++) {
		if (word[i])
			failure("%s: a new buffer has pixels, %x", displ.fe.dir, word[i]);
	}
}

/* A buffer of the backend's that is destroyed while it is mapped, and written to after that. */
static void kept(void)
{
	struct xendispl_page_directory *directory = (void *)data_page[DISPL_DIRECTORY];
	struct gnttab_mapping mapping[NR_KEPT];
	struct xendispl_req r = displ_create();
	uint32_t n = 0;

	r.op.dbuf_create.flags = XENDISPL_DBUF_FLG_REQ_ALLOC;
	displ_put(r);
	displ_push();
	if (!displ_drain(10 * PATIENCE_NS) || displ.status)
		return;
	for (; n < NR_KEPT; n++) {
		const grant_ref_t ref = directory->gref[below(DISPL_PAGES)];

		if (gnttab_map(&mapping[n], n, displ.fe.backend_id, ref, false))
			break;
		check_black(&mapping[n]);
	}
	displ_put(displ_attach());
	displ_put(displ_set());
	r = (struct xendispl_req){ .operation = XENDISPL_OP_DBUF_DESTROY };
	r.op.dbuf_destroy.dbuf_cookie = DISPL_BUFFER;
	displ_put(r);
	displ_push();
	displ_drain(10 * PATIENCE_NS);
	for (uint32_t i = 0; i < n; i++)
		random_fill(mapping[i].va, GUEST_PAGE_SIZE);
	for (uint32_t i = 0; i < n; i++)
		gnttab_unmap(&mapping[i]);
}

/* An event page that nobody reads, or that says that what is there was read. */
static void event_page(void)
{
	displ_show();
	for (uint32_t n = 1 + below(6); n; n--) {
		displ_events.header.in_cons =
			(uint32_t)(one_in(2) ? wild_number() : displ_events.header.in_prod);
		if (one_in(3))
			random_fill(displ_events.bytes, GUEST_PAGE_SIZE);
		evtchn_send(displ.event_port);
		send_some(displ_flip);
	}
}

static void flip_flood(void)
{
	const uint64_t end_ns = time_ns() + FLOOD_NS;

	displ_show();
	while (time_ns() < end_ns)
		send_some(displ_flip);
}

static void event_flood(void)
{
	flood_events(displ.port, displ.event_port, FLOOD_NS);
}

static void ring_index(void)
{
	displ_show();
	displ_ring.sring.req_prod =
		one_in(2) ? displ.ring.req_prod_pvt + RING_SIZE(&displ.ring) + 1 + below(4) :
			    (RING_IDX)wild_number();
	evtchn_send(displ.port);
	sleep_ns(PATIENCE_NS);
	is_broken = true;
}

static void random_ring(void)
{
	random_fill(displ_ring.bytes, GUEST_PAGE_SIZE);
	evtchn_send(displ.port);
	sleep_ns(PATIENCE_NS);
	is_broken = true;
}

static void closed_in_the_middle(void)
{
	displ_show();
	displ_put(displ_flip());
	displ_push();
	frontend_switch(&displ.fe, one_in(2) ? XenbusStateClosing : XenbusStateClosed);
	evtchn_send(displ.port);
	is_broken = true;
}

static void wild_states(void)
{
	if (one_in(2))
		displ_show();
	for (uint32_t n = 1 + below(5); n; n--) {
		frontend_switch(&displ.fe, (enum xenbus_state)below(10));
		if (one_in(2))
			sleep_ns(PATIENCE_NS);
	}
	is_broken = true;
}

static void wild_nodes(void)
{
	static const char *const names[] = {
		"0/req-ring-ref", "0/req-event-channel", "0/evt-ring-ref", "0/evt-event-channel",
		"0/resolution", "be-alloc",
	};

	displ_restart();
	displ_prepare();
	displ_publish();
	for (uint32_t n = 1 + below(4); n; n--)
		frontend_write(&displ.fe, names[below(ARRAY_SIZE(names))], wild_text());
	frontend_switch(&displ.fe, XenbusStateInitialised);
	backend_await(&displ.fe, BIT_OF(XenbusStateConnected) | BIT_OF(XenbusStateClosing), 10 * PATIENCE_NS);
	evtchn_send(displ.port);
	is_broken = true;
}

static const struct attack menu[] = {
	{ "creates", creates },
	{ "framebuffers", framebuffers },
	{ "mixture", mixture },
	{ "many", many },
	{ "bad-directory", bad_directory },
	{ "revoked", revoked },
	{ "destroyed", destroyed },
	{ "kept", kept },
	{ "event-page", event_page },
	{ "flip-flood", flip_flood },
	{ "event-flood", event_flood },
	{ "ring-index", ring_index },
	{ "random-ring", random_ring },
	{ "closed", closed_in_the_middle },
	{ "states", wild_states },
	{ "nodes", wild_nodes },
};

const char *displ_attack(void)
{
	return run_attack(menu, ARRAY_SIZE(menu), &is_broken);
}
