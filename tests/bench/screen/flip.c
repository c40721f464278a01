// SPDX-License-Identifier: Apache-2.0
/*
 * Page flips of a DRM device's two buffers in 16 bits, between marks that the counting plugin sees: one
 * sample for all.  Each flip waits for its event.
 *
 * usage:	flip COUNT	without drawing, then as many with each pixel of the hidden buffer computed
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../guest/user/display/drm.h"
#include "mark.h"

#define MOST_LINES	1024
#define COLOURS		256

static struct display display;
static uint16_t palette[COLOURS];
static uint8_t across[MOST_LINES], down[MOST_LINES];	/* waves */

/* As draw.c's. */
static void make_wave(uint8_t *wave, unsigned int length)
{
	for (unsigned int i = 0; i < MOST_LINES; i++) {
		const unsigned int at = i % length;

		wave[i] = at * (length - at) * COLOURS * 2 / (length * length);
	}
}

static void paint(unsigned int frame)
{
	const struct buffer *buffer = display_hidden(&display);

	for (unsigned int y = 0; y < display.mode.vdisplay; y++) {
		uint16_t *line = (uint16_t *)buffer->pixels + y * buffer->pitch / sizeof(uint16_t);
		const unsigned int shift = down[y] + 3 * frame;

		for (unsigned int x = 0; x < display.mode.hdisplay; x++)
			line[x] = palette[(across[x] + shift) % COLOURS];
	}
}

static void flips(unsigned int count, int is_painted)
{
	MARK(MARK_BEGIN, SECTION_flips);
	for (unsigned int i = 0; i < count; i++) {
		if (is_painted)
			paint(i);
		if (display_flip(&display))
			exit(EXIT_FAILURE);
	}
	MARK(MARK_END, SECTION_flips);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (display_open(&display, "/dev/dri/card0", DRM_FORMAT_RGB565))
		return EXIT_FAILURE;
	if (display.mode.hdisplay > MOST_LINES || display.mode.vdisplay > MOST_LINES)
		return EXIT_FAILURE;
	for (unsigned int i = 0; i < COLOURS; i++)
		palette[i] = i >> 3 << 11 | (COLOURS - 1 - i) >> 3;
	make_wave(across, 400);
	make_wave(down, 300);
	printf("flip: %ux%u\n", display.mode.hdisplay, display.mode.vdisplay);
	fflush(stdout);
	flips(2, 1);		/* all pages are there */
	flips(strtoul(argv[1], NULL, 0), 0);
	flips(strtoul(argv[1], NULL, 0), 1);
	return EXIT_SUCCESS;
}
