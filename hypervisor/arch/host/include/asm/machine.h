/* SPDX-License-Identifier: Apache-2.0 */
/** @file The whole machine: the program of the build machine, in which a test sees it stop. */
#ifndef ASM_MACHINE_H
#define ASM_MACHINE_H

#include <exen/types.h>

/** Ends the running host_call() with HOST_MACHINE_STOPPED. */
void machine_stop(unsigned int status) __attribute__((noreturn));
/** Declared for the code that reads the image; its tests implement it. */
void semihosting_allow(void);
/** Set by host_allow_exit(). */
bool semihosting_is_allowed(void);

/** Declared for the code that shows the image's picture; its tests implement it. */
void machine_show(paddr_t frame);
paddr_t machine_shown(void);

#endif
