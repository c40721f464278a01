/* SPDX-License-Identifier: Apache-2.0 */
/** @file A serial port that records, and interrupts where the console lets them in. */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>

#include <exen/console.h>
#include <exen/domain.h>
#include "../check.h"

/** What the port was given since port_clear(), 0-terminated. */
const char *port_sent(void);
void port_clear(void);
/** The transmit FIFO is full the next @p looks times that it is asked. */
void port_is_full(unsigned int looks);
/** Calls @p fn at the @p nr th place (from 0) from now on where interrupts are on. */
void port_on_interrupt(void (*fn)(void), unsigned int nr);
/** Did it come so far? */
bool port_was_interrupted(void);
/** How often a masked section has ended. */
unsigned int port_nr_masked(void);
/** All of @p text as dom0's output. */
void port_write(const char *text);

#endif
