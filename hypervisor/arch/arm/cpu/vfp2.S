/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VFPv2 of ARMv5 and ARMv6 cores: VFP9-S (ARM DDI 0238), VFP11 (ARM DDI 0274).  An exceptional
 * instruction is kept in registers until the next one: while FPEXC.EX is set all others bounce.
 *
 *	struct arch_vfp: fpexc fpscr d0-d15, then FPINST FPINST2 in the place of d16
 */
#include <asm/assembler.h>
#include <asm/offsets.h>

	.arch	armv5te
	.fpu	vfpv2
	.text

/* void vfp2_save(struct arch_vcpu *): r0.  Changes r0-r3. */
FUNC(vfp2_save)
	add	r0, r0, #VCPU_VFP
	mov	r1, #(1 << 30)			@ EN
	vmrs	r2, fpexc
	vmsr	fpexc, r1
	vmrs	r3, fpscr
	strd	r2, r3, [r0], #8
	vstmia	r0!, {d0-d15}
	vmrs	r2, fpinst
	vmrs	r3, fpinst2
	strd	r2, r3, [r0]
	bx	lr
END_FUNC(vfp2_save)

/* void vfp2_restore(const struct arch_vcpu *): r0.  Changes r0-r3. */
FUNC(vfp2_restore)
	add	r0, r0, #VCPU_VFP
	mov	r1, #(1 << 30)
	vmsr	fpexc, r1
	ldrd	r2, r3, [r0], #8
	vldmia	r0!, {d0-d15}
	vmsr	fpscr, r3
	ldr	r1, [r0]
	ldr	r3, [r0, #4]
	vmsr	fpinst, r1
	vmsr	fpinst2, r3
	vmsr	fpexc, r2
	bx	lr
END_FUNC(vfp2_restore)

/*
 * bool vfp2_is_there(void): where no other register tells.  The hypervisor's own vectors go on
 * behind the instruction at vfp2_probe if that is undefined.
 */
FUNC(vfp2_is_there)
	mov	r0, #0
	vmrs	r0, fpsid
	.global	vfp2_probe_end
vfp2_probe_end:
	cmp	r0, #0
	movne	r0, #1
	bx	lr
END_FUNC(vfp2_is_there)
