/* SPDX-License-Identifier: Apache-2.0 */
/** @file Display controllers: a picture is shown until the controller's owner shows something else. */
#ifndef EXEN_DISPLAY_H
#define EXEN_DISPLAY_H

#include <exen/types.h>

#define DISPLAY_WIDTH	640	/**< VGA, 60 Hz: pixels */
#define DISPLAY_HEIGHT	480
#define DISPLAY_PIXEL_HZ	25175000	/**< the pixel clock */

struct display_ops {
	const char *name;
	/** Scans out from now on what lies at @p frame: physically contiguous, RGB565 (blue in the low
	 *  bits), row by row from the upper left.  The screen is dark. */
	void (*start)(volatile void *base, paddr_t frame);
	/** Lights the screen, 20 ms after start() or later. */
	void (*power_on)(volatile void *base);
	/** Where what it scans out lies, or has lain if it is off. */
	paddr_t (*frame)(volatile void *base);
};

extern const struct display_ops pl11x_ops;

#endif
