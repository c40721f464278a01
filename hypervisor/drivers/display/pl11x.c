/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ARM PrimeCell Color LCD Controllers PL110 (DDI 0161), as it is in the Versatile boards, and PL111
 * (DDI 0293): the PL110 there has control and interrupt mask where the PL111 has them, and 565 pixels by a
 * multiplexer that the board sets.  The pixel clock is CLCDCLK, undivided, which the board sets, too.
 */
#include <exen/display.h>
#include <exen/io.h>

#define LCDTIMING0	0x00
#define LCDTIMING1	0x04
#define LCDTIMING2	0x08
#define LCDTIMING3	0x0c
#define LCDUPBASE	0x10
#define LCDCONTROL	0x18
#define PERIPHID0	0xfe0

#define PERIPHID0_PL110	0x10

#define TIMING2_IVS	BIT(11)		/* synchronisation is low */
#define TIMING2_IHS	BIT(12)
#define TIMING2_BCD	BIT(26)		/* no divider */

#define CONTROL_EN	BIT(0)
#define CONTROL_BPP16	(4u << 1)
#define CONTROL_BPP565	(6u << 1)
#define CONTROL_TFT	BIT(5)
#define CONTROL_BGR	BIT(8)		/* blue, not red, is in the low bits */
#define CONTROL_PWR	BIT(11)

/* What a line, or a picture, consists of besides its pixels, in pixels or lines. */
#define H_SYNC		96
#define H_FRONT		16
#define H_BACK		48
#define V_SYNC		2
#define V_FRONT		10
#define V_BACK		33

static void pl11x_start(volatile void *base, paddr_t frame)
{
	const bool is_pl110 = (io_read32(base, PERIPHID0) & 0xff) == PERIPHID0_PL110;

	io_write32(base, LCDCONTROL, 0);
	io_write32(base, LCDTIMING0, (DISPLAY_WIDTH / 16 - 1) << 2 | (H_SYNC - 1) << 8 | (H_FRONT - 1) << 16 |
		   (H_BACK - 1u) << 24);
	io_write32(base, LCDTIMING1, (DISPLAY_HEIGHT - 1) | (V_SYNC - 1) << 10 | V_FRONT << 16 |
		   V_BACK << 24);
	io_write32(base, LCDTIMING2, TIMING2_IVS | TIMING2_IHS | (DISPLAY_WIDTH - 1) << 16 | TIMING2_BCD);
	io_write32(base, LCDTIMING3, 0);
	io_write32(base, LCDUPBASE, frame);
	io_write32(base, LCDCONTROL, CONTROL_EN | CONTROL_TFT |
		   (is_pl110 ? CONTROL_BPP16 : CONTROL_BPP565 | CONTROL_BGR));
}

static void pl11x_power_on(volatile void *base)
{
	io_write32(base, LCDCONTROL, io_read32(base, LCDCONTROL) | CONTROL_PWR);
}

static paddr_t pl11x_frame(volatile void *base)
{
	return io_read32(base, LCDUPBASE);
}

const struct display_ops pl11x_ops = {
	.name = "PL11x",
	.start = pl11x_start,
	.power_on = pl11x_power_on,
	.frame = pl11x_frame,
};
