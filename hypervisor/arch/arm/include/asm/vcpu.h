/* SPDX-License-Identifier: Apache-2.0 */
/** @file A vcpu's processor state on ARM cores without virtualization extensions. */
#ifndef ASM_VCPU_H
#define ASM_VCPU_H

#include <stdint.h>

/** One exception mode's bank, in the order in which switch.S stores it. */
struct arch_bank {
	uint32_t spsr;
	uint32_t sp;
	uint32_t lr;
};

/** System control registers (ARM ARM B3.15; v5 has fewer: those stay 0). */
struct arch_cp15 {
	uint32_t sctlr;
	uint32_t ttbr0;
	uint32_t ttbr1;
	uint32_t ttbcr;
	uint32_t dacr;
	uint32_t contextidr;	/**< v5: FCSE process id */
	uint32_t cpacr;
	uint32_t dfsr;
	uint32_t ifsr;
	uint32_t dfar;
	uint32_t ifar;
	uint32_t tpidrurw;
	uint32_t tpidruro;
	uint32_t tpidrprw;
	uint32_t prrr;
	uint32_t nmrr;
};

struct arch_vfp {
	uint32_t fpexc;
	uint32_t fpscr;
	uint64_t d[32];
};

/**
 * What a vcpu that doesn't run keeps here; r0-r7 of the interrupted guest, its pc and its CPSR are
 * on its hypervisor stack.  Interrupts masked.
 */
struct arch_vcpu {
	uint32_t hv_sp;			/**< hypervisor stack pointer while not current */
	uint32_t hv_stack_top;
	uint32_t usr[7];		/**< r8-r14 of the user bank */
	struct arch_bank bank[4];	/**< SVC, IRQ, ABT, UND */
	struct arch_cp15 cp15;
	uint32_t irq_vector;		/**< guest's IRQ handler, 0: takes no interrupts yet */
	uint32_t in_upcall;		/**< between the upcall and irq_ack's EXEN_IRQ_NONE */
	struct arch_vfp vfp;
};

#endif
