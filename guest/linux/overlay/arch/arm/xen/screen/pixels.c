// SPDX-License-Identifier: GPL-2.0
/*
 * Pixels of a frontend, xRGB8888 or made that first, to what the screen shows.
 *
 * Of two pixels that become one word the upper halves and the lower ones are put together first: then each
 * colour's bits of both are moved and masked at once, 4.5 operations a pixel where one by one it is 8.
 *
 * No more of the kernel is used than three headers: tests/unit/screen runs this on the build machine, where
 * there is no rgb565.S.
 */
#include <linux/kconfig.h>
#include <linux/string.h>

#include <drm/drm_fourcc.h>

#include "pixels.h"

#define BOTH(mask)	((mask) << 16 | (mask))

/* ---- two bytes ------------------------------------------------------------------------------ */

/* @high: red is in bits 0-7 of each half; @low: blue in bits 0-7, green in 8-15. */
typedef u32 (*pack_fn)(u32 high, u32 low);

static __always_inline u32 pack_rgb565(u32 high, u32 low)
{
	return (high << 8 & BOTH(0xf800u)) | (low >> 5 & BOTH(0x07e0u)) | (low >> 3 & BOTH(0x001fu));
}

static __always_inline u32 pack_bgr565(u32 high, u32 low)
{
	return (low << 8 & BOTH(0xf800u)) | (low >> 5 & BOTH(0x07e0u)) | (high >> 3 & BOTH(0x001fu));
}

static __always_inline u32 pack_xrgb1555(u32 high, u32 low)
{
	return (high << 7 & BOTH(0x7c00u)) | (low >> 6 & BOTH(0x03e0u)) | (low >> 3 & BOTH(0x001fu));
}

static __always_inline u32 pack_xbgr1555(u32 high, u32 low)
{
	return (low << 7 & BOTH(0x7c00u)) | (low >> 6 & BOTH(0x03e0u)) | (high >> 3 & BOTH(0x001fu));
}

static __always_inline u32 two(u32 first, u32 second, pack_fn pack)
{
	return pack((second & 0xffff0000) | first >> 16, second << 16 | (first & 0xffff));
}

static __always_inline void to_16(void *to, const u32 *from, unsigned int nr, pack_fn pack)
{
	u32 *word = to;

	for (; nr >= 2; nr -= 2, from += 2)
		*word++ = two(from[0], from[1], pack);
	if (nr)
		*(u16 *)word = two(*from, 0, pack);
}

static void to_rgb565(void *to, const u32 *from, unsigned int nr)
{
	const unsigned int nr_blocks = IS_ENABLED(CONFIG_ARM) ? nr & ~15u : 0;

	if (nr_blocks)
		rgb565_blocks(to, from, nr_blocks);
	to_16(to + nr_blocks * sizeof(u16), from + nr_blocks, nr - nr_blocks, pack_rgb565);
}

static void to_bgr565(void *to, const u32 *from, unsigned int nr)
{
	to_16(to, from, nr, pack_bgr565);
}

static void to_xrgb1555(void *to, const u32 *from, unsigned int nr)
{
	to_16(to, from, nr, pack_xrgb1555);
}

static void to_xbgr1555(void *to, const u32 *from, unsigned int nr)
{
	to_16(to, from, nr, pack_xbgr1555);
}

/* ---- four bytes ----------------------------------------------------------------------------- */

static void to_xrgb8888(void *to, const u32 *from, unsigned int nr)
{
	memcpy(to, from, nr * sizeof(u32));
}

static void to_xbgr8888(void *to, const u32 *from, unsigned int nr)
{
	u32 *word = to;

	for (; nr; nr--, from++) {
		const u32 turned = *from << 16 | *from >> 16;

		*word++ = (*from & 0x0000ff00) | (turned & 0x00ff00ff);
	}
}

/* ---- other formats of frontends -------------------------------------------------------------- */

/* A component's most significant bits are its least significant ones, too: white stays white. */
static void from_rgb565(u32 *to, const void *from, unsigned int nr)
{
	const u16 *pixel = from;

	for (; nr; nr--, pixel++)
		*to++ = (*pixel & 0xf800) << 8 | (*pixel & 0xe000) << 3 | (*pixel & 0x07e0) << 5 |
			(*pixel & 0x0600) >> 1 | (*pixel & 0x001f) << 3 | (*pixel & 0x001c) >> 2;
}

static void from_xrgb1555(u32 *to, const void *from, unsigned int nr)
{
	const u16 *pixel = from;

	for (; nr; nr--, pixel++)
		*to++ = (*pixel & 0x7c00) << 9 | (*pixel & 0x7000) << 4 | (*pixel & 0x03e0) << 6 |
			(*pixel & 0x0380) << 1 | (*pixel & 0x001f) << 3 | (*pixel & 0x001c) >> 2;
}

static const struct pixels_format formats[] = {
	{ DRM_FORMAT_XRGB8888, 4, NULL },
	{ DRM_FORMAT_ARGB8888, 4, NULL },
	{ DRM_FORMAT_RGB565, 2, from_rgb565 },
	{ DRM_FORMAT_XRGB1555, 2, from_xrgb1555 },
	{ DRM_FORMAT_ARGB1555, 2, from_xrgb1555 },
};

const struct pixels_format *pixels_format(u32 drm_format)
{
	unsigned int i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].drm == drm_format)
			return &formats[i];
	}
	return NULL;
}

pixels_fn pixels_to(u32 drm_format)
{
	switch (drm_format) {
	case DRM_FORMAT_XRGB8888:
		return to_xrgb8888;
	case DRM_FORMAT_XBGR8888:
		return to_xbgr8888;
	case DRM_FORMAT_RGB565:
		return to_rgb565;
	case DRM_FORMAT_BGR565:
		return to_bgr565;
	case DRM_FORMAT_XRGB1555:
		return to_xrgb1555;
	case DRM_FORMAT_XBGR1555:
		return to_xbgr1555;
	default:
		return NULL;
	}
}
