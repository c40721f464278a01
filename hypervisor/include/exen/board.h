/* SPDX-License-Identifier: Apache-2.0 */
/** @file A board: data.  See Documentation/porting-a-board.md. */
#ifndef EXEN_BOARD_H
#define EXEN_BOARD_H

#include <exen/clock.h>
#include <exen/display.h>
#include <exen/irqchip.h>
#include <exen/rtc.h>
#include <exen/serial.h>
#include <exen/types.h>
#include <exen/watchdog.h>

struct board_fdt_rules;		/* exen/board_fdt.h: how dom0's device tree is changed */

struct board {
	const char *name;
	const char *compatible;		/**< of the device tree's root node */
	uint32_t machine;		/**< ARM Linux machine number, for loaders without a device tree */
	uint16_t cpu_parts[7];		/**< MIDR 15:4 of its processors, ends with 0; none: any */
	struct {
		const struct serial_ops *ops;
		paddr_t base;
		unsigned int irq;
	} serial;
	struct {
		const struct irqchip_ops *ops;
		paddr_t base[2];
	} irqchip;
	struct {
		const struct clock_ops *ops;
		paddr_t base;
		unsigned int irq;
		uint32_t hz;
	} clock;
	struct {
		const struct rtc_ops *ops;	/**< NULL: none */
		paddr_t base;
	} rtc;
	struct {
		const struct display_ops *ops;	/**< NULL: none */
		paddr_t base;
		/** Leads the controller's pixels to the screen; @p regs as mapped from power_base. */
		void (*connect)(volatile void *regs);
	} display;
	struct {
		const struct watchdog_ops *ops;	/**< NULL: none */
		paddr_t base;			/**< the device is no domain's: fdt_rules disable it */
	} watchdog;
	const struct board_fdt_rules *fdt_rules;
	/** Resets the board; @p regs as mapped from power_base.  May return if it has no effect. */
	void (*reset)(volatile void *regs);
	/** Switches the board off, likewise; NULL if it cannot do that itself. */
	void (*power_off)(volatile void *regs);
	paddr_t power_base;
};

/** Puts a board into the table that boot searches. */
#define BOARD(name) \
	const struct board *const board_entry_##name \
	__attribute__((used, section(".board_table"))) = &name

/** reset of the i.MX boards, by the watchdog at power_base. */
void imx_reset(volatile void *wdog);

/** The board this hypervisor runs on. */
extern const struct board *board;

#endif
