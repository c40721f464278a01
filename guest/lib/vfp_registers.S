/* SPDX-License-Identifier: BSD-2-Clause */
/* VFP registers to and from memory (guest/vfp.h). */
#include <guest/asm.h>
#include <guest/vfp.h>

#define FPSCR	256	/* struct vfp_registers */

	.arch	armv6k
	.fpu	neon

/* bool vfp_enable(uint32_t *mvfr0): *mvfr0 stays where there is no such register (VFPv2).  Undefined
 * instructions are skipped. */
FUNC(vfp_enable)
	mov	r2, #0
	ldr	r3, [r0]
	mov	r1, #FPEXC_EN
	vmsr	fpexc, r1
	vmrs	r2, fpsid
	vmrs	r3, mvfr0
	str	r3, [r0]
	subs	r0, r2, #0
	movne	r0, #1
	bx	lr
END_FUNC(vfp_enable)

@ All d registers to or from r0; r0 and r1 are lost.
	.macro	all, op
	\op\()ia	r0!, {d0-d15}
	ldr	r1, =vfp_has_32
	ldrb	r1, [r1]
	cmp	r1, #0
	\op\()iane r0!, {d16-d31}
	.endm

FUNC(vfp_load)
	ldr	r1, [r0, #FPSCR]
	vmsr	fpscr, r1
	all	vldm
	bx	lr
END_FUNC(vfp_load)

FUNC(vfp_save)
	vmrs	r1, fpscr
	str	r1, [r0, #FPSCR]
	all	vstm
	bx	lr
END_FUNC(vfp_save)
	.ltorg
