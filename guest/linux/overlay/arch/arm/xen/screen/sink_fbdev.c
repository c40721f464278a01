// SPDX-License-Identifier: GPL-2.0
/*
 * The real screen where its driver is one of the framebuffer subsystem's: a board without a driver of DRM's, or one
 * whose loader has set its screen up (simplefb).  Its mode is left as it is.
 *
 * There is one memory for what is seen.  The other picture, ours or this domain's own, is kept beside it; they change
 * places.  While ours is seen the framebuffer is suspended, as for a laptop's sleep: the console writes its text only
 * into its own memory and draws all of it afterwards; a program's read() and write() fail.  What a program draws into
 * memory that it has mapped is seen, and lost.
 */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/console.h>
#include <linux/fb.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#include <drm/drm_fourcc.h>

#include "screen.h"
#include "sink.h"

static struct {
	struct fb_info *info;
	void *kept;			/* as large as what is seen */
	bool is_shown;
	struct sink_surface opened;	/* as it was found, pixels apart */
} fbdev;

/* Offsets of red, green and blue, and how many bits each has. */
static const struct layout {
	u32 drm;
	u8 bits, red, green, blue, red_bits, green_bits;
} layouts[] = {
	{ DRM_FORMAT_XRGB8888, 32, 16, 8, 0, 8, 8 },
	{ DRM_FORMAT_XBGR8888, 32, 0, 8, 16, 8, 8 },
	{ DRM_FORMAT_RGB565, 16, 11, 5, 0, 5, 6 },
	{ DRM_FORMAT_BGR565, 16, 0, 5, 11, 5, 6 },
	{ DRM_FORMAT_XRGB1555, 16, 10, 5, 0, 5, 5 },
	{ DRM_FORMAT_XBGR1555, 16, 0, 5, 10, 5, 5 },
};

static bool is_field(const struct fb_bitfield *field, u8 offset, u8 bits)
{
	return field->offset == offset && field->length == bits && !field->msb_right;
}

/* DRM's name, 0: none that we write. */
static u32 format_of(const struct fb_info *info)
{
	const struct fb_var_screeninfo *var = &info->var;
	const struct layout *l;

	if (info->fix.type != FB_TYPE_PACKED_PIXELS || info->fix.visual != FB_VISUAL_TRUECOLOR ||
	    var->grayscale || var->nonstd || info->flags & FBINFO_FOREIGN_ENDIAN)
		return 0;
	for (l = layouts; l < layouts + ARRAY_SIZE(layouts); l++) {
		if (var->bits_per_pixel == l->bits && is_field(&var->red, l->red, l->red_bits) &&
		    is_field(&var->green, l->green, l->green_bits) && is_field(&var->blue, l->blue, l->red_bits))
			return l->drm;
	}
	return 0;
}

/* The mode that it has, without pixels. Lines may begin anywhere in memory: see place_of(). */
static struct sink_surface mode_of(const struct fb_info *info)
{
	return (struct sink_surface){
		.pitch = info->fix.line_length, .width = info->var.xres, .height = info->var.yres,
		.format = format_of(info), .bytes_per_pixel = info->var.bits_per_pixel / 8,
	};
}

/* Where the first pixel is that is seen, NULL: not all is in its memory, or words cannot be written. */
static void *place_of(const struct fb_info *info)
{
	const struct fb_var_screeninfo *var = &info->var;
	const size_t first = var->yoffset * info->fix.line_length + var->xoffset * (var->bits_per_pixel / 8);
	void *const at = info->screen_buffer + first;

	if (!info->screen_buffer || !IS_ALIGNED((unsigned long)at | info->fix.line_length, sizeof(u32)) ||
	    first + (size_t)var->yres * info->fix.line_length > (info->screen_size ?: info->fix.smem_len))
		return NULL;
	return at;
}

static int take(struct fb_info *info)
{
	if (!try_module_get(info->fbops->owner))
		return -ENODEV;
	if (info->fbops->fb_open && info->fbops->fb_open(info, 0)) {
		module_put(info->fbops->owner);
		return -ENODEV;
	}
	refcount_inc(&info->count);
	return 0;
}

static void give_back(struct fb_info *info)
{
	struct module *const owner = info->fbops->owner;

	if (info->fbops->fb_release)
		info->fbops->fb_release(info, 0);
	if (refcount_dec_and_test(&info->count) && info->fbops->fb_destroy)
		info->fbops->fb_destroy(info);
	module_put(owner);
}

static int open(struct fb_info *info, struct sink_surface *surface)
{
	int err;

	fbdev.opened = mode_of(info);
	if (!fbdev.opened.format || !place_of(info)) {
		pr_err("fb%d, \"%s\", has pixels of %u bits that are not known here\n", info->node, info->fix.id,
		       info->var.bits_per_pixel);
		return -EOPNOTSUPP;
	}
	err = take(info);
	if (err)
		return err;
	fbdev.kept = vzalloc(fbdev.opened.pitch * fbdev.opened.height);
	if (!fbdev.kept) {
		give_back(info);
		return -ENOMEM;
	}
	fbdev.info = info;
	*surface = fbdev.opened;
	surface->pixels = fbdev.kept;
	return 0;
}

static void close(void)
{
	give_back(fbdev.info);
	vfree(fbdev.kept);
}

/* Drivers that send what has changed to a screen elsewhere learn it from what they are told to draw; suspended, they draw nothing. */
static void flush(const struct sink_rect *changed)
{
	const struct fb_copyarea area = {
		.dx = changed->x1, .dy = changed->y1, .width = changed->x2 - changed->x1,
		.height = changed->y2 - changed->y1, .sx = changed->x1, .sy = changed->y1,
	};

	if (fbdev.is_shown && fbdev.info->fbdefio)
		fbdev.info->fbops->fb_copyarea(fbdev.info, &area);
}

static void flush_all(void)
{
	flush(&(const struct sink_rect){ 0, 0, fbdev.opened.width, fbdev.opened.height });
}

/* What is seen and what is kept change places. */
static void swap_pixels(void *seen)
{
	const unsigned int nr = DIV_ROUND_UP(fbdev.opened.width * fbdev.opened.bytes_per_pixel, sizeof(u32));
	void *kept = fbdev.kept;
	unsigned int x, y;

	for (y = 0; y < fbdev.opened.height; y++) {
		for (x = 0; x < nr; x++)
			swap(((u32 *)seen)[x], ((u32 *)kept)[x]);
		seen += fbdev.opened.pitch;
		kept += fbdev.opened.pitch;
	}
}

static bool is_mode_kept(void)
{
	const struct sink_surface mode = mode_of(fbdev.info);

	return !memcmp(&mode, &fbdev.opened, sizeof(mode));
}

static int show(struct sink_surface *surface)
{
	void *seen;

	console_lock();
	lock_fb_info(fbdev.info);
	seen = is_mode_kept() ? place_of(fbdev.info) : NULL;
	if (seen) {
		fb_set_suspend(fbdev.info, 1);
		swap_pixels(seen);
		surface->pixels = seen;
		fbdev.is_shown = true;
		flush_all();
	}
	unlock_fb_info(fbdev.info);
	console_unlock();
	return seen ? 0 : -EBUSY;
}

static void hide(struct sink_surface *surface)
{
	console_lock();
	lock_fb_info(fbdev.info);
	swap_pixels(surface->pixels);
	flush_all();
	surface->pixels = fbdev.kept;
	fbdev.is_shown = false;
	fb_set_suspend(fbdev.info, 0);
	unlock_fb_info(fbdev.info);
	console_unlock();
}

const struct sink_device sink_fbdev = {
	.open = open,
	.close = close,
	.show = show,
	.hide = hide,
	.flush = flush,
};
