/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Screen, keyboard and pointer of this domain's for others: what the parts know of each other.
 *
 * One domain at a time has all three, the focus; 0 is this one.  Two locks, in this order:
 *
 *	screen_mutex	the real screen, and the pictures of all domains
 *	focus_lock	who has the focus, and what of keys and pointers; taken in interrupts
 */
#ifndef _EXEN_SCREEN_H
#define _EXEN_SCREEN_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "pixels.h"

#define SCREEN_DOMAINS	8
#define ABSOLUTE_RANGE	0xffff		/* positions are of 0 to this, whatever the device and the size */

/* focus.c */
extern struct mutex screen_mutex;
extern spinlock_t focus_lock;
extern struct workqueue_struct *screen_work;

unsigned int focus_get(void);
/* focus_lock is held: the next domain that has a device of ours gets the focus, a little later the screen. */
void focus_next(void);
/* A device of @domid's is served from now on, or no longer. */
void focus_add(unsigned int domid);
void focus_remove(unsigned int domid);

/* sink.c: the real screen.  screen_mutex is held but for sink_init() and sink_exit(). */
struct sink_rect {
	int x1, y1, x2, y2;	/* x2, y2: behind it; empty unless x1 < x2 and y1 < y2 */
};

/* Pixels of another domain's: it may write them at any time. */
struct sink_picture {
	const void *pixels;	/* aligned as they are large */
	unsigned int width, height;
	unsigned int stride;	/* bytes, a multiple of a pixel's */
	const struct pixels_format *format;	/* NULL: 32 bits each, xRGB */
};

/* Looks for the screen if there is none yet.  Returns 0 or -ENODEV. */
int sink_find(unsigned int *width, unsigned int *height);
/* What is drawn here is seen from now on.  Returns 0, also without a screen; -EBUSY: a program has it. */
int sink_show(void);
void sink_hide(void);		/* this domain's own console is seen again */
void sink_clear(void);
void sink_draw(const struct sink_picture *picture, const struct sink_rect *rect);
void sink_say(const char *text);	/* in a line at the lower edge */
/* Another picture beside that one: none, which is so at first. */
void sink_set_alone(void);
/* The upper right corner is black, and kept for every @scale-th pixel of another picture. */
void sink_set_inset(unsigned int scale);
/* All is black, and for every second pixel of both side by side, that one on the right or not. */
void sink_set_halves(bool is_right);
/* The other picture, in the inset or its half. */
void sink_clear_inset(void);
void sink_draw_inset(const struct sink_picture *picture, const struct sink_rect *rect);
/*
 * No lock.  Where in its picture who has the focus is touched, of ABSOLUTE_RANGE, if it is @at along an axis of
 * the real screen; *@is_y becomes the picture's axis.
 */
int sink_point(bool *is_y, int at);
void sink_exit(void);

/*
 * Buffers that the screen can show in the place of its own, without a copy.  Only while there is no inset, and
 * until sink_show_buffer(NULL) or sink_hide(): then what is drawn is seen again.
 */
struct drm_client_buffer;
/*
 * As large as the screen, all black, in its format or, if that has other pixels, in that of this domain's console.
 * ERR_PTR: there is none with such pixels, or no memory.
 */
struct drm_client_buffer *sink_new_buffer(unsigned int width, unsigned int height, unsigned int pixel_bytes);
/* What it shows, if it is shown, stays on the screen as a copy. */
void sink_free_buffer(struct drm_client_buffer *buffer);
/* What was written to it through caches is seen, too.  Returns an error, then nothing has changed. */
int sink_show_buffer(struct drm_client_buffer *buffer);
/* The screen's own buffer gets what is shown instead of it, and is shown. */
void sink_take_over(void);

/* vfb.c.  screen_mutex is held. */
int vfb_init(void);
void vfb_exit(void);
/* The domain has the screen: shows its picture, or that there is none.  Returns sink_show()'s error. */
int vfb_show(unsigned int domid);
bool vfb_has_picture(unsigned int domid);
/* All of its picture, where it is seen. */
void vfb_redraw(unsigned int domid);

/* A line that says that its picture is an old one. */
void vfb_say_ended(unsigned int domid, const char *name);

/* displ.c.  The same for the other protocol; a domain has a picture of one of them. */
int displ_init(void);
void displ_exit(void);
int displ_show(unsigned int domid);
bool displ_has_picture(unsigned int domid);
void displ_redraw(unsigned int domid);

/* inset.c.  screen_mutex is held but for inset_toggle...(). */
bool inset_is(unsigned int domid);
/* Who has the focus, or a picture, has changed. */
void inset_choose(void);
void inset_toggle(void);
void inset_toggle_halves(void);

/* input.c */
int input_init(void);
void input_exit(void);
/* What this domain's own handlers hold pressed is released. */
void input_release_own(void);
bool input_has_absolute_pointer(void);
unsigned int input_contacts(void);	/* how many fingers touch screens tell apart, 0: there is none */

/* vkbd.c */
int vkbd_init(void);
void vkbd_exit(void);
/* focus_lock is held.  An event of an input device of ours; absolute positions are of 0 to ABSOLUTE_RANGE. */
void vkbd_event(unsigned int domid, unsigned int type, unsigned int code, int value);
/* Likewise, of a finger: ABS_MT_TRACKING_ID after its first positions. */
void vkbd_touch(unsigned int domid, unsigned int contact, unsigned int code, int value);
/* focus_lock is held.  Does it want fingers? Else it gets the pointer that touch screens are, too. */
bool vkbd_has_touch(unsigned int domid);
/* focus_lock is held.  The domain has lost the focus. */
void vkbd_release(unsigned int domid);

#endif
