/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Freescale's WDOG of i.MX25, i.MX31 and i.MX6 (IMX25RM, MCIMX31RM, IMX6DQRM: "Watchdog Timer"): registers
 * of 16 bits.  What starts it can be written once after a reset, and nothing stops it.  It goes on when the
 * processor sleeps.  The power-down counter that newer ones have is left to the loader, which stops it.
 */
#include <exen/io.h>
#include <exen/watchdog.h>

#define WCR	0x0		/* control */
#define WSR	0x2		/* service */
#define WRSR	0x4		/* reset status */

#define WCR_WT_SHIFT	8	/* the time: half seconds, less one */
#define WCR_WDA		BIT(5)	/* 0 would assert the outside line at once */
#define WCR_SRS		BIT(4)	/* 0 would reset at once */
#define WCR_WDE		BIT(2)	/* starts it */
#define WSR_FIRST	0x5555
#define WSR_SECOND	0xaaaa
#define WRSR_TOUT	BIT(1)

static void imx_wdog_kick(volatile void *base)
{
	io_write16(base, WSR, WSR_FIRST);
	io_write16(base, WSR, WSR_SECOND);
}

/* One write: another one would find some of the bits locked. */
static void imx_wdog_start(volatile void *base, uint32_t limit_s)
{
	io_write16(base, WCR, (uint16_t)((2 * limit_s - 1) << WCR_WT_SHIFT | WCR_WDA | WCR_SRS | WCR_WDE));
	imx_wdog_kick(base);
}

static bool imx_wdog_has_fired(volatile void *base)
{
	return io_read16(base, WRSR) & WRSR_TOUT;
}

const struct watchdog_ops imx_wdog_ops = {
	.name = "i.MX WDOG",
	.max_s = 128,
	.start = imx_wdog_start,
	.kick = imx_wdog_kick,
	.has_fired = imx_wdog_has_fired,
};
