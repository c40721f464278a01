// SPDX-License-Identifier: GPL-2.0
/*
 * Pixels of a frontend, xRGB8888, to what the screen shows.  The destination is uncached: words are
 * written, in their order.  It is 4-byte aligned.
 */
#include <linux/string.h>

#include <drm/drm_fourcc.h>

#include "screen.h"

static void to_xrgb8888(void *to, const u32 *from, unsigned int nr)
{
	memcpy(to, from, nr * sizeof(u32));
}

static __always_inline u32 rgb565(u32 p)
{
	return (p >> 8 & 0xf800) | (p >> 5 & 0x07e0) | (p >> 3 & 0x001f);
}

static __always_inline u32 rgb1555(u32 p)
{
	return (p >> 9 & 0x7c00) | (p >> 6 & 0x03e0) | (p >> 3 & 0x001f);
}

static __always_inline void to_16(void *to, const u32 *from, unsigned int nr, u32 (*pixel)(u32 p))
{
	u32 *word = to;

	for (; nr >= 2; nr -= 2, from += 2)
		*word++ = pixel(from[0]) | pixel(from[1]) << 16;
	if (nr)
		*(u16 *)word = pixel(*from);
}

static void to_rgb565(void *to, const u32 *from, unsigned int nr)
{
	to_16(to, from, nr, rgb565);
}

static void to_xrgb1555(void *to, const u32 *from, unsigned int nr)
{
	to_16(to, from, nr, rgb1555);
}

pixels_fn pixels_to(u32 drm_format)
{
	switch (drm_format) {
	case DRM_FORMAT_XRGB8888:
		return to_xrgb8888;
	case DRM_FORMAT_RGB565:
		return to_rgb565;
	case DRM_FORMAT_XRGB1555:
		return to_xrgb1555;
	default:
		return NULL;
	}
}
