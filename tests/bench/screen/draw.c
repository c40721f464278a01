// SPDX-License-Identifier: Apache-2.0
/*
 * Pictures on /dev/fb0, between marks that the counting plugin sees: one sample for all frames.
 *
 * usage:	draw pause COUNT		the pauses of "shown" alone
 *		draw shown SCENE COUNT		each frame is on the screen before the next one begins
 *		draw free SCENE COUNT		as fast as they can be drawn
 *
 * scenes:	full	all pixels in one colour
 *		tenth	a tenth of them, in one colour
 *		paint	all pixels, two waves through a palette
 */
#include <fcntl.h>
#include <linux/fb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "mark.h"

#define PAUSE_NS	200000000	/* until dom0 has shown it and has rested from that */
#define MOST_LINES	1024
#define COLOURS		256

static struct {
	int fd;
	unsigned int width, height, stride, bytes_per_pixel;
	uint8_t *pixels;
} screen;

static uint32_t palette[COLOURS];		/* as the screen has them */
static uint8_t across[MOST_LINES], down[MOST_LINES];	/* the waves */

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static uint32_t component(unsigned int value, const struct fb_bitfield *field)
{
	return value >> (8 - field->length) << field->offset;
}

static void open_screen(void)
{
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;

	screen.fd = open("/dev/fb0", O_RDWR);
	if (screen.fd < 0 || ioctl(screen.fd, FBIOGET_VSCREENINFO, &var) ||
	    ioctl(screen.fd, FBIOGET_FSCREENINFO, &fix))
		fail("/dev/fb0");
	screen.width = var.xres;
	screen.height = var.yres;
	screen.stride = fix.line_length;
	screen.bytes_per_pixel = var.bits_per_pixel / 8;
	if (var.xres > MOST_LINES || var.yres > MOST_LINES ||
	    (var.bits_per_pixel != 16 && var.bits_per_pixel != 32))
		exit(EXIT_FAILURE);
	screen.pixels = mmap(NULL, screen.stride * screen.height, PROT_READ | PROT_WRITE, MAP_SHARED,
			     screen.fd, 0);
	if (screen.pixels == MAP_FAILED)
		fail("mmap");
	for (unsigned int i = 0; i < COLOURS; i++)
		palette[i] = component(i, &var.red) | component(COLOURS - 1 - i, &var.blue);
	printf("draw: %ux%u, %u bits\n", var.xres, var.yres, var.bits_per_pixel);
}

/* A wave that goes up and down, without a library's sine. */
static void make_wave(uint8_t *wave, unsigned int length)
{
	for (unsigned int i = 0; i < MOST_LINES; i++) {
		const unsigned int at = i % length;

		wave[i] = at * (length - at) * COLOURS * 2 / (length * length);
	}
}

/* ---- scenes --------------------------------------------------------------------------------- */

static void fill(unsigned int width, unsigned int height, unsigned int frame)
{
	for (unsigned int y = 0; y < height; y++)
		memset(screen.pixels + y * screen.stride, frame * 37, width * screen.bytes_per_pixel);
}

static void full(unsigned int frame)
{
	fill(screen.width, screen.height, frame);
}

static void tenth(unsigned int frame)
{
	fill(screen.width / 4, screen.height * 2 / 5, frame);
}

static void paint_16(uint16_t *to, unsigned int shift)
{
	for (unsigned int x = 0; x < screen.width; x++)
		to[x] = palette[(across[x] + shift) % COLOURS];
}

static void paint_32(uint32_t *to, unsigned int shift)
{
	for (unsigned int x = 0; x < screen.width; x++)
		to[x] = palette[(across[x] + shift) % COLOURS];
}

static void paint(unsigned int frame)
{
	for (unsigned int y = 0; y < screen.height; y++) {
		void *line = screen.pixels + y * screen.stride;

		if (screen.bytes_per_pixel == 2)
			paint_16(line, down[y] + 3 * frame);
		else
			paint_32(line, down[y] + 3 * frame);
	}
}

static const struct {
	const char *name;
	void (*draw)(unsigned int frame);
} scenes[] = { { "full", full }, { "tenth", tenth }, { "paint", paint } };

/* ---- how ------------------------------------------------------------------------------------ */

static void pause_frame(void)
{
	const struct timespec time = { .tv_nsec = PAUSE_NS };

	nanosleep(&time, NULL);
}

/* fsync() is where deferred I/O begins at once; natively pixels are on the screen as they are written. */
static void show(void)
{
	fsync(screen.fd);
	pause_frame();
}

static void nothing(unsigned int frame)
{
}

static void frames(void (*draw)(unsigned int frame), void (*then)(void), unsigned int count)
{
	draw(0);
	show();
	MARK(MARK_BEGIN, SECTION_frames);
	for (unsigned int i = 1; i <= count; i++) {
		draw(i);
		if (then)
			then();
	}
	MARK(MARK_END, SECTION_frames);
	show();
}

static int run(const char *how, const char *scene, unsigned int count)
{
	for (unsigned int i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		if (strcmp(scenes[i].name, scene))
			continue;
		frames(scenes[i].draw, strcmp(how, "free") ? show : NULL, count);
		return EXIT_SUCCESS;
	}
	return 2;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	open_screen();
	make_wave(across, 400);
	make_wave(down, 300);
	if (!strcmp(argv[1], "pause")) {
		frames(nothing, pause_frame, strtoul(argv[2], NULL, 0));
		return EXIT_SUCCESS;
	}
	return argc < 4 ? 2 : run(argv[1], argv[2], strtoul(argv[3], NULL, 0));
}
