/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Two buffers of a DRM device's first connector, shown in turn. */
#ifndef DISPLAY_DRM_H
#define DISPLAY_DRM_H

#include <stdint.h>

#include <drm/drm.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_mode.h>

struct buffer {
	uint32_t handle, fb, pitch;
	uint64_t size;
	void *pixels;
};

struct display {
	int fd;
	uint32_t format, bits;		/* DRM's, of a pixel */
	uint32_t connector, crtc;
	struct drm_mode_modeinfo mode;	/* that is set, or the connector's first one */
	struct buffer buffer[2];
	unsigned int shown;		/* which of them */
};

/** Says what failed, and errno.  @return -1 */
int display_fail(const char *what);
/** Opens @p device, makes both buffers in a format, shows the first one.  @return 0, -1: it has said why */
int display_open(struct display *display, const char *device, uint32_t format);
/** @return 0 and @p fb, or -1 */
int display_add_fb(const struct display *display, uint32_t handle, uint32_t height, uint32_t *fb);
/** The buffer that is not shown. */
struct buffer *display_hidden(struct display *display);
/** Shows that one, and waits for the event that says so.  @return 0, -1: it has said why */
int display_flip(struct display *display);

#endif
