/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <image/splash.h>

#define HEADER_SIZE	12
#define REPEAT		0x8000u		/* of a run's first two bytes; the rest is its length in pixels */

struct run {
	const uint8_t *pixel;
	uint32_t length;		/* pixels */
	uint32_t step;			/* bytes from one pixel to the next: 0, all are the same */
};

static uint16_t get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

/* @return bytes of the run at the start of @p size bytes, 0: it is cut short, or has no pixels */
static uint32_t read_run(struct run *run, const uint8_t *at, uint32_t size)
{
	uint32_t need;

	if (size < 2)
		return 0;
	run->pixel = at + 2;
	run->length = get_u16(at) & ~REPEAT;
	run->step = get_u16(at) & REPEAT ? 0 : 2;
	need = run->step ? 2 + 2 * run->length : 4;
	return run->length && need <= size ? need : 0;
}

static bool check_runs(const struct image_splash *s, struct image_error *err)
{
	const uint32_t wanted = (uint32_t)s->width * s->height;
	uint32_t nr_pixels = 0, used;
	struct run run;

	for (uint32_t at = 0; at < s->size; at += used) {
		used = read_run(&run, s->runs + at, s->size - at);
		if (!used)
			return image_fail(err, "the picture is damaged at byte %u",
					  (unsigned int)(HEADER_SIZE + at));
		nr_pixels += run.length;
		if (nr_pixels > wanted)
			break;
	}
	return nr_pixels == wanted ||
	       image_fail(err, "the picture has %s than its %u pixels", nr_pixels > wanted ? "more" : "less",
			  (unsigned int)wanted);
}

bool image_splash_open(struct image_splash *s, const void *start, uint32_t size, struct image_error *err)
{
	const uint8_t *header = start;

	if (size < HEADER_SIZE || memcmp(header, "EXSP", 4) || get_u16(header + 10))
		return image_fail(err, "not a picture as image/splash.py makes them");
	*s = (struct image_splash){
		.runs = header + HEADER_SIZE,
		.size = size - HEADER_SIZE,
		.width = get_u16(header + 4),
		.height = get_u16(header + 6),
		.ground = get_u16(header + 8),
	};
	if (!s->width || !s->height || s->width > IMAGE_SPLASH_WIDTH || s->height > IMAGE_SPLASH_HEIGHT)
		return image_fail(err, "a picture of %ux%u pixels: the screen has %ux%u", s->width, s->height,
				  IMAGE_SPLASH_WIDTH, IMAGE_SPLASH_HEIGHT);
	return check_runs(s, err);
}

bool image_splash_load(struct image_splash *s, const struct image_fit *fit, const struct image_config *config,
		       struct image_error *err)
{
	return image_fit_verify(fit, &config->splash, err) &&
	       image_splash_open(s, image_payload_start(fit, &config->splash), config->splash.size, err);
}

void image_splash_draw(const struct image_splash *s, uint16_t *frame)
{
	uint16_t *row = frame + (IMAGE_SPLASH_HEIGHT - s->height) / 2 * IMAGE_SPLASH_WIDTH +
			(IMAGE_SPLASH_WIDTH - s->width) / 2;
	uint32_t x = 0, used;
	struct run run;

	for (uint32_t i = 0; i < IMAGE_SPLASH_WIDTH * IMAGE_SPLASH_HEIGHT; i++)
		frame[i] = s->ground;
	for (uint32_t at = 0; at < s->size; at += used) {
		used = read_run(&run, s->runs + at, s->size - at);
		for (; run.length; run.length--, run.pixel += run.step) {
			row[x] = get_u16(run.pixel);
			if (++x < s->width)
				continue;
			x = 0;
			row += IMAGE_SPLASH_WIDTH;
		}
	}
}
