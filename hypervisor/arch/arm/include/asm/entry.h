/* SPDX-License-Identifier: Apache-2.0 */
/** @file Between the entry assembly and C. */
#ifndef ASM_ENTRY_H
#define ASM_ENTRY_H

#include <exen/types.h>

/** What interrupt.S pushes. */
struct interrupt_frame {
	uint32_t spsr;
	uint32_t r0_r3[4];
	uint32_t pc;
};

/** What vectors.S pushes: the registers of the hypervisor's thread or boot code at a fault. */
struct exception_frame {
	uint32_t spsr;
	uint32_t r0_r12[13];
	uint32_t lr;		/**< of the exception mode: the faulting pc plus 4 or 8 */
};

/* C, called by assembly in FIQ mode, interrupts masked */
void interrupt_handle(struct interrupt_frame *f);
void hypercall_exit_work(void);
void vcpu_enter_guest(paddr_t entry, paddr_t dtb);
void panic_exception(const struct exception_frame *f, unsigned int vector)
	__attribute__((noreturn));
/** Boot code, SVC mode.  @param load  where the loader had put the image  @param base  where it is now */
void boot_main(uint32_t machine, paddr_t dtb_or_atags, paddr_t load, paddr_t base)
	__attribute__((noreturn));

/* Assembly */
void fiq_entry(void);
void irq_entry(void);
void hypercall_entry(void);
void vcpu_first_run(void);
void enter_guest_off(paddr_t entry, paddr_t dtb, uint32_t sctlr);
void move_window(paddr_t to, paddr_t from);
void arch_set_irq_bank(uint32_t lr, uint32_t spsr);
/** Thread context: lets physical interrupts in, as FIQ or as IRQ. */
void arch_irq_enable(void);

/** Tells guests which vectors to hook (struct exen_ops).  Boot only. */
void arch_publish_irq_mode(bool fiq);

#endif
