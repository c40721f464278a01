/* SPDX-License-Identifier: Apache-2.0 */
/* The picture at boot: what is drawn, and that a damaged one is refused or stays on its screen. */
#include <stdint.h>
#include <string.h>

#include <image/splash.h>
#include "unit.h"

#define HEADER(w, h)	'E', 'X', 'S', 'P', (w) & 0xff, (w) >> 8, (h) & 0xff, (h) >> 8, 0xcd, 0xab, 0, 0
#define REPEAT(n, p)	(n) & 0xff, (n) >> 8 | 0x80, (p) & 0xff, (p) >> 8
#define NR_PIXELS	(IMAGE_SPLASH_WIDTH * IMAGE_SPLASH_HEIGHT)

static struct image_splash splash;
static struct image_error err;

/* No byte lies behind the picture, none around the screen.  @return the screen, NULL: refused */
static uint16_t *draw(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	uint16_t *frame = malloc(NR_PIXELS * sizeof(*frame));
	bool ok;

	CHECK(copy && frame);
	memcpy(copy, bytes, size);
	memset(frame, 0x5a, NR_PIXELS * sizeof(*frame));
	err.text[0] = 0;
	ok = image_splash_open(&splash, copy, (uint32_t)size, &err);
	if (ok)
		image_splash_draw(&splash, frame);
	CHECK(ok || err.text[0]);
	free(copy);
	if (ok)
		return frame;
	free(frame);
	return NULL;
}

static const uint8_t small[] = {
	HEADER(3, 2), REPEAT(2, 0x1234), 3, 0, 1, 0, 2, 0, 0xff, 0x7f, REPEAT(1, 7),
};

static void draws(void)
{
	static const uint16_t wanted[2][3] = { { 0x1234, 0x1234, 1 }, { 2, 0x7fff, 7 } };
	uint16_t *frame = draw(small, sizeof(small));

	CHECK(frame);
	for (unsigned int y = 0; y < IMAGE_SPLASH_HEIGHT; y++) {
		for (unsigned int x = 0; x < IMAGE_SPLASH_WIDTH; x++) {
			const bool is_inside = x - 318 < 3 && y - 239 < 2;

			CHECK(frame[y * IMAGE_SPLASH_WIDTH + x] ==
			      (is_inside ? wanted[y - 239][x - 318] : 0xabcd));
		}
	}
	free(frame);
}

static void fills_the_screen(void)
{
	uint8_t whole[12 + 10 * 4] = { HEADER(IMAGE_SPLASH_WIDTH, IMAGE_SPLASH_HEIGHT) };
	unsigned int left = NR_PIXELS, at = 12;
	uint16_t *frame;

	for (unsigned int i = 0; i < 10; i++) {
		const unsigned int n = left < 0x7fff ? left : 0x7fff;
		const uint8_t run[] = { REPEAT(n, i) };

		memcpy(whole + at, run, sizeof(run));
		at += sizeof(run);
		left -= n;
	}
	CHECK(!left);
	frame = draw(whole, sizeof(whole));
	CHECK(frame);
	for (unsigned int i = 0; i < NR_PIXELS; i++)
		CHECK(frame[i] == i / 0x7fff);
	free(frame);
}

static void refuse(const uint8_t *bytes, size_t size, const char *why)
{
	CHECK(!draw(bytes, size));
	if (strcmp(err.text, why))
		fprintf(stderr, "%s\n", err.text);
	CHECK(!strcmp(err.text, why));
}

#define REFUSE(why, ...) \
	do { \
		const uint8_t bytes_[] = { __VA_ARGS__ }; \
		refuse(bytes_, sizeof(bytes_), why); \
	} while (0)

static void refuses(void)
{
	REFUSE("not a picture as image/splash.py makes them", HEADER(1, 1) + 1, REPEAT(1, 0));	/* a flag of a later version */
	REFUSE("not a picture as image/splash.py makes them", 'E', 'X', 'S', 'P');
	REFUSE("a picture of 641x1 pixels: the screen has 640x480", HEADER(641, 1), REPEAT(641, 0));
	REFUSE("a picture of 1x481 pixels: the screen has 640x480", HEADER(1, 481), REPEAT(481, 0));
	REFUSE("a picture of 0x1 pixels: the screen has 640x480", HEADER(0, 1));
	REFUSE("a picture of 1x0 pixels: the screen has 640x480", HEADER(1, 0));
	REFUSE("a picture of 65535x65535 pixels: the screen has 640x480", HEADER(65535, 65535), REPEAT(1, 0));
	REFUSE("the picture has less than its 4 pixels", HEADER(2, 2), REPEAT(3, 0));
	REFUSE("the picture has less than its 4 pixels", HEADER(2, 2));
	REFUSE("the picture has more than its 4 pixels", HEADER(2, 2), REPEAT(5, 0));
	REFUSE("the picture has more than its 4 pixels", HEADER(2, 2), REPEAT(4, 0), REPEAT(1, 0));
	REFUSE("the picture is damaged at byte 12", HEADER(2, 2), REPEAT(0, 0), REPEAT(4, 0));
	REFUSE("the picture is damaged at byte 16", HEADER(2, 2), REPEAT(4, 0), 1);
	REFUSE("the picture is damaged at byte 12", HEADER(2, 2), 4, 0, 1, 0, 2, 0, 3, 0, 4);
	REFUSE("the picture is damaged at byte 12", HEADER(2, 2), 4, 0x80, 1);
}

static void damage(void)
{
	uint8_t copy[sizeof(small)];
	unsigned int nr_drawn = 0;

	for (size_t bit = 0; bit < 8 * sizeof(small); bit++) {
		uint16_t *frame;

		memcpy(copy, small, sizeof(small));
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		frame = draw(copy, sizeof(copy));
		nr_drawn += frame != NULL;
		free(frame);
	}
	/* The ground's bits, those of the pixels that are stored, and that a run of one repeats. */
	CHECK(nr_drawn == 16 + 5 * 16 + 1);
	for (size_t size = 0; size < sizeof(small); size++)
		CHECK(!draw(small, size));
}

const struct unit_test splash_tests[] = {
	{ "splash_draws", draws },
	{ "splash_fills_the_screen", fills_the_screen },
	{ "splash_refuses", refuses },
	{ "splash_damage", damage },
	{ NULL, NULL },
};
