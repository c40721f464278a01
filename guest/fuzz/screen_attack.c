/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hostile domain does to the backends of its screen and its keyboard. */
#include "screen.h"

#define PATIENCE_NS	(30 * NS_PER_MS)
#define FLOOD_NS	(60 * NS_PER_MS)

/* ---- before the backend has connected ---------------------------------------------------------- */

/* A size that just fits, one that just doesn't, or any. */
static void wild_shape(void)
{
	struct xenfb_page *fb = &fb_page.fb;

	fb_prepare();
	for (uint32_t n = 1 + below(3); n; n--) {
		switch (below(5)) {
		case 0:
			fb->width = (int32_t)wild_number();
			break;
		case 1:
			fb->height = one_in(2) ? SCREEN_HEIGHT + 1 : (int32_t)wild_number();
			break;
		case 2:
			fb->line_length = one_in(2) ? SCREEN_STRIDE + below(9) - 4 : (uint32_t)wild_number();
			break;
		case 3:
			fb->mem_length = one_in(2) ? SCREEN_STRIDE * SCREEN_HEIGHT - 1 :
						     (uint32_t)wild_number();
			break;
		default:
			fb->depth = (uint8_t)wild_number();
		}
	}
	fb_publish();
	fb_push();
}

/* Of the hypervisor, another domain, a device, nothing. */
static unsigned long others_frame(void)
{
	const struct exen_ops *ops = exen_ops();

	switch (below(5)) {
	case 0:
		return (ops->window_pa >> 12) + below(ops->window_pa_size >> 12);
	case 1:
		return (slot_pa >> 12) - 1 - below(64);
	case 2:
		return ((slot_pa + slot_size) >> 12) + below(64);
	case 3:
		return 0x10000 + below(0x100);		/* vexpress-a9's devices */
	default:
		return (unsigned long)wild_number();
	}
}

static bool is_own(unsigned long frame)
{
	return frame - (slot_pa >> 12) < slot_size >> 12;
}

/* A frame that isn't ours as the page, in its directory or in a list: none of them may be taken. */
static void others_frames(void)
{
	unsigned long frame;
	uint32_t state;

	do
		frame = others_frame();
	while (is_own(frame));
	fb_prepare();
	switch (below(3)) {
	case 0:
		fb_page.fb.pd[0] = frame;
		break;
	case 1:
		fb_frames[below(SCREEN_STRIDE * SCREEN_HEIGHT / GUEST_PAGE_SIZE + 1)] = frame;
		break;
	default:
		frontend_write_number(&screen.fb, "page-ref", frame);
		frontend_write_number(&screen.fb, "event-channel", screen.fb_port);
		frontend_switch(&screen.fb, XenbusStateInitialised);
		state = backend_await(&screen.fb, BIT_OF(XenbusStateConnected) | BIT_OF(XenbusStateClosing),
				      STATE_TIMEOUT_NS);
		if (state == XenbusStateConnected)
			failure("%s: frame %lx is taken as the page", screen.fb.dir, frame);
		return;
	}
	if (fb_publish() == XenbusStateConnected)
		failure("%s: frame %lx is taken", screen.fb.dir, frame);
}

static void wild_nodes(void)
{
	static const char *const fb_names[] = { "page-ref", "event-channel", "protocol", "feature-update" };
	static const char *const kbd_names[] = {
		"page-gref", "page-ref", "event-channel", "request-abs-pointer", "request-multi-touch",
	};

	fb_prepare();
	kbd_prepare();
	frontend_write_number(&screen.fb, "page-ref", va_to_gfn(&fb_page));
	frontend_write_number(&screen.fb, "event-channel", screen.fb_port);
	for (uint32_t n = 1 + below(3); n; n--) {
		frontend_write(&screen.fb, fb_names[below(ARRAY_SIZE(fb_names))], wild_text());
		frontend_write(&screen.kbd, kbd_names[below(ARRAY_SIZE(kbd_names))], wild_text());
	}
	frontend_switch(&screen.fb, XenbusStateInitialised);
	frontend_switch(&screen.kbd, XenbusStateInitialised);
	backend_await(&screen.kbd, BIT_OF(XenbusStateConnected) | BIT_OF(XenbusStateClosing),
		      10 * PATIENCE_NS);
}

/* ---- while it serves --------------------------------------------------------------------------- */

static union xenfb_out_event wild_event(void)
{
	union xenfb_out_event event;

	random_fill(&event, sizeof(event));
	event.type = (uint8_t)(one_in(8) ? random64() : XENFB_TYPE_UPDATE);
	if (one_in(2)) {
		event.update.x = (int32_t)wild_number();
		event.update.y = (int32_t)wild_number();
		event.update.width = (int32_t)wild_number();
		event.update.height = (int32_t)wild_number();
	}
	return event;
}

/* As many as there is room for. */
static void wild_updates(void)
{
	for (uint32_t n = 1 + below(XENFB_OUT_RING_LEN); n; n--) {
		const union xenfb_out_event event = wild_event();

		if (event.type != XENFB_TYPE_RESIZE)
			fb_put(&event);
	}
	fb_push();
	sleep_ns(PATIENCE_NS);
}

static void wild_resize(void)
{
	const union xenfb_out_event event = {
		.resize = {
			.type = XENFB_TYPE_RESIZE,
			.width = one_in(2) ? SCREEN_WIDTH : (int32_t)wild_number(),
			.height = one_in(2) ? SCREEN_HEIGHT : (int32_t)wild_number(),
			.stride = one_in(2) ? SCREEN_STRIDE : (int32_t)wild_number(),
			.depth = one_in(4) ? (int32_t)wild_number() : 32,
			.offset = one_in(2) ? 0 : (int32_t)wild_number(),
		},
	};

	fb_put(&event);
	fb_push();
	sleep_ns(PATIENCE_NS);
}

static void update_flood(void)
{
	const uint64_t end_ns = time_ns() + FLOOD_NS;
	const union xenfb_out_event all = {
		.update = { .type = XENFB_TYPE_UPDATE, .width = SCREEN_WIDTH, .height = SCREEN_HEIGHT },
	};

	while (time_ns() < end_ns) {
		if (fb_page.fb.out_prod - *(volatile uint32_t *)&fb_page.fb.out_cons < XENFB_OUT_RING_LEN)
			fb_put(&all);
		fb_push();
	}
	sleep_ns(PATIENCE_NS);
}

static void event_flood(void)
{
	flood_events(screen.kbd_port, screen.fb_port, FLOOD_NS);
}

static void ring_index(void)
{
	fb_page.fb.out_prod += 1 + (uint32_t)wild_number();
	kbd_page.kbd.in_cons = (uint32_t)wild_number();
	fb_push();
	evtchn_send(screen.kbd_port);
	sleep_ns(PATIENCE_NS);
}

static void random_pages(void)
{
	random_fill(&fb_page, sizeof(fb_page));
	random_fill(&kbd_page, sizeof(kbd_page));
	random_fill(fb_frames, sizeof(fb_frames));
	fb_push();
	evtchn_send(screen.kbd_port);
	sleep_ns(PATIENCE_NS);
}

/* It has been read once: nothing of it matters any more. */
static void changed_description(void)
{
	for (uint32_t i = 0; i < NR_DATA; i++)
		fb_frames[i] = others_frame();
	fb_page.fb.width = (int32_t)wild_number();
	fb_page.fb.height = (int32_t)wild_number();
	fb_page.fb.line_length = (uint32_t)wild_number();
	fb_page.fb.mem_length = (uint32_t)wild_number();
	for (uint32_t i = 0; i < ARRAY_SIZE(fb_page.fb.pd) && i < 16; i++)
		fb_page.fb.pd[i] = others_frame();
	wild_updates();
}

static void closed_in_the_middle(void)
{
	wild_updates();
	frontend_switch(&screen.fb, XenbusStateClosed);
	frontend_switch(&screen.kbd, XenbusStateClosed);
	fb_push();
}

static void wild_states(void)
{
	static const char *const others[] = { "0", "9", "255", "-1", "2147483647", "1 2" };
	const struct frontend *fe;

	for (uint32_t n = 1 + below(8); n; n--) {
		fe = one_in(2) ? &screen.fb : &screen.kbd;
		if (one_in(4))
			frontend_write(fe, "state", others[below(ARRAY_SIZE(others))]);
		else
			frontend_switch(fe, 1 + below(8));
		if (one_in(3))
			sleep_ns(below(PATIENCE_NS));
	}
}

/* ---- the menu ---------------------------------------------------------------------------------- */

#define NR_UNSERVED	3
static const struct attack menu[] = {
	{ "screen-shape", wild_shape },
	{ "screen-frames", others_frames },
	{ "screen-nodes", wild_nodes },
	/* from here on they want a backend that serves */
	{ "screen-updates", wild_updates },
	{ "screen-resize", wild_resize },
	{ "screen-update-flood", update_flood },
	{ "screen-event-flood", event_flood },
	{ "screen-ring-index", ring_index },
	{ "screen-random-pages", random_pages },
	{ "screen-changed", changed_description },
	{ "screen-closed", closed_in_the_middle },
	{ "screen-states", wild_states },
};

const char *screen_attack(void)
{
	const struct attack *const attack = choose_attack(menu, ARRAY_SIZE(menu));

	if (attack >= &menu[NR_UNSERVED])
		screen_check();
	attack->run();
	return attack->name;
}
