/* SPDX-License-Identifier: Apache-2.0 */
/** @file The whole machine. */
#ifndef ASM_MACHINE_H
#define ASM_MACHINE_H

#include <exen/types.h>

/** Maps what machine_restart() needs.  Boot only. */
void machine_init(void);
/** Resets the board.  Any context. */
void machine_restart(void) __attribute__((noreturn));
/** Powers off as far as that is possible: the emulator ends with @p status if the configuration
 *  allows that, else the board is switched off if it can be, else the CPU sleeps.  Any context. */
void machine_stop(unsigned int status) __attribute__((noreturn));
/** Shows the picture at @p frame (exen/display.h) on the board's screen, whose controller is nobody's yet.
 *  The board's table has one.  Takes 20 ms.  Context: boot, thread. */
void machine_show(paddr_t frame);
/** Where what the board's screen shows lies.  Context: thread; machine_show() has been called. */
paddr_t machine_shown(void);
/** The image's configuration allows guests to end the emulator. */
void semihosting_allow(void);
bool semihosting_is_allowed(void);

#endif
