/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Display buffers of frontends of displif (xen/interface/io/displif.h).  screen_mutex is held everywhere.
 *
 * A frontend's own pages are mapped only while they are drawn: nothing is held that it could revoke, and
 * nothing is used up.  Pages of ours that it asks for stay ours until it has unmapped them, however long
 * after their end; they count for its domain until then.
 */
#ifndef _EXEN_DISPL_H
#define _EXEN_DISPL_H

#include <linux/list.h>
#include <linux/types.h>

#include <xen/interface/io/displif.h>

#include "screen.h"

struct displ_buffer {
	struct list_head list;		/* its user's */
	u64 cookie;			/* likewise */
	u16 domid;
	u32 bytes, offset;		/* of all, of the first pixel */
	u32 width, height, bpp;		/* 0: it has not said */
	unsigned int nr_pages;
	grant_ref_t *ref;		/* [nr_pages]: grants of the frontend's, or of ours for it; 0: none */
	void *pixels;			/* ours; NULL: they are the frontend's */
	struct page **pages;		/* that are ours, NULL: the screen's */
	struct drm_client_buffer *screen;	/* that it is, NULL: none */
};

/* Returns it, or an error that the frontend is to be told.  Waits for nothing but an owner that is preempted. */
struct displ_buffer *displ_buffer_new(u16 domid, const struct xendispl_dbuf_create_req *req);
void displ_buffer_free(struct displ_buffer *buffer);
/* Bytes of a line of pixels of @format, @width: of a picture if the buffer has none. */
u32 displ_buffer_stride(const struct displ_buffer *buffer, const struct pixels_format *format, u32 width);
/* Is such a picture what the screen would show of the buffer itself? */
bool displ_buffer_can_be_shown(const struct displ_buffer *buffer, const struct sink_picture *picture);
/*
 * Lets @draw, sink_draw() or sink_draw_inset(), have a part of a picture whose pixels are the buffer's.
 * Returns -EFAULT if grants are no more.
 */
int displ_buffer_draw(const struct displ_buffer *buffer, const struct sink_picture *shape,
		      const struct sink_rect *rect,
		      void (*draw)(const struct sink_picture *picture, const struct sink_rect *rect));
/* After all users: what frontends have not unmapped is waited for a little. */
void displ_buffer_exit(void);

#endif
