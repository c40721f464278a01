/* SPDX-License-Identifier: BSD-2-Clause */
/* Is there a VFP? */
#include <stddef.h>
#include <guest/cpu.h>
#include <guest/trap.h>
#include <guest/vfp.h>
#include "internal.h"

#define CPACR_CP10_CP11		(0xfu << 20)	/* stays 0 without them (ARM DDI 0406C, B4.1.40) */
#define MVFR0_REGISTERS		0xf
#define MVFR0_32_REGISTERS	2

_Static_assert(offsetof(struct vfp_registers, fpscr) == 256, "FPSCR in vfp_registers.S");

bool vfp_has_32;

static bool skip_instruction(enum trap_kind kind, struct trap_frame *frame)
{
	(void)kind;
	frame->pc += 4;
	return true;
}

/* ARMv5 has no register that tells. */
static bool may_be_there(void)
{
	uint32_t cpacr;

	if (!cpu_is_v6)
		return true;
	__asm__ volatile("mrc p15, 0, %0, c1, c0, 2" : "=r"(cpacr));
	cpacr |= CPACR_CP10_CP11;
	__asm__ volatile("mcr p15, 0, %0, c1, c0, 2" : : "r"(cpacr));
	instruction_barrier();
	__asm__ volatile("mrc p15, 0, %0, c1, c0, 2" : "=r"(cpacr));
	return (cpacr & CPACR_CP10_CP11) == CPACR_CP10_CP11;
}

bool vfp_is_there(void)
{
	const trap_handler_t former = trap_set_handler(TRAP_UNDEF, skip_instruction);
	uint32_t mvfr0 = 0;
	const bool is_there = may_be_there() && vfp_enable(&mvfr0);

	trap_set_handler(TRAP_UNDEF, former);
	vfp_has_32 = (mvfr0 & MVFR0_REGISTERS) == MVFR0_32_REGISTERS;
	return is_there;
}
