/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The picture that the hypervisor shows while the system starts (Documentation/image.md, "A picture at
 * boot").  Pixels are RGB565, blue in the low bits.
 */
#ifndef IMAGE_SPLASH_H
#define IMAGE_SPLASH_H

#include <image/config.h>

#define IMAGE_SPLASH_WIDTH	640	/**< of the screen; a picture has at most that */
#define IMAGE_SPLASH_HEIGHT	480

/** A picture whose every run has been checked. */
struct image_splash {
	const uint8_t *runs;
	uint32_t size;			/**< bytes of runs */
	uint16_t width, height;		/**< pixels, 1 to the screen's */
	uint16_t ground;		/**< colour of the screen around it */
};

/** Checks the picture in @p size bytes at @p start, which must stay. */
bool image_splash_open(struct image_splash *s, const void *start, uint32_t size, struct image_error *err);

/** Likewise the payload of that configuration, its sha256 first. */
bool image_splash_load(struct image_splash *s, const struct image_fit *fit, const struct image_config *config,
		       struct image_error *err);

/** Draws the whole screen, the picture in its middle.
 *  @param frame  [IMAGE_SPLASH_WIDTH * IMAGE_SPLASH_HEIGHT], row by row from the upper left */
void image_splash_draw(const struct image_splash *s, uint16_t *frame);

#endif
