/* SPDX-License-Identifier: Apache-2.0 */
/* What saving a guest's state has in common on ARMv6 and ARMv7.  r0 = struct arch_vcpu. */
#ifndef CPU_CONTEXT_H
#define CPU_CONTEXT_H

	/* The first nine of struct arch_cp15.  Leaves r12 behind them, Z set: the guest has no VFP. */
	.macro	CP15_SAVE_COMMON
	add	r12, r0, #VCPU_CP15
	mrc	p15, 0, r1, c1, c0, 0		@ SCTLR
	mrc	p15, 0, r2, c2, c0, 0		@ TTBR0
	mrc	p15, 0, r3, c2, c0, 1		@ TTBR1
	stmia	r12!, {r1, r2, r3}
	mrc	p15, 0, r1, c2, c0, 2		@ TTBCR
	mrc	p15, 0, r2, c3, c0, 0		@ DACR
	mrc	p15, 0, r3, c13, c0, 1		@ CONTEXTIDR
	stmia	r12!, {r1, r2, r3}
	mrc	p15, 0, r1, c1, c0, 2		@ CPACR
	mrc	p15, 0, r2, c5, c0, 0		@ DFSR
	mrc	p15, 0, r3, c5, c0, 1		@ IFSR
	stmia	r12!, {r1, r2, r3}
	tst	r1, #(3 << 20)			@ may the guest use VFP?
	.endm

#endif
