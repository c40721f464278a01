/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way to the real screen: sink_drm.c where its driver is one of DRM's, or else sink_fbdev.c.  sink.c draws, and
 * knows who is seen.  screen_mutex is held everywhere.
 */
#ifndef _EXEN_SINK_H
#define _EXEN_SINK_H

#include <linux/types.h>

struct drm_client_buffer;
struct fb_info;
struct sink_picture;
struct sink_rect;

/* Where pixels are written, all of the real screen's, whether they are seen or not. */
struct sink_surface {
	void *pixels;			/* 4-byte aligned, as lines are */
	unsigned int pitch;		/* bytes from a line to the next */
	unsigned int width, height;
	u32 format;			/* DRM's name of it; pixels_to() knows it */
	unsigned int bytes_per_pixel;
};

struct sink_device {
	/* Takes the screen that a framebuffer is on, and says why if it can't.  Returns 0 or an error; -ENODEV: another kind. */
	int (*open)(struct fb_info *info, struct sink_surface *surface);
	void (*close)(void);		/* it is hidden */
	/* What is written to the surface is seen, and what was; returns an error if somebody has the screen. */
	int (*show)(struct sink_surface *surface);
	/* The console of this domain is seen again. */
	void (*hide)(struct sink_surface *surface);
	/* That part of the surface has been written. */
	void (*flush)(const struct sink_rect *changed);

	/* Buffers that the screen can show instead of the surface; new_buffer NULL: it cannot. */
	struct drm_client_buffer *(*new_buffer)(unsigned int pixel_bytes);
	void (*free_buffer)(struct drm_client_buffer *buffer);
	/* NULL: the surface.  Returns an error, then nothing has changed. */
	int (*show_buffer)(struct drm_client_buffer *buffer);
	/* What it has, as a picture; returns an error if it cannot be read. */
	int (*read_buffer)(struct drm_client_buffer *buffer, struct sink_picture *picture);
};

extern const struct sink_device sink_drm, sink_fbdev;

#endif
