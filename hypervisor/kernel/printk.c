/* SPDX-License-Identifier: Apache-2.0 */
#include <exen/console.h>
#include <exen/printk.h>
#include <exen/string.h>
#include <exen/types.h>

void printk(const char *fmt, ...)
{
	char text[256];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	console_hypervisor_output(text, MIN((size_t)len, sizeof(text) - 1));
}
