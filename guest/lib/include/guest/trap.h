/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Exceptions of this guest. */
#ifndef GUEST_TRAP_H
#define GUEST_TRAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

enum trap_kind { TRAP_RESET, TRAP_UNDEF, TRAP_SVC, TRAP_PABT, TRAP_DABT, TRAP_NR };

/** As vectors.S stores it. */
struct trap_frame {
	uint32_t spsr;
	uint32_t r[13];
	uint32_t pc;		/**< of the instruction that trapped */
};

/**
 * Called in the exception's mode, I set, no hypercalls.  May change the frame.
 * @return true: resume at frame->pc; false: the guest panics
 */
typedef bool (*trap_handler_t)(enum trap_kind kind, struct trap_frame *frame);

/** Sets the handler of one kind of exception; NULL: panic.  Returns the former one. */
trap_handler_t trap_set_handler(enum trap_kind kind, trap_handler_t handler);

/** Reads (writes) a word if the page tables allow it: false instead of an abort. */
bool probe_read(const volatile uint32_t *va, uint32_t *value);
bool probe_write(volatile uint32_t *va, uint32_t value);

/** Prints a message and ends this domain with SHUTDOWN_crash. */
void panic(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void vpanic(const char *fmt, va_list args) __attribute__((noreturn));

#endif
