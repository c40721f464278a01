/* SPDX-License-Identifier: Apache-2.0 */
/** @file Start of the clock. */
#ifndef EXEN_TIME_H
#define EXEN_TIME_H

/** Starts the board's clock, whose registers are at @p base.  After irq_init().  Boot only. */
void time_init(volatile void *base);

#endif
