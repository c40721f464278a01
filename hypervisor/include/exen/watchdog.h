/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The board's watchdog: it resets the board when the hypervisor's timer no longer comes.  A domain's
 * own is domain/watchdog.h.  Documentation/decisions/0062-board-watchdog.md.
 */
#ifndef EXEN_WATCHDOG_H
#define EXEN_WATCHDOG_H

#include <exen/types.h>

struct watchdog_ops {
	const char *name;
	uint32_t max_s;			/**< the longest time that start() takes; the shortest is 1 */
	/** From now on the board is reset @p limit_s seconds after this or the last kick(). */
	void (*start)(volatile void *base, uint32_t limit_s);
	void (*kick)(volatile void *base);
	/** Whether its time had run out when the board was reset; before start(). */
	bool (*has_fired)(volatile void *base);
};

extern const struct watchdog_ops imx_wdog_ops;

/** Says whether the last reset was the watchdog's.  @param base  its registers, as mapped.  Boot only, once,
 *  on a board that has one. */
void watchdog_init(volatile void *base);
/** Starts it, if the board has one and can wait for @p limit_s seconds, else says why not.  Boot only, once,
 *  interrupts masked. */
void watchdog_start(uint32_t limit_s);
/** The time begins anew.  Any context; nothing if it doesn't run. */
void watchdog_kick(void);
/** Nobody kicks any more: the hypervisor is at its end.  Any context. */
void watchdog_abandon(void);
/** The board is about to be reset on purpose: not to be put down to the watchdog.  Any context. */
void watchdog_expect_reset(void);
/** One line, if it runs. */
void watchdog_show(void);

#endif
