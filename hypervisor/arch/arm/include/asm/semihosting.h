/* SPDX-License-Identifier: Apache-2.0 */
/** @file ARM semihosting (ARM document 100863): talks to an emulator or debugger, if there is one. */
#ifndef ASM_SEMIHOSTING_H
#define ASM_SEMIHOSTING_H

/** Ends the emulator with an exit status.  Returns if there is none.  Without an emulator this is a
 *  supervisor call into whoever owns the vectors: only where these are the hypervisor's own, or the
 *  image's configuration allows it. */
void semihosting_exit(unsigned int status);
/** Writes a string to the emulator's console; for messages before the console is known. */
void semihosting_write(const char *text);

#endif
