/* SPDX-License-Identifier: GPL-2.0 */
/* From a frontend's pixels, xRGB8888 or made that first, to a screen's. */
#ifndef _EXEN_PIXELS_H
#define _EXEN_PIXELS_H

#include <linux/types.h>

/*
 * Makes @nr pixels at @to of those at @from.  @to is 4-byte aligned, also of formats of 2 bytes, unless it is one pixel, and
 * uncached: words are written, in their order.  The frontend may write @from at any time.
 */
typedef void (*pixels_fn)(void *to, const u32 *from, unsigned int nr);

/* rgb565.S: likewise RGB565, of a multiple of 16 pixels, at least 16. */
void rgb565_blocks(void *to, const u32 *from, unsigned int nr);

/* The function that makes pixels of a DRM format, NULL: not known. */
pixels_fn pixels_to(u32 drm_format);

/* A format that a picture may have. */
struct pixels_format {
	u32 drm;
	unsigned int bytes;	/* of a pixel */
	void (*unpack)(u32 *to, const void *from, unsigned int nr);	/* to xRGB8888, NULL: it is that */
};

/* NULL: not known. */
const struct pixels_format *pixels_format(u32 drm_format);

#endif
