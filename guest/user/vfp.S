/* SPDX-License-Identifier: BSD-2-Clause */
/* VFP, in a program that otherwise has no floating point: called only where HWCAP_VFP is set. */
	.syntax unified
	.arm
	.fpu	vfpv3
	.eabi_attribute Tag_FP_arch, 0		/* what runs without: the program asks first */
	.text

	.macro	function name
	.global	\name
	.type	\name, %function
\name:
	.endm

/* void vfp_load(const uint64_t *d, uint32_t fpscr, unsigned int nr) */
function vfp_load
	vldmia	r0!, {d0-d15}
	cmp	r2, #32
	bne	1f
	vldmia	r0!, {d16-d31}
1:	vmsr	fpscr, r1
	bx	lr
	.size	vfp_load, . - vfp_load

/* uint32_t vfp_store(uint64_t *d, unsigned int nr): returns FPSCR */
function vfp_store
	vstmia	r0!, {d0-d15}
	cmp	r1, #32
	bne	1f
	vstmia	r0!, {d16-d31}
1:	vmrs	r0, fpscr
	bx	lr
	.size	vfp_store, . - vfp_store

/* uint32_t vfp_divide(uint32_t a, uint32_t b) */
function vfp_divide
	vmov	s0, r0
	vmov	s1, r1
	vdiv.f32 s2, s0, s1
	vmov	r0, s2
	bx	lr
	.size	vfp_divide, . - vfp_divide

	.section .note.GNU-stack, "", %progbits
