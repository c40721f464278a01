/* SPDX-License-Identifier: Apache-2.0 */
#include <asm/semihosting.h>
#include <exen/types.h>

#define SYS_WRITE0		0x04
#define SYS_EXIT_EXTENDED	0x20
#define ADP_STOPPED_EXIT	0x20026

static void call(uint32_t op, const void *arg)
{
	register uint32_t r0 __asm__("r0") = op;
	register const void *r1 __asm__("r1") = arg;

	__asm__ volatile("svc 0x123456" : "+r"(r0) : "r"(r1) : "memory", "lr");
}

void semihosting_exit(unsigned int status)
{
	const uint32_t block[2] = { ADP_STOPPED_EXIT, status };

	call(SYS_EXIT_EXTENDED, block);
}

void semihosting_write(const char *text)
{
	call(SYS_WRITE0, text);
}
