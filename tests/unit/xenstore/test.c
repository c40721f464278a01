/* SPDX-License-Identifier: Apache-2.0 */
/* What the hypervisor provides to the code under test, and what it has printed. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <exen/bug.h>
#include <exen/printk.h>

#include "test.h"

static char printed[65536];
static char returned[65536];
static size_t nr_printed;

void printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	nr_printed += vsnprintf(printed + nr_printed, sizeof(printed) - nr_printed, fmt, args);
	va_end(args);
	if (nr_printed >= sizeof(printed))
		abort();
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	abort();
}

const char *test_printed(void)
{
	memcpy(returned, printed, nr_printed);
	returned[nr_printed] = '\0';
	nr_printed = 0;
	return returned;
}
