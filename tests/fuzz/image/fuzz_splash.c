/* SPDX-License-Identifier: Apache-2.0 */
/** @file Input: a picture for the screen at boot.  One that is accepted is drawn. */
#include <string.h>

#include <image/splash.h>
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct image_error err = { "" };
	struct image_splash splash;
	uint8_t *copy = malloc(size ? size : 1);
	uint16_t *frame;

	MUST(copy);
	memcpy(copy, bytes, size);
	if (image_splash_open(&splash, copy, (uint32_t)size, &err)) {
		frame = malloc(IMAGE_SPLASH_WIDTH * IMAGE_SPLASH_HEIGHT * sizeof(*frame));
		MUST(frame);
		image_splash_draw(&splash, frame);
		free(frame);
	} else {
		MUST(err.text[0] && strnlen(err.text, sizeof(err.text)) < sizeof(err.text));
	}
	free(copy);
	return 0;
}
