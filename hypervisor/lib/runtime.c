/* SPDX-License-Identifier: Apache-2.0 */
/* What libgcc and the libraries that Debian compiles for programs refer to. */
#include <stdint.h>

#include <exen/bug.h>

extern const uintptr_t __stack_chk_guard;
void __stack_chk_fail(void) __attribute__((noreturn));
int raise(int sig);

const uintptr_t __stack_chk_guard = 0x5ca1ab1e;

void __stack_chk_fail(void)
{
	panic("stack overrun in a library");
}

/* libgcc's answer to a division by zero. */
int raise(int sig)
{
	panic("signal %d: division by zero", sig);
}
