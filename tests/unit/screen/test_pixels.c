/* SPDX-License-Identifier: Apache-2.0 */
/* Every format with every number of pixels up to some blocks: pixels.c of dom0's screen backend. */
#include <stdlib.h>
#include <string.h>

#include <drm/drm_fourcc.h>

#include "pixels.h"
#include "../tally.h"

#define MOST_PIXELS	67u
#define ROUNDS		20u

struct colour {
	unsigned int bits, shift;
};

static const struct format {
	const char *name;
	u32 fourcc;
	unsigned int bytes;
	struct colour red, green, blue;
} formats[] = {
	{ "XRGB8888", DRM_FORMAT_XRGB8888, 4, { 8, 16 }, { 8, 8 }, { 8, 0 } },
	{ "XBGR8888", DRM_FORMAT_XBGR8888, 4, { 8, 0 }, { 8, 8 }, { 8, 16 } },
	{ "RGB565", DRM_FORMAT_RGB565, 2, { 5, 11 }, { 6, 5 }, { 5, 0 } },
	{ "BGR565", DRM_FORMAT_BGR565, 2, { 5, 0 }, { 6, 5 }, { 5, 11 } },
	{ "XRGB1555", DRM_FORMAT_XRGB1555, 2, { 5, 10 }, { 5, 5 }, { 5, 0 } },
	{ "XBGR1555", DRM_FORMAT_XBGR1555, 2, { 5, 0 }, { 5, 5 }, { 5, 10 } },
};

static u32 bits_of(u32 value, const struct colour *colour)
{
	return (value & 0xff) >> (8 - colour->bits) << colour->shift;
}

static u32 wanted(const struct format *format, u32 pixel)
{
	return bits_of(pixel >> 16, &format->red) | bits_of(pixel >> 8, &format->green) |
	       bits_of(pixel, &format->blue);
}

/* Bits that have no colour may be anything where they have a byte of their own; of 1555 it is 0. */
static u32 seen(const struct format *format, const unsigned char *at)
{
	u32 pixel = 0;

	memcpy(&pixel, at, format->bytes);
	return format->bytes == 4 ? pixel & 0xffffff : pixel;
}

static bool makes(const struct format *format, unsigned int nr)
{
	const pixels_fn convert = pixels_to(format->fourcc);
	u32 *from = malloc(nr * sizeof(*from) + !nr);
	unsigned char *to = malloc(nr * format->bytes + !nr);
	bool is_right = convert;

	for (unsigned int i = 0; i < nr; i++)
		from[i] = (u32)rand() << 16 ^ (u32)rand();
	if (convert)
		convert(to, from, nr);
	for (unsigned int i = 0; i < nr && is_right; i++)
		is_right = seen(format, to + i * format->bytes) == wanted(format, from[i]);
	free(to);
	free(from);
	return is_right;
}

int main(void)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		for (unsigned int nr = 0; nr < MOST_PIXELS; nr++) {
			bool is_right = true;

			for (unsigned int round = 0; round < ROUNDS; round++)
				is_right &= makes(&formats[i], nr);
			check(formats[i].name, is_right);
		}
	}
	check("a format that isn't known", !pixels_to(DRM_FORMAT_NV12));
	return tally();
}
