// SPDX-License-Identifier: GPL-2.0
/*
 * The real screen, by a client of DRM's with a buffer of its own beside that of this domain's console.  Its
 * size is the console's, which the driver has found right for the board; its format the frontends' where the
 * board can show that, or the console's.
 *
 * A program of this domain's that is DRM master keeps the screen: show() fails.
 */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/fb.h>
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
#include "sink.h"

#define FRONTENDS_FORMAT	DRM_FORMAT_XRGB8888

static struct {
	struct drm_client_dev client;
	struct drm_fb_helper *console;
	struct drm_client_buffer *own;
	struct drm_client_buffer *chosen;	/* that is shown, or will be */
} drm;

static void set_modes(struct drm_client_buffer *buffer)
{
	struct drm_mode_set *modeset;

	mutex_lock(&drm.client.modeset_mutex);
	drm_client_for_each_modeset(modeset, &drm.client) {
		if (modeset->mode)
			modeset->fb = buffer->fb;
	}
	mutex_unlock(&drm.client.modeset_mutex);
	drm.chosen = buffer;
}

static int map_buffer(struct drm_client_buffer *buffer, void **pixels)
{
	struct iosys_map map;
	int err = drm_client_buffer_vmap(buffer, &map);

	if (!err)
		*pixels = map.is_iomem ? (__force void *)map.vaddr_iomem : map.vaddr;
	return err;
}

/* Does the memory keep up with @cpp bytes a pixel? What the device tree says; where it is silent the driver's word counts. */
static bool has_bandwidth(const struct drm_display_mode *mode, unsigned int cpp)
{
	u64 bytes_per_s;
	u32 most;

	if (of_property_read_u32(drm.client.dev->dev->of_node, "max-memory-bandwidth", &most))
		return true;
	bytes_per_s = mul_u64_u32_div(mode->clock * 1000ULL, mode->hdisplay * mode->vdisplay,
				      mode->htotal * mode->vtotal) * cpp;
	return bytes_per_s <= most;
}

/* Can all that shows the console show the frontends' own format? Then nothing is converted. */
static bool can_show_frontends(void)
{
	struct drm_mode_set *modeset;
	bool can = drm_any_plane_has_format(drm.client.dev, FRONTENDS_FORMAT, DRM_FORMAT_MOD_LINEAR);

	mutex_lock(&drm.client.modeset_mutex);
	drm_client_for_each_modeset(modeset, &drm.client) {
		if (modeset->mode)
			can = can && has_bandwidth(modeset->mode, sizeof(u32));
	}
	mutex_unlock(&drm.client.modeset_mutex);
	return can;
}

static int make_buffer(const struct drm_framebuffer *like, u32 format, void **pixels)
{
	int err;

	if (!pixels_to(format))
		return -EOPNOTSUPP;
	drm.own = drm_client_framebuffer_create(&drm.client, like->width, like->height, format);
	if (IS_ERR(drm.own))
		return PTR_ERR(drm.own);
	err = map_buffer(drm.own, pixels);
	if (err)
		goto delete;
	set_modes(drm.own);
	err = drm_client_modeset_check(&drm.client);
	if (!err)
		return 0;

delete:
	drm_client_framebuffer_delete(drm.own);
	return err;
}

/* In the frontends' format or else, also where there is no memory for that, in the console's. */
static int choose_buffer(const struct drm_framebuffer *like, void **pixels)
{
	int err = drm_client_modeset_probe(&drm.client, like->width, like->height);

	if (err)
		return err;
	if (can_show_frontends() && !make_buffer(like, FRONTENDS_FORMAT, pixels))
		return 0;
	return make_buffer(like, like->format->format, pixels);
}

static int open(struct fb_info *info, struct sink_surface *surface)
{
	struct drm_fb_helper *const console = info->par;
	int err;

	if (info->fbops->fb_ioctl != drm_fb_helper_ioctl || !console->fb)
		return -ENODEV;
	err = drm_client_init(console->dev, &drm.client, "exen-screen", NULL);
	if (err)
		return err;
	err = choose_buffer(console->fb, &surface->pixels);
	if (err) {
		pr_err("no buffer like the console's, %p4cc: %d\n", &console->fb->format->format, err);
		drm_client_release(&drm.client);
		return err;
	}
	drm.console = console;
	surface->pitch = drm.own->pitch;
	surface->width = console->fb->width;
	surface->height = console->fb->height;
	surface->format = drm.own->fb->format->format;
	surface->bytes_per_pixel = drm.own->fb->format->cpp[0];
	return 0;
}

static void close(void)
{
	drm_client_framebuffer_delete(drm.own);
	drm_client_release(&drm.client);
}

static int show(struct sink_surface *surface)
{
	return drm_client_modeset_commit(&drm.client);
}

static void hide(struct sink_surface *surface)
{
	drm_fb_helper_restore_fbdev_mode_unlocked(drm.console);
	set_modes(drm.own);
}

static void flush(const struct sink_rect *changed)
{
	struct drm_rect rect = DRM_RECT_INIT(changed->x1, changed->y1, changed->x2 - changed->x1,
					     changed->y2 - changed->y1);

	drm_client_framebuffer_flush(drm.own, &rect);
}

/* ---- buffers in the place of our own -------------------------------------------------------- */

/* Our own one's format or the console's: the screen can show both. */
static struct drm_client_buffer *new_buffer(unsigned int pixel_bytes)
{
	const struct drm_framebuffer *like = drm.own->fb;

	if (pixel_bytes != like->format->cpp[0])
		like = drm.console->fb;
	if (pixel_bytes != like->format->cpp[0])
		return ERR_PTR(-EINVAL);
	return drm_client_framebuffer_create(&drm.client, like->width, like->height, like->format->format);
}

static void free_buffer(struct drm_client_buffer *buffer)
{
	if (buffer == drm.chosen)
		set_modes(drm.own);
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

static int show_buffer(struct drm_client_buffer *buffer)
{
	struct drm_client_buffer *const before = drm.chosen;
	int err;

	if (buffer)
		clean_caches();
	set_modes(buffer ?: drm.own);
	err = drm_client_modeset_commit(&drm.client);
	if (err)
		set_modes(before);
	return err;
}

static int read_buffer(struct drm_client_buffer *buffer, struct sink_picture *picture)
{
	const struct drm_framebuffer *fb = buffer->fb;
	void *pixels;
	int err = map_buffer(buffer, &pixels);

	if (err)
		return err;
	*picture = (struct sink_picture){
		.pixels = pixels, .width = fb->width, .height = fb->height, .stride = buffer->pitch,
		.format = pixels_format(fb->format->format),
	};
	return picture->format ? 0 : -EOPNOTSUPP;
}

const struct sink_device sink_drm = {
	.open = open,
	.close = close,
	.show = show,
	.hide = hide,
	.flush = flush,
	.new_buffer = new_buffer,
	.free_buffer = free_buffer,
	.show_buffer = show_buffer,
	.read_buffer = read_buffer,
};
