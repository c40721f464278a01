// SPDX-License-Identifier: GPL-2.0
/* What is drawn on the real screen, and where; sink.h is the way there. */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/device.h>
#include <linux/err.h>
#include <linux/fb.h>
#include <linux/font.h>
#include <linux/module.h>

#include <drm/drm_fb_helper.h>

#include "screen.h"
#include "sink.h"

#define LINE_COLOUR	0x00ffffff
#define LINE_GROUND	0x00800000
#define LINE_PIXELS	32		/* that are made at once; even */
#define BORDER		2		/* pixels, beside the inset and halves; even */
#define BORDER_COLOUR	0x00808080

static unsigned int rotate;
module_param(rotate, uint, 0444);
MODULE_PARM_DESC(rotate, "by how many degrees pictures are turned clockwise: 0 (default), 90, 180 or 270");

/* Where a picture is seen, and that every @scale-th of its pixels is; 0: none is. */
struct view {
	struct sink_rect at;
	unsigned int scale;
};

/* Pixels, from the first one on: bytes to the next one in a line, and to the next line. */
struct source {
	const void *at;
	long step_x, step_y;
	const struct pixels_format *format;	/* NULL: xRGB8888 */
};

static struct {
	const struct sink_device *device;	/* NULL: no screen has been found */
	struct sink_surface surface;
	pixels_fn convert;
	unsigned int width, height;	/* as others know them: turned */
	bool is_shown;
	struct drm_client_buffer *shown_buffer;	/* in the place of the surface; NULL: that is shown */
	struct view main;		/* of who has the focus */
	struct view other;		/* the inset, or the other half */
	bool is_inset;			/* in the main view's upper right corner, its border left and below */
} sink;

static void put(struct sink_rect to, struct source from);

static int fb = -1;
module_param(fb, int, 0444);
MODULE_PARM_DESC(fb, "number of the framebuffer device whose screen it is (default, and where there is no such: DRM's first, or the first)");

/* How much a framebuffer is wanted: the one that the parameter says, one of DRM's, any. */
static int rank(const struct fb_info *info)
{
	if (info->node == fb)
		return 3;
	return info->fbops->fb_ioctl == drm_fb_helper_ioctl ? 2 : 1;
}

static struct fb_info *find_framebuffer(void)
{
	struct fb_info *found = NULL;
	struct class_dev_iter iter;
	struct device *dev;

	class_dev_iter_init(&iter, fb_class, NULL, NULL);
	while ((dev = class_dev_iter_next(&iter))) {
		struct fb_info *info = dev_get_drvdata(dev);

		if (info && (!found || rank(info) > rank(found)))
			found = info;
	}
	class_dev_iter_exit(&iter);
	return found;
}

static void set_size(unsigned int width, unsigned int height)
{
	if (rotate != 0 && rotate != 90 && rotate != 180 && rotate != 270) {
		pr_warn("rotate=%u is none of 0, 90, 180 and 270\n", rotate);
		rotate = 0;
	}
	sink.width = rotate % 180 ? height : width;
	sink.height = rotate % 180 ? width : height;
	sink.main = (struct view){ .at = { 0, 0, sink.width, sink.height }, .scale = 1 };
}

static int open_screen(struct fb_info *info)
{
	const struct sink_device *device = &sink_drm;
	int err = device->open(info, &sink.surface);

	if (err == -ENODEV) {
		device = &sink_fbdev;
		err = device->open(info, &sink.surface);
	}
	if (err)
		return err;
	sink.device = device;
	sink.convert = pixels_to(sink.surface.format);
	set_size(sink.surface.width, sink.surface.height);
	pr_info("%ux%u, %p4cc\n", sink.width, sink.height, &sink.surface.format);
	return 0;
}

int sink_find(unsigned int *width, unsigned int *height)
{
	struct fb_info *info;

	if (!sink.device) {
		info = find_framebuffer();
		if (!info || open_screen(info))
			return -ENODEV;
	}
	*width = sink.width;
	*height = sink.height;
	return 0;
}

void sink_exit(void)
{
	if (!sink.device)
		return;
	sink_hide();
	sink.device->close();
	sink.device = NULL;
}

int sink_show(void)
{
	int err;

	if (sink.is_shown)
		return sink_show_buffer(NULL);
	if (!sink.device)
		return 0;
	err = sink.device->show(&sink.surface);
	if (err)
		pr_err("the screen is not to be had: %d\n", err);
	sink.is_shown = !err;
	return err;
}

void sink_hide(void)
{
	if (sink.is_shown)
		sink.device->hide(&sink.surface);
	sink.is_shown = false;
	sink.shown_buffer = NULL;
}

/* ---- buffers in the place of the surface ---------------------------------------------------- */

struct drm_client_buffer *sink_new_buffer(unsigned int width, unsigned int height, unsigned int pixel_bytes)
{
	if (!sink.device || !sink.device->new_buffer || rotate || width != sink.width || height != sink.height)
		return ERR_PTR(-EINVAL);
	return sink.device->new_buffer(pixel_bytes);
}

static void copy_shown(void)
{
	struct sink_picture picture;

	if (!sink.device->read_buffer(sink.shown_buffer, &picture))
		put((struct sink_rect){ 0, 0, picture.width, picture.height },
		    (struct source){ picture.pixels, picture.format->bytes, picture.stride, picture.format });
}

void sink_take_over(void)
{
	if (!sink.shown_buffer)
		return;
	copy_shown();
	sink_show_buffer(NULL);
	sink.shown_buffer = NULL;
}

void sink_free_buffer(struct drm_client_buffer *buffer)
{
	if (buffer == sink.shown_buffer)
		sink_take_over();
	sink.device->free_buffer(buffer);
}

int sink_show_buffer(struct drm_client_buffer *buffer)
{
	int err;

	if (!sink.device || buffer == sink.shown_buffer)
		return 0;
	if (buffer && (sink.other.scale || !sink.is_shown))
		return -EBUSY;
	err = sink.device->show_buffer(buffer);
	if (!err)
		sink.shown_buffer = buffer;
	return err;
}

/* ---- drawing -------------------------------------------------------------------------------- */

/* From the screen as others know it to the real one. */
static void turn(struct sink_rect *rect, struct source *from)
{
	const struct sink_rect r = *rect;
	const struct source f = *from;
	const void *const last_x = f.at + (r.x2 - r.x1 - 1) * f.step_x;
	const long last_y = (r.y2 - r.y1 - 1) * f.step_y;

	switch (rotate) {
	case 90:
		*rect = (struct sink_rect){ sink.height - r.y2, r.x1, sink.height - r.y1, r.x2 };
		*from = (struct source){ f.at + last_y, -f.step_y, f.step_x, f.format };
		break;
	case 180:
		*rect = (struct sink_rect){ sink.width - r.x2, sink.height - r.y2, sink.width - r.x1, sink.height - r.y1 };
		*from = (struct source){ last_x + last_y, -f.step_x, -f.step_y, f.format };
		break;
	case 270:
		*rect = (struct sink_rect){ r.y1, sink.width - r.x2, r.y2, sink.width - r.x1 };
		*from = (struct source){ last_x, f.step_y, -f.step_x, f.format };
		break;
	}
}

static void *real_line(int x, int y)
{
	return sink.surface.pixels + y * sink.surface.pitch + x * sink.surface.bytes_per_pixel;
}

static unsigned int pixel_bytes(const struct pixels_format *format)
{
	return format ? format->bytes : sizeof(u32);
}

/* Pixels as xRGB8888, from a place in a source on. */
static void gather(u32 *line, const void *at, const struct source *from, int nr)
{
	const struct pixels_format *format = from->format;

	if (!format || !format->unpack) {
		for (; nr > 0; nr--, at += from->step_x)
			*line++ = *(const u32 *)at;
	} else if (from->step_x == format->bytes) {
		format->unpack(line, at, nr);
	} else {
		for (; nr > 0; nr--, at += from->step_x)
			format->unpack(line++, at, 1);
	}
}

static bool needs_unpacking(const struct source *from)
{
	return from->format && from->format->unpack && from->format->drm != sink.surface.format;
}

/* A line of a source that is one in memory, too. */
static void put_line(void *to, const struct source *from, int nr)
{
	if (from->format && from->format->unpack)
		memcpy(to, from->at, nr * sink.surface.bytes_per_pixel);
	else
		sink.convert(to, from->at, nr);
}

/* Some columns at a time, so that what is read of turned pictures stays in the cache. */
static void put_gathered(const struct sink_rect *to, const struct source *from)
{
	u32 line[LINE_PIXELS];
	int x, y, nr;

	for (x = to->x1; x < to->x2; x += nr) {
		const void *at = from->at + (x - to->x1) * from->step_x;

		nr = x & 1 ? 1 : min(to->x2 - x, LINE_PIXELS);
		for (y = to->y1; y < to->y2; y++, at += from->step_y) {
			if (y == to->y1 || from->step_y)
				gather(line, at, from, nr);
			sink.convert(real_line(x, y), line, nr);
		}
	}
}

/* A part of the screen as others know it. */
static void put(struct sink_rect to, struct source from)
{
	int y;

	if (to.x1 >= to.x2 || to.y1 >= to.y2)
		return;
	turn(&to, &from);
	if (from.step_x == pixel_bytes(from.format) && !(to.x1 & 1) && !needs_unpacking(&from)) {
		for (y = to.y1; y < to.y2; y++, from.at += from.step_y)
			put_line(real_line(to.x1, y), &from, to.x2 - to.x1);
	} else {
		put_gathered(&to, &from);
	}
	sink.device->flush(&to);
}

/* Likewise, but nothing where the inset is with its border. */
static void put_beside_inset(struct sink_rect to, struct source from)
{
	const int bottom = sink.is_inset ? sink.other.at.y2 + BORDER : 0;
	struct sink_rect upper = to;

	if (to.y1 < bottom) {
		upper.x2 = min(to.x2, sink.other.at.x1 - BORDER);
		upper.y2 = min(to.y2, bottom);
		put(upper, from);
		from.at += (bottom - to.y1) * from.step_y;
		to.y1 = bottom;
	}
	put(to, from);
}

static struct source colour_source(const u32 *colour)
{
	return (struct source){ .at = colour };
}

static void fill(struct sink_rect to, u32 colour)
{
	put(to, colour_source(&colour));
}

/* ---- views ---------------------------------------------------------------------------------- */

/* Where a picture's first pixel is where there is more room; even, so that words are written. */
static int margin(int room, int picture)
{
	return picture < room ? (room - picture) / 2 & ~1 : 0;
}

/*
 * A picture that is smaller is in the middle, of a larger one the upper left part is seen.  Places are those in
 * the picture divided by the scale; what is in no multiple of it isn't seen.
 */
static void draw(const struct view *view, const struct sink_picture *picture, const struct sink_rect *rect)
{
	const int scale = view->scale, bytes = pixel_bytes(picture->format);
	const int width = view->at.x2 - view->at.x1, height = view->at.y2 - view->at.y1;
	const int of_width = DIV_ROUND_UP(picture->width, scale), of_height = DIV_ROUND_UP(picture->height, scale);
	const int left = view->at.x1 + margin(width, of_width), top = view->at.y1 + margin(height, of_height);
	const int x1 = max(rect->x1, 0) / scale & ~1;
	const int y1 = DIV_ROUND_UP(max(rect->y1, 0), scale);	/* the line before may not be there */
	const int x2 = min3((int)DIV_ROUND_UP(rect->x2, scale), of_width, width);
	const int y2 = min3((int)DIV_ROUND_UP(rect->y2, scale), of_height, height);
	const struct sink_rect to = { left + x1, top + y1, left + x2, top + y2 };
	const struct source from = {
		.at = picture->pixels + (size_t)y1 * scale * picture->stride + x1 * scale * bytes,
		.step_x = scale * bytes,
		.step_y = (long)picture->stride * scale,
		.format = picture->format,
	};

	if (rect->x1 >= rect->x2 || rect->y1 >= rect->y2 || x1 >= x2 || y1 >= y2)
		return;
	if (view == &sink.main)
		put_beside_inset(to, from);
	else
		put(to, from);
}

static struct sink_rect whole(void)
{
	return (struct sink_rect){ 0, 0, sink.width, sink.height };
}

void sink_clear(void)
{
	const u32 black = 0;

	if (sink.device)
		put_beside_inset(sink.main.at, colour_source(&black));
}

void sink_draw(const struct sink_picture *picture, const struct sink_rect *rect)
{
	if (sink.device)
		draw(&sink.main, picture, rect);
}

void sink_clear_inset(void)
{
	if (sink.other.scale)
		fill(sink.other.at, 0);
}

void sink_draw_inset(const struct sink_picture *picture, const struct sink_rect *rect)
{
	if (sink.other.scale)
		draw(&sink.other, picture, rect);
}

static struct sink_rect inset_with_border(void)
{
	const struct sink_rect *at = &sink.other.at;

	return (struct sink_rect){ at->x1 - BORDER, 0, at->x2, at->y2 + BORDER };
}

void sink_set_alone(void)
{
	if (!sink.device || !sink.other.scale)
		return;
	fill(sink.is_inset ? inset_with_border() : whole(), 0);
	sink.main = (struct view){ .at = whole(), .scale = 1 };
	sink.other.scale = 0;
	sink.is_inset = false;
}

void sink_set_inset(unsigned int scale)
{
	if (!sink.device)
		return;
	sink_take_over();
	sink_set_alone();
	sink.other.at = (struct sink_rect){
		.x1 = sink.width - (sink.width / scale & ~1u),
		.x2 = sink.width,
		.y2 = sink.height / scale,
	};
	fill(inset_with_border(), BORDER_COLOUR);
	fill(sink.other.at, 0);
	sink.other.scale = scale;
	sink.is_inset = true;
}

/* A half's picture in its middle, between two lines. */
static void set_half(struct view *view, bool is_right, u32 colour)
{
	const int width = sink.width / 2 & ~1u, height = sink.height / 2;
	struct sink_rect *at = &view->at;

	at->x1 = is_right ? sink.width - width : 0;
	at->x2 = at->x1 + width;
	at->y1 = (sink.height - height) / 2;
	at->y2 = at->y1 + height;
	view->scale = 2;
	fill((struct sink_rect){ at->x1, at->y1 - BORDER, at->x2, at->y1 }, colour);
	fill((struct sink_rect){ at->x1, at->y2, at->x2, at->y2 + BORDER }, colour);
}

void sink_set_halves(bool is_right)
{
	if (!sink.device)
		return;
	sink_take_over();
	sink.is_inset = false;
	fill(whole(), 0);
	set_half(&sink.main, is_right, LINE_COLOUR);
	set_half(&sink.other, !is_right, BORDER_COLOUR);
}

/* Where along an axis in the main view's picture, of ABSOLUTE_RANGE: rounded up, for what
 * becomes of it, a pixel again, is rounded down. */
static int in_picture(int at, int start, int size, int scale)
{
	const int pixel = at * (size - 1) / ABSOLUTE_RANGE;

	return scale > 1 ? DIV_ROUND_UP(clamp((pixel - start) * scale, 0, size - 1) * ABSOLUTE_RANGE, size - 1) : at;
}

int sink_point(bool *is_y, int at)
{
	const bool was_y = *is_y;

	if (rotate == 90 || rotate == 270)
		*is_y = !was_y;
	if (rotate == 180 || (rotate == 90 && !was_y) || (rotate == 270 && was_y))
		at = ABSOLUTE_RANGE - at;
	if (sink.width < 2 || sink.height < 2)
		return at;
	return *is_y ? in_picture(at, sink.main.at.y1, sink.height, sink.main.scale) :
		       in_picture(at, sink.main.at.x1, sink.width, sink.main.scale);
}

/* ---- text ----------------------------------------------------------------------------------- */

/* One line of pixels of a text in a font that is 8 wide. */
static void draw_row(const struct font_desc *font, const char *text, unsigned int row)
{
	const unsigned int y = sink.height - font->height + row;
	const u8 *glyphs = font->data;
	u32 line[LINE_PIXELS];
	unsigned int x, i;

	for (x = 0; x < sink.width; x += i) {
		for (i = 0; i < LINE_PIXELS && x + i < sink.width; i++) {
			const u8 bits = *text ? glyphs[(u8)*text * font->height + row] : 0;

			line[i] = bits & 0x80 >> i % 8 ? LINE_COLOUR : LINE_GROUND;
			if (*text && i % 8 == 7)
				text++;
		}
		put((struct sink_rect){ x, y, x + i, y + 1 }, (struct source){ line, sizeof(u32), 0 });
	}
}

void sink_say(const char *text)
{
	const struct font_desc *font = get_default_font(sink.width, sink.height, BIT(8 - 1), ~0);
	unsigned int row;

	if (!sink.device || !font || font->width != 8 || font->height > sink.height)
		return;
	for (row = 0; row < font->height; row++)
		draw_row(font, text, row);
}
