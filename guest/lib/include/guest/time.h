/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Time: nanoseconds since the machine's start. */
#ifndef GUEST_TIME_H
#define GUEST_TIME_H

#include <stdint.h>

#define NS_PER_US	1000ull
#define NS_PER_MS	1000000ull
#define NS_PER_S	1000000000ull

/** Through the operations page: no hypercall. */
uint64_t time_ns(void);

/** Calls @p fn from the interrupt at (or soon after) @p deadline_ns; replaces an earlier call. */
void timer_set(uint64_t deadline_ns, void (*fn)(void));
void timer_stop(void);

/** Sleeps; interrupts must be enabled. */
void sleep_ns(uint64_t ns);

#endif
