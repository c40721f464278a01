// SPDX-License-Identifier: GPL-2.0
/*
 * The real screen, by a client of DRM's with a buffer of its own beside that of this domain's console.  Its
 * size is the console's, which the driver has found right for the board; its format the frontends' where the
 * board can show that, or the console's.
 *
 * A program of this domain's that is DRM master keeps the screen: sink_show() fails.
 */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/device.h>
#include <linux/fb.h>
#include <linux/font.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/of.h>

#include <drm/drm_client.h>
#include <drm/drm_device.h>
#include <drm/drm_drv.h>
#include <drm/drm_fb_helper.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_modes.h>
#include <drm/drm_plane.h>

#include <asm/cachetype.h>
#include <asm/cacheflush.h>

#include "screen.h"

#define FRONTENDS_FORMAT	DRM_FORMAT_XRGB8888
#define LINE_COLOUR	0x00ffffff
#define LINE_GROUND	0x00800000
#define LINE_PIXELS	32		/* that are made at once; even */
#define BORDER		2		/* pixels, left of the inset and below it; even */
#define BORDER_COLOUR	0x00808080

static struct {
	struct drm_client_dev client;
	struct drm_fb_helper *console;	/* NULL: no screen has been found */
	struct drm_client_buffer *buffer;
	void *pixels;
	pixels_fn convert;
	u32 format;
	unsigned int width, height, bytes_per_pixel;
	bool is_shown;
	struct drm_client_buffer *shown_buffer;	/* in the place of our own; NULL: our own is shown */
	unsigned int inset_scale;	/* 0: there is none */
	struct sink_rect inset;		/* without its border; its upper right corner is the screen's */
} sink;

static int fb = -1;
module_param(fb, int, 0444);
MODULE_PARM_DESC(fb, "number of the framebuffer device whose screen it is (default, and where there is no such: the first)");

/* A framebuffer of a DRM device's console: the one that the parameter says, or the first. */
static struct drm_fb_helper *find_console(void)
{
	struct drm_fb_helper *found = NULL;
	struct class_dev_iter iter;
	struct device *dev;

	class_dev_iter_init(&iter, fb_class, NULL, NULL);
	while ((dev = class_dev_iter_next(&iter))) {
		struct fb_info *info = dev_get_drvdata(dev);

		if (info && info->fbops->fb_ioctl == drm_fb_helper_ioctl && (!found || info->node == fb))
			found = info->par;
	}
	class_dev_iter_exit(&iter);
	return found;
}

static void set_modes(struct drm_client_buffer *buffer)
{
	struct drm_mode_set *modeset;

	mutex_lock(&sink.client.modeset_mutex);
	drm_client_for_each_modeset(modeset, &sink.client) {
		if (modeset->mode)
			modeset->fb = buffer->fb;
	}
	mutex_unlock(&sink.client.modeset_mutex);
}

static int map_buffer(void)
{
	struct iosys_map map;
	int err = drm_client_buffer_vmap(sink.buffer, &map);

	if (!err)
		sink.pixels = map.is_iomem ? (__force void *)map.vaddr_iomem : map.vaddr;
	return err;
}

/* Does the memory keep up with @cpp bytes a pixel? What the device tree says; where it is silent the driver's word counts. */
static bool has_bandwidth(const struct drm_display_mode *mode, unsigned int cpp)
{
	u64 bytes_per_s;
	u32 most;

	if (of_property_read_u32(sink.client.dev->dev->of_node, "max-memory-bandwidth", &most))
		return true;
	bytes_per_s = mul_u64_u32_div(mode->clock * 1000ULL, mode->hdisplay * mode->vdisplay,
				      mode->htotal * mode->vtotal) * cpp;
	return bytes_per_s <= most;
}

/* Can all that shows the console show the frontends' own format? Then nothing is converted. */
static bool can_show_frontends(void)
{
	struct drm_mode_set *modeset;
	bool can = drm_any_plane_has_format(sink.client.dev, FRONTENDS_FORMAT, DRM_FORMAT_MOD_LINEAR);

	mutex_lock(&sink.client.modeset_mutex);
	drm_client_for_each_modeset(modeset, &sink.client) {
		if (modeset->mode)
			can = can && has_bandwidth(modeset->mode, sizeof(u32));
	}
	mutex_unlock(&sink.client.modeset_mutex);
	return can;
}

static int make_buffer(const struct drm_framebuffer *like, u32 format)
{
	int err;

	sink.convert = pixels_to(format);
	if (!sink.convert)
		return -EOPNOTSUPP;
	sink.buffer = drm_client_framebuffer_create(&sink.client, like->width, like->height, format);
	if (IS_ERR(sink.buffer))
		return PTR_ERR(sink.buffer);
	err = map_buffer();
	if (err)
		goto delete;
	set_modes(sink.buffer);
	err = drm_client_modeset_check(&sink.client);
	if (err)
		goto delete;
	sink.width = like->width;
	sink.height = like->height;
	sink.format = sink.buffer->fb->format->format;
	sink.bytes_per_pixel = sink.buffer->fb->format->cpp[0];
	return 0;

delete:
	drm_client_framebuffer_delete(sink.buffer);
	return err;
}

/* In the frontends' format or else, also where there is no memory for that, in the console's. */
static int choose_buffer(const struct drm_framebuffer *like)
{
	int err = drm_client_modeset_probe(&sink.client, like->width, like->height);

	if (err)
		return err;
	if (can_show_frontends() && !make_buffer(like, FRONTENDS_FORMAT))
		return 0;
	return make_buffer(like, like->format->format);
}

static int open_screen(struct drm_fb_helper *console)
{
	int err = drm_client_init(console->dev, &sink.client, "exen-screen", NULL);

	if (err)
		return err;
	err = choose_buffer(console->fb);
	if (err) {
		pr_err("no buffer like the console's, %p4cc: %d\n", &console->fb->format->format, err);
		drm_client_release(&sink.client);
		return err;
	}
	sink.console = console;
	pr_info("%ux%u, %p4cc\n", sink.width, sink.height, &sink.buffer->fb->format->format);
	return 0;
}

int sink_find(unsigned int *width, unsigned int *height)
{
	struct drm_fb_helper *console;

	if (!sink.console) {
		console = find_console();
		if (!console || !console->fb || open_screen(console))
			return -ENODEV;
	}
	*width = sink.width;
	*height = sink.height;
	return 0;
}

void sink_exit(void)
{
	if (!sink.console)
		return;
	sink_hide();
	drm_client_framebuffer_delete(sink.buffer);
	drm_client_release(&sink.client);
	sink.console = NULL;
}

int sink_show(void)
{
	int err;

	if (sink.is_shown)
		return sink_show_buffer(NULL);
	if (!sink.console)
		return 0;
	err = drm_client_modeset_commit(&sink.client);
	if (err)
		pr_err("the screen is not to be had: %d\n", err);
	sink.is_shown = !err;
	return err;
}

void sink_hide(void)
{
	if (sink.is_shown)
		drm_fb_helper_restore_fbdev_mode_unlocked(sink.console);
	sink.is_shown = false;
	if (sink.shown_buffer)
		set_modes(sink.buffer);
	sink.shown_buffer = NULL;
}

/* ---- buffers in the place of our own -------------------------------------------------------- */

bool sink_is_format(const struct pixels_format *format)
{
	return sink.console && format->drm == sink.format;
}

struct drm_client_buffer *sink_new_buffer(unsigned int width, unsigned int height, unsigned int pixel_bytes)
{
	if (!sink.console || width != sink.width || height != sink.height || pixel_bytes != sink.bytes_per_pixel)
		return ERR_PTR(-EINVAL);
	return drm_client_framebuffer_create(&sink.client, width, height, sink.format);
}

void sink_take_over(void)
{
	struct iosys_map map;

	if (!sink.shown_buffer)
		return;
	if (!drm_client_buffer_vmap(sink.shown_buffer, &map))
		memcpy(sink.pixels, map.is_iomem ? (__force void *)map.vaddr_iomem : map.vaddr,
		       sink.height * sink.buffer->pitch);
	sink_show_buffer(NULL);
	sink.shown_buffer = NULL;
}

void sink_free_buffer(struct drm_client_buffer *buffer)
{
	if (buffer == sink.shown_buffer)
		sink_take_over();
	drm_client_framebuffer_delete(buffer);
}

/*
 * Another domain has written it through its cache, which the display does not look into.  Where caches find
 * lines by virtual address, the switch to us has emptied them.
 */
static void clean_caches(void)
{
	if (!cache_is_vivt() && !cache_is_vipt_aliasing())
		flush_cache_all();
}

int sink_show_buffer(struct drm_client_buffer *buffer)
{
	int err;

	if (!sink.console || buffer == sink.shown_buffer)
		return 0;
	if (buffer && (sink.inset_scale || !sink.is_shown))
		return -EBUSY;
	if (buffer)
		clean_caches();
	set_modes(buffer ?: sink.buffer);
	err = sink.is_shown ? drm_client_modeset_commit(&sink.client) : 0;
	if (err)
		set_modes(sink.shown_buffer ?: sink.buffer);
	else
		sink.shown_buffer = buffer;
	return err;
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void *line_at(unsigned int x, unsigned int y)
{
	return sink.pixels + y * sink.buffer->pitch + x * sink.bytes_per_pixel;
}

/* A part of a line, to a place on the screen.  What is in the screen's format is only copied. */
static void draw_pixels(const struct sink_picture *picture, void *to, const void *from, int nr)
{
	const struct pixels_format *format = picture->format;
	u32 line[LINE_PIXELS];
	int n;

	if (!format || !format->unpack) {
		sink.convert(to, from, nr);
		return;
	}
	if (sink_is_format(format)) {
		memcpy(to, from, nr * sink.bytes_per_pixel);
		return;
	}
	for (; nr > 0; nr -= n, from += n * format->bytes, to += n * sink.bytes_per_pixel) {
		n = min(nr, LINE_PIXELS);
		format->unpack(line, from, n);
		sink.convert(to, line, n);
	}
}

static unsigned int pixel_bytes(const struct sink_picture *picture)
{
	return picture->format ? picture->format->bytes : sizeof(u32);
}

static void flush(int x1, int y1, int x2, int y2)
{
	struct drm_rect rect = DRM_RECT_INIT(x1, y1, x2 - x1, y2 - y1);

	drm_client_framebuffer_flush(sink.buffer, &rect);
}

/* Where the inset's border begins in a line, or the line ends. */
static int line_end(int y)
{
	return sink.inset_scale && y < sink.inset.y2 + BORDER ? sink.inset.x1 - BORDER : sink.width;
}

void sink_clear(void)
{
	int y;

	if (!sink.console)
		return;
	for (y = 0; y < sink.height; y++)
		memset(line_at(0, y), 0, line_end(y) * sink.bytes_per_pixel);
	flush(0, 0, sink.width, sink.height);
}

/* Where a picture's first pixel is on a screen that is larger; even, so that words are written. */
static int margin(unsigned int screen, unsigned int picture)
{
	return picture < screen ? (screen - picture) / 2 & ~1u : 0;
}

/* A picture that is smaller is in the middle, of a larger one the upper left part is seen. */
void sink_draw(const struct sink_picture *picture, const struct sink_rect *rect)
{
	const int left = margin(sink.width, picture->width);
	const int top = margin(sink.height, picture->height);
	const int x1 = max(rect->x1, 0) & ~1;
	const int x2 = min3(rect->x2, (int)picture->width, (int)sink.width);
	const int y1 = max(rect->y1, 0);
	const int y2 = min3(rect->y2, (int)picture->height, (int)sink.height);
	int y, end;

	if (!sink.console || x1 >= x2 || y1 >= y2)
		return;
	for (y = y1; y < y2; y++) {
		end = min_t(int, x2, line_end(top + y) - left);
		if (x1 < end)
			draw_pixels(picture, line_at(left + x1, top + y),
				    picture->pixels + y * picture->stride + x1 * pixel_bytes(picture), end - x1);
	}
	flush(left + x1, top + y1, left + x2, top + y2);
}

/* ---- inset ---------------------------------------------------------------------------------- */

static void fill(int x1, int y1, int x2, int y2, u32 colour)
{
	u32 line[LINE_PIXELS];
	int x, y;

	memset32(line, colour, LINE_PIXELS);
	for (y = y1; y < y2; y++) {
		for (x = x1; x < x2; x += LINE_PIXELS)
			sink.convert(line_at(x, y), line, min(x2 - x, LINE_PIXELS));
	}
	flush(x1, y1, x2, y2);
}

void sink_clear_inset(void)
{
	const struct sink_rect *in = &sink.inset;

	fill(in->x1, in->y1, in->x2, in->y2, 0);
}

void sink_set_inset(unsigned int scale)
{
	struct sink_rect *in = &sink.inset;

	if (!sink.console)
		return;
	sink_take_over();
	if (scale)
		*in = (struct sink_rect){
			.x1 = sink.width - (sink.width / scale & ~1u),
			.x2 = sink.width,
			.y2 = sink.height / scale,
		};
	fill(in->x1 - BORDER, 0, in->x2, in->y2 + BORDER, scale ? BORDER_COLOUR : 0);
	sink.inset_scale = scale;
	sink_clear_inset();
}

/* One of its lines, from a line of a picture on. */
static void draw_reduced(const struct sink_picture *picture, void *to, const void *from, int nr)
{
	const struct pixels_format *format = picture->format;
	const unsigned int step = sink.inset_scale * pixel_bytes(picture);
	u32 line[LINE_PIXELS];
	int i, n;

	for (; nr > 0; nr -= n, to += n * sink.bytes_per_pixel) {
		n = min(nr, LINE_PIXELS);
		for (i = 0; i < n; i++, from += step) {
			if (format && format->unpack)
				format->unpack(&line[i], from, 1);
			else
				line[i] = *(const u32 *)from;
		}
		sink.convert(to, line, n);
	}
}

/* Places in the inset are those in the picture divided by the scale; what is in no multiple of it isn't seen. */
void sink_draw_inset(const struct sink_picture *picture, const struct sink_rect *rect)
{
	const int scale = sink.inset_scale;
	const struct sink_rect *in = &sink.inset;
	int x1, x2, y1, y2, y;

	if (!scale || rect->x1 >= rect->x2 || rect->y1 >= rect->y2)
		return;
	x1 = rect->x1 / scale & ~1;
	y1 = DIV_ROUND_UP(rect->y1, scale);	/* the line before may not be there */
	x2 = min3(rect->x2, (int)picture->width, (in->x2 - in->x1) * scale);
	y2 = min3(rect->y2, (int)picture->height, (in->y2 - in->y1) * scale);
	x2 = DIV_ROUND_UP(x2, scale);
	y2 = DIV_ROUND_UP(y2, scale);
	for (y = y1; y < y2; y++)
		draw_reduced(picture, line_at(in->x1 + x1, in->y1 + y),
			     picture->pixels + (size_t)y * scale * picture->stride +
			     x1 * scale * pixel_bytes(picture), x2 - x1);
	flush(in->x1 + x1, in->y1 + y1, in->x1 + x2, in->y1 + y2);
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
		sink.convert(line_at(x, y), line, i);
	}
}

void sink_say(const char *text)
{
	const struct font_desc *font = get_default_font(sink.width, sink.height, BIT(8 - 1), ~0);
	unsigned int row;

	if (!sink.console || !font || font->width != 8 || font->height > sink.height)
		return;
	for (row = 0; row < font->height; row++)
		draw_row(font, text, row);
	flush(0, sink.height - font->height, sink.width, sink.height);
}
