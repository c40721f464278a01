// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "drm.h"

#define MOST_MODES	16
#define MOST_IDS	8
#define EVENT_BYTES	1024

int display_fail(const char *what)
{
	fprintf(stderr, "exen-display: %s: %s\n", what, strerror(errno));
	return -1;
}

static uint64_t pointer(const void *p)
{
	return (uintptr_t)p;
}

static int find_connector(struct display *display)
{
	static struct drm_mode_modeinfo modes[MOST_MODES];
	uint32_t connectors[MOST_IDS], crtcs[MOST_IDS];
	struct drm_mode_card_res res = {
		.connector_id_ptr = pointer(connectors), .count_connectors = MOST_IDS,
		.crtc_id_ptr = pointer(crtcs), .count_crtcs = MOST_IDS,
	};
	struct drm_mode_get_connector connector = { 0 };
	struct drm_mode_crtc crtc = { 0 };

	if (ioctl(display->fd, DRM_IOCTL_MODE_GETRESOURCES, &res) || !res.count_connectors ||
	    !res.count_crtcs)
		return display_fail("resources");
	connector.connector_id = connectors[0];
	if (ioctl(display->fd, DRM_IOCTL_MODE_GETCONNECTOR, &connector))	/* which looks for modes */
		return display_fail("connector");
	connector = (struct drm_mode_get_connector){
		.connector_id = connectors[0], .modes_ptr = pointer(modes), .count_modes = MOST_MODES,
	};
	if (ioctl(display->fd, DRM_IOCTL_MODE_GETCONNECTOR, &connector) || !connector.count_modes)
		return display_fail("modes");
	display->connector = connectors[0];
	display->crtc = crtcs[0];
	crtc.crtc_id = crtcs[0];
	display->mode = modes[0];
	if (!ioctl(display->fd, DRM_IOCTL_MODE_GETCRTC, &crtc) && crtc.mode_valid)
		display->mode = crtc.mode;
	return 0;
}

int display_add_fb(const struct display *display, uint32_t handle, uint32_t height, uint32_t *fb)
{
	struct drm_mode_fb_cmd2 cmd = {
		.width = display->mode.hdisplay, .height = height, .pixel_format = display->format,
		.handles = { handle }, .pitches = { display->buffer[0].pitch },
	};

	if (ioctl(display->fd, DRM_IOCTL_MODE_ADDFB2, &cmd))
		return -1;
	*fb = cmd.fb_id;
	return 0;
}

static int make_buffer(struct display *display, struct buffer *buffer)
{
	struct drm_mode_create_dumb create = {
		.width = display->mode.hdisplay, .height = display->mode.vdisplay, .bpp = display->bits,
	};
	struct drm_mode_map_dumb map = { 0 };

	if (ioctl(display->fd, DRM_IOCTL_MODE_CREATE_DUMB, &create))
		return display_fail("buffer");
	buffer->handle = create.handle;
	buffer->pitch = create.pitch;
	buffer->size = create.size;
	if (display_add_fb(display, create.handle, create.height, &buffer->fb))
		return display_fail("framebuffer");
	map.handle = create.handle;
	if (ioctl(display->fd, DRM_IOCTL_MODE_MAP_DUMB, &map))
		return display_fail("offset");
	buffer->pixels = mmap(NULL, create.size, PROT_READ | PROT_WRITE, MAP_SHARED, display->fd, map.offset);
	return buffer->pixels == MAP_FAILED ? display_fail("mmap") : 0;
}

static int set_mode(struct display *display)
{
	struct drm_mode_crtc crtc = {
		.crtc_id = display->crtc, .fb_id = display->buffer[0].fb,
		.mode = display->mode, .mode_valid = 1,
		.set_connectors_ptr = pointer(&display->connector), .count_connectors = 1,
	};

	return ioctl(display->fd, DRM_IOCTL_MODE_SETCRTC, &crtc) ? display_fail("mode") : 0;
}

int display_open(struct display *display, const char *device, uint32_t format)
{
	display->format = format;
	display->bits = format == DRM_FORMAT_RGB565 ? 16 : 32;
	display->fd = open(device, O_RDWR | O_CLOEXEC);
	if (display->fd < 0)
		return display_fail(device);
	if (find_connector(display) || make_buffer(display, &display->buffer[0]) ||
	    make_buffer(display, &display->buffer[1]))
		return -1;
	return set_mode(display);
}

struct buffer *display_hidden(struct display *display)
{
	return &display->buffer[!display->shown];
}

int display_flip(struct display *display)
{
	struct drm_mode_crtc_page_flip request = {
		.crtc_id = display->crtc, .fb_id = display_hidden(display)->fb,
		.flags = DRM_MODE_PAGE_FLIP_EVENT,
	};
	union {
		struct drm_event event;
		char bytes[EVENT_BYTES];
	} answer;

	if (ioctl(display->fd, DRM_IOCTL_MODE_PAGE_FLIP, &request))
		return display_fail("flip");
	if (read(display->fd, &answer, sizeof(answer)) < (ssize_t)sizeof(answer.event) ||
	    answer.event.type != DRM_EVENT_FLIP_COMPLETE)
		return display_fail("event");
	display->shown = !display->shown;
	return 0;
}
