/* SPDX-License-Identifier: BSD-2-Clause */
#include <guest/asm.h>

	.text

/* uint32_t regs_hold_askew(counter, until, seed): regs_hold() with sp 4 bytes off a multiple of 8. */
FUNC(regs_hold_askew)
	str	lr, [sp, #-4]!
	bl	regs_hold
	ldr	pc, [sp], #4
END_FUNC(regs_hold_askew)
