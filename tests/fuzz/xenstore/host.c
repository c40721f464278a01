/* SPDX-License-Identifier: Apache-2.0 */
/* What the hypervisor provides to the code under test. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <exen/bug.h>
#include <exen/printk.h>

void printk(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}
