// SPDX-License-Identifier: BSD-2-Clause
/*
 * exen-display - two buffers of a DRM device, shown in turn
 *
 *	exen-display FORMAT [DEVICE]
 *
 * FORMAT is DRM's four characters: XR24, RG16.  The first connector's first mode is set; then each line of
 * standard input is done and answered:
 *
 *	draw SEED	draws the hidden buffer's pixels, which SEED makes its own, and flips to it
 *	flip COUNT	flips so often without drawing
 *	attack		asks for what cannot be: depths that are not known, framebuffers that don't fit
 *
 * Each flip waits for its event.  Pixel number i is the upper half of i * 2654435761 + SEED * 40503, of 32
 * bits, in RG16, and those bits from the eighth on in XR24.  At the end of the program the kernel takes the
 * picture down.  Exit status: 0, 1 for an error, 2 for wrong arguments.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "drm.h"

#define FACTOR		2654435761u
#define SEED_FACTOR	40503u

static struct display display;

static void draw(struct buffer *buffer, uint32_t seed)
{
	const unsigned int width = display.mode.hdisplay;
	uint32_t value = seed * SEED_FACTOR;

	for (unsigned int y = 0; y < display.mode.vdisplay; y++) {
		uint8_t *line = (uint8_t *)buffer->pixels + y * buffer->pitch;

		for (unsigned int x = 0; x < width; x++, value += FACTOR) {
			if (display.bits == 16)
				((uint16_t *)(void *)line)[x] = (uint16_t)(value >> 16);
			else
				((uint32_t *)(void *)line)[x] = value >> 8;
		}
	}
}

static int flips(unsigned int count)
{
	for (; count; count--) {
		if (display_flip(&display))
			return -1;
	}
	return 0;
}

/* Returns how many of what should fail have not. */
static int attack(void)
{
	static const struct drm_mode_create_dumb bad[] = {
		{ .width = 1, .height = 1, .bpp = 24 }, { .width = 1, .height = 1, .bpp = 8 },
		{ .width = 65535, .height = 65535, .bpp = 16 }, { .width = 9000, .height = 1, .bpp = 32 },
	};
	const struct buffer *buffer = &display.buffer[0];
	int accepted = 0;
	uint32_t fb;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct drm_mode_create_dumb create = bad[i];

		if (ioctl(display.fd, DRM_IOCTL_MODE_CREATE_DUMB, &create))
			continue;
		accepted++;
		ioctl(display.fd, DRM_IOCTL_MODE_DESTROY_DUMB,
		      &(struct drm_mode_destroy_dumb){ create.handle });
	}
	accepted += !display_add_fb(&display, buffer->handle + 1000, 1, &fb);
	accepted += !display_add_fb(&display, buffer->handle, display.mode.vdisplay + 100u, &fb);
	return accepted;
}

static int obey(const char *line)
{
	unsigned int number;

	if (sscanf(line, "draw %u", &number) == 1) {
		draw(display_hidden(&display), number);
		return display_flip(&display);
	}
	if (sscanf(line, "flip %u", &number) == 1)
		return flips(number);
	if (!strcmp(line, "attack\n")) {
		printf("accepted %d\n", attack());
		return 0;
	}
	errno = EINVAL;
	return display_fail(line);
}

int main(int argc, char **argv)
{
	uint32_t format;
	char line[64];

	if (argc < 2 || argc > 3 || strlen(argv[1]) != sizeof(format))
		return 2;
	memcpy(&format, argv[1], sizeof(format));
	if (display_open(&display, argc > 2 ? argv[2] : "/dev/dri/card0", format))
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready %ux%u\n", display.mode.hdisplay, display.mode.vdisplay);
	while (fgets(line, sizeof(line), stdin)) {
		if (obey(line))
			return 1;
		printf("done %s", line);
	}
	return 0;
}
