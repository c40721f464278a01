/* SPDX-License-Identifier: Apache-2.0 */
/** @file What boot found and where it put things. */
#ifndef EXEN_BOOT_H
#define EXEN_BOOT_H

#include <exen/types.h>

struct boot_info {
	paddr_t ram_base;
	uint32_t ram_size;		/**< bytes, all of the bank */
	uint32_t slots_size;		/**< bytes from ram_base on that domains may have */
	const void *fit;		/**< the payload container, in RAM (thread_ram), NULL: none */
	uint32_t fit_size;		/**< bytes up to the end of the file */
	void *board_dtb;		/**< from the loader, NULL: take the image's */
};

extern struct boot_info boot_info;

/** Exit status of the emulator when the system cannot be started. */
#define EXIT_BOOT_REFUSED	2

/** The system cannot be started: prints "boot: " and the message, and stops.  Boot only. */
void boot_refuse(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
/** The rest of boot, in the final place, as the hypervisor's thread.  In kernel/main.c. */
void main_start(void) __attribute__((noreturn));

#endif
