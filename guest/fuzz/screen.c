/* SPDX-License-Identifier: BSD-2-Clause */
#include "screen.h"

#define UPDATE_TIMEOUT_NS	(5 * NS_PER_S)
#define MAX_RESTARTS		10
#define REF_KBD			REF_BLK_RING	/* of the same kind: grants_end() takes it back */

struct screen screen;
union fb_page fb_page __attribute__((aligned(4096)));
union kbd_page kbd_page __attribute__((aligned(4096)));
unsigned long fb_frames[GUEST_PAGE_SIZE / sizeof(unsigned long)] __attribute__((aligned(4096)));

void screen_init(void)
{
	frontend_find(&screen.fb, "vfb");
	frontend_find(&screen.kbd, "vkbd");
	screen.fb.is_there = screen.fb.is_there && screen.kbd.is_there;
}

static void make_port(const struct frontend *fe, evtchn_port_t *port)
{
	if (*port)
		evtchn_close(*port);
	if (evtchn_alloc_unbound(fe->backend_id, port))
		failure("%s: no event channel", fe->dir);
	evtchn_unmask(*port);
}

void fb_prepare(void)
{
	memset(&fb_page, 0, sizeof(fb_page));
	memset(fb_frames, 0, sizeof(fb_frames));
	for (uint32_t i = 0; i < NR_DATA; i++)
		fb_frames[i] = va_to_gfn(data_page[i]);
	fb_page.fb.width = SCREEN_WIDTH;
	fb_page.fb.height = SCREEN_HEIGHT;
	fb_page.fb.line_length = SCREEN_STRIDE;
	fb_page.fb.mem_length = SCREEN_STRIDE * SCREEN_HEIGHT;
	fb_page.fb.depth = 32;
	fb_page.fb.pd[0] = va_to_gfn(fb_frames);
	make_port(&screen.fb, &screen.fb_port);
}

void kbd_prepare(void)
{
	memset(&kbd_page, 0, sizeof(kbd_page));
	gnttab_grant(REF_KBD, screen.kbd.backend_id, &kbd_page, false);
	make_port(&screen.kbd, &screen.kbd_port);
}

static uint32_t offer(const struct frontend *fe, evtchn_port_t port)
{
	frontend_write_number(fe, "event-channel", port);
	frontend_switch(fe, XenbusStateInitialised);
	return backend_await(fe, BIT_OF(XenbusStateConnected) | BIT_OF(XenbusStateClosing) |
			     BIT_OF(XenbusStateClosed), STATE_TIMEOUT_NS);
}

uint32_t fb_publish(void)
{
	frontend_write_number(&screen.fb, "page-ref", va_to_gfn(&fb_page));
	return offer(&screen.fb, screen.fb_port);
}

uint32_t kbd_publish(void)
{
	frontend_write_number(&screen.kbd, "page-gref", REF_KBD);
	return offer(&screen.kbd, screen.kbd_port);
}

void screen_restart(void)
{
	grant_ref_t stuck = 0;

	for (uint32_t i = 0; i < MAX_RESTARTS; i++) {
		frontend_restart(&screen.fb);
		frontend_restart(&screen.kbd);
		stuck = grants_end(REF_KBD, REF_KBD + 1);
		if (!stuck)
			break;
	}
	if (stuck)
		failure("%s: grant %u still in use after the backend closed", screen.kbd.dir, stuck);
}

void fb_put(const union xenfb_out_event *event)
{
	XENFB_OUT_RING_REF(&fb_page, fb_page.fb.out_prod) = *event;
	memory_barrier();
	fb_page.fb.out_prod++;
}

void fb_push(void)
{
	memory_barrier();
	evtchn_send(screen.fb_port);
}

void screen_check(void)
{
	const union xenfb_out_event all = {
		.update = { .type = XENFB_TYPE_UPDATE, .width = SCREEN_WIDTH, .height = SCREEN_HEIGHT },
	};
	uint32_t prod;

	fb_prepare();
	kbd_prepare();
	if (fb_publish() != XenbusStateConnected)
		failure("%s: a good picture is refused", screen.fb.dir);
	if (kbd_publish() != XenbusStateConnected)
		failure("%s: a good page is refused", screen.kbd.dir);
	random_fill(data_page, sizeof(data_page));
	fb_put(&all);
	prod = fb_page.fb.out_prod;
	fb_push();
	if (!poll_until(*(volatile uint32_t *)&fb_page.fb.out_cons == prod, UPDATE_TIMEOUT_NS))
		failure("%s: an update is not taken", screen.fb.dir);
}
