/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Frontends of a screen and of a keyboard (xen/io/fbif.h, kbdif.h): correct ones, on which the attacks
 *  of screen_attack.c stand. */
#ifndef FUZZ_SCREEN_H
#define FUZZ_SCREEN_H

#include "xenbus.h"
#include <xen/io/fbif.h>
#include <xen/io/kbdif.h>

#define SCREEN_WIDTH	160
#define SCREEN_HEIGHT	200
#define SCREEN_STRIDE	(4 * SCREEN_WIDTH)

struct screen {
	struct frontend fb, kbd;
	evtchn_port_t fb_port, kbd_port;
};

extern struct screen screen;
extern union fb_page {
	struct xenfb_page fb;
	uint8_t bytes[GUEST_PAGE_SIZE];
} fb_page;
extern union kbd_page {
	struct xenkbd_page kbd;
	uint8_t bytes[GUEST_PAGE_SIZE];
} kbd_page;
/** Frame numbers of data_page[], as fb_page's directory has them. */
extern unsigned long fb_frames[GUEST_PAGE_SIZE / sizeof(unsigned long)];

/** Finds the devices. */
void screen_init(void);
/** A page that describes a picture, and a port; nothing is told to the backend yet. */
void fb_prepare(void);
void kbd_prepare(void);
/** Writes the nodes that say where they are, switches to Initialised.  @return the backend's state then */
uint32_t fb_publish(void);
uint32_t kbd_publish(void);
/** Closes, takes everything back, is ready for a new start. */
void screen_restart(void);
/** Puts an event into the ring, whether or not it is full. */
void fb_put(const union xenfb_out_event *event);
void fb_push(void);
/** Both must connect anew, and the screen must take an update. */
void screen_check(void);

/** One attack of the menu, its name. */
const char *screen_attack(void);

#endif
