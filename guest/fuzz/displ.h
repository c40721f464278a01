/* SPDX-License-Identifier: BSD-2-Clause */
/** @file A frontend of a display with one connector (xen/io/displif.h): a correct one, for the attacks of
 *  displ_attack.c. */
#ifndef FUZZ_DISPL_H
#define FUZZ_DISPL_H

#include "xenbus.h"
#include <xen/io/displif.h>

#define DISPL_WIDTH	160u
#define DISPL_HEIGHT	192u
#define DISPL_BYTES	(DISPL_WIDTH * DISPL_HEIGHT * 4)
#define DISPL_PAGES	(DISPL_BYTES / GUEST_PAGE_SIZE)	/* data_page[] 0 .. 29 are the buffer */
#define DISPL_DIRECTORY	DISPL_PAGES			/* the page behind them names their grants */
#define DISPL_BUFFER	0x1000u				/* cookies */
#define DISPL_FB	0x2000u
#define DISPL_XRGB	0x34325258u			/* DRM's XR24 */

struct displ {
	struct frontend fe;
	struct xen_displif_front_ring ring;
	evtchn_port_t port, event_port;
	uint16_t next_id;
	int32_t status;			/* of the last response */
};

extern struct displ displ;
extern union displ_ring_page {
	struct xen_displif_sring sring;
	uint8_t bytes[GUEST_PAGE_SIZE];
} displ_ring;
extern union displ_event_page {
	struct xendispl_event_page header;
	uint8_t bytes[GUEST_PAGE_SIZE];
} displ_events;

/** Finds the device. */
void displ_init(void);
/** New pages and ports, not yet told to the backend. */
void displ_prepare(void);
/** Writes the nodes that say where they are. */
void displ_publish(void);
/** From a fresh start to Connected. */
void displ_connect(void);
/** Closes, takes everything back, is ready for displ_prepare(). */
void displ_restart(void);

/** Puts a request into the ring, whether or not it is full; its id is set here. */
void displ_put(struct xendispl_req request);
/** Shows them to the backend. */
void displ_push(void);
/** Takes responses until all have come, at most @p timeout_ns. */
bool displ_drain(uint64_t timeout_ns);
/** Requests that can be served, in this order: a buffer, a framebuffer in it, to show that. */
struct xendispl_req displ_create(void);
struct xendispl_req displ_attach(void);
struct xendispl_req displ_set(void);
struct xendispl_req displ_flip(void);
/** All of them at once, as far as they get. */
void displ_show(void);

/** Shows a picture and flips to it; failure() if anything is wrong. */
void displ_check(void);

/** One attack of the menu, its name. */
const char *displ_attack(void);
/** Does it stop the backend from serving this ring? */
bool displ_is_broken(void);

#endif
