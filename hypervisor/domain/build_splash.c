/* SPDX-License-Identifier: Apache-2.0 */
/* The picture on the screen until the domain with the display draws its own:
 * Documentation/decisions/0060-boot-splash.md. */
#include <asm/machine.h>
#include <image/splash.h>
#include <exen/arch.h>
#include <exen/board.h>
#include <exen/domain.h>
#include <exen/printk.h>
#include "build.h"

#define FRAME_SIZE	(DISPLAY_WIDTH * DISPLAY_HEIGHT * sizeof(uint16_t))

_Static_assert(IMAGE_SPLASH_WIDTH == DISPLAY_WIDTH && IMAGE_SPLASH_HEIGHT == DISPLAY_HEIGHT,
	       "image and hypervisor: screen");

static paddr_t frame_at;	/* set once at boot; 0: there is no picture */

void build_splash(const struct image_config *config, const struct image_ram *ram)
{
	struct image_splash splash;
	struct image_error err;
	uint32_t frame;

	if (!config->splash.size)
		return;
	if (!board->display.ops) {
		printk("splash: not shown: no driver for the screen of this board\n");
	} else if (!image_splash_load(&splash, build_fit(), config, &err)) {
		printk("splash: not shown: %s\n", err.text);
	} else if (!image_find_free(config, ram, FRAME_SIZE, &frame)) {
		printk("splash: not shown: no %u KiB of RAM are left by the domains\n",
		       (unsigned int)FRAME_SIZE >> 10);
	} else {
		image_splash_draw(&splash, thread_ram(frame));
		arch_flush_dcache_area(thread_ram(frame), FRAME_SIZE);
		machine_show(frame);
		frame_at = frame;
		printk("splash: %ux%u pixels, the screen's at %08x\n", splash.width, splash.height,
		       (unsigned int)frame);
	}
}

/* Its memory belongs to nobody, so the picture is still there. */
void build_splash_again(const struct domain *d)
{
	if (frame_at && machine_shown() - d->slot.base < d->slot.size)
		machine_show(frame_at);
}
