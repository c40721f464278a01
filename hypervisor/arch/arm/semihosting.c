/* SPDX-License-Identifier: Apache-2.0 */
#include <asm/cpu.h>
#include <asm/mmu.h>
#include <asm/semihosting.h>
#include <exen/arch.h>

#define SYS_WRITE0		0x04
#define SYS_EXIT_EXTENDED	0x20
#define ADP_STOPPED_EXIT	0x20026

static bool allowed;

static void call(uint32_t op, const void *arg)
{
	register uint32_t r0 __asm__("r0") = op;
	register const void *r1 __asm__("r1") = arg;

	__asm__ volatile("svc 0x123456" : "+r"(r0) : "r"(r1) : "memory", "lr");
}

/* The hypervisor's own vectors ignore a call that nobody intercepts. */
static bool own_vectors(void)
{
	uint32_t ttbr;

	__asm__ volatile("mrc p15, 0, %0, c2, c0, 0" : "=r"(ttbr));
	return (ttbr & ~0x3fffu) == mmu_ttbr();
}

void semihosting_allow(void)
{
	allowed = true;
}

bool semihosting_is_allowed(void)
{
	return allowed;
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

void machine_stop(unsigned int status)
{
	irq_save();
	if (allowed || own_vectors())
		semihosting_exit(status);
	for (;;)
		cpu->idle();
}
