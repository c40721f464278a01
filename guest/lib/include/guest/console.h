/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Console and formatted output. */
#ifndef GUEST_CONSOLE_H
#define GUEST_CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** By hypercall: works from the first instruction in SVC mode.  @return 0 or -XEN_E* */
int32_t console_io_write(const char *text, uint32_t len);
int32_t console_io_read(char *buf, uint32_t size);

/** Does this domain have a console ring (HVM_PARAM_CONSOLE_PFN, _EVTCHN)? */
bool console_ring_present(void);
/** To the ring, all of it: sleeps while the ring is full; interrupts must be enabled. */
void console_ring_write(const char *text, uint32_t len);
/** @return bytes read, 0 if there is no input */
uint32_t console_ring_read(char *buf, uint32_t size);
/** Waits until the other end has taken what was written.  @return false after one second */
bool console_ring_flush(void);
/** The ring page and its port, for tests. */
struct xencons_interface *console_ring(void);
uint32_t console_ring_port(void);

/** %s %c %d %i %u %x %p with width, 0, -, l, ll and z; no floating point. */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
int snprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/** One line or less, at most 255 characters: by hypercall where this domain may, else by the ring. */
int printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
