/* SPDX-License-Identifier: Apache-2.0 */
/* How a guest is entered, left and interrupted. */
#include <asm/cpu.h>
#include <asm/entry.h>
#include <asm/memory.h>
#include <asm/mmu.h>
#include <asm/percpu.h>
#include <asm/psr.h>
#include <exen/arch.h>
#include <exen/bug.h>
#include <exen/domain.h>
#include <exen/irq.h>
#include <exen/latency.h>
#include <exen/sched.h>
#include <exen/string.h>

#define HV_STACK_SIZE	4096

/* One hypervisor stack a guest vcpu. */
static char hv_stack[MAX_DOMAINS][MAX_VCPUS][HV_STACK_SIZE] __attribute__((aligned(8)));

/* What switch_to() pops for a vcpu that starts. */
struct first_frame {
	uint32_t pad;
	uint32_t r4_r11[8];
	uint32_t lr;
};

unsigned long irq_save(void)
{
	unsigned long flags, masked;

	__asm__ volatile("mrs	%0, cpsr\n\t"
			 "orr	%1, %0, %2\n\t"
			 "msr	cpsr_c, %1" : "=r"(flags), "=&r"(masked)
			 : "I"(PSR_I | PSR_F) : "memory");
	if (CONFIG_LATENCY && !(flags & PSR_F) && percpu.current)
		latency_note_path(EXEN_PATH_THREAD, 0, (uint32_t)__builtin_return_address(0));
	return flags;
}

void irq_restore(unsigned long flags)
{
	if (CONFIG_LATENCY && !(flags & PSR_F) && percpu.current)
		latency_note_path_end();
	__asm__ volatile("msr cpsr_c, %0" : : "r"(flags) : "memory");
}

bool arch_fiq_exists(void)
{
	const unsigned long flags = irq_save();
	bool masked;

	irq_restore(flags & ~(unsigned long)PSR_F);
	masked = irq_save() & PSR_F;
	irq_restore(flags);
	return !masked;
}

void arch_irq_enable(void)
{
	unsigned long flags;

	__asm__ volatile("mrs %0, cpsr" : "=r"(flags));
	irq_restore(flags & ~(unsigned long)(irq_is_fiq() ? PSR_F : PSR_F | PSR_I));
}

static uint32_t read_sctlr(void)
{
	uint32_t sctlr;

	__asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(sctlr));
	return sctlr;
}

#define SCTLR_M	BIT(0)
#define SCTLR_C	BIT(2)
#define SCTLR_I	BIT(12)

static uint32_t hv_sctlr;

void arch_vcpu_start(struct vcpu *v, paddr_t entry, paddr_t dtb)
{
	const uint32_t top = (uint32_t)(uintptr_t)hv_stack[v->domain->domid][v->id] + HV_STACK_SIZE;
	struct first_frame *f = (struct first_frame *)top - 1;

	if (!hv_sctlr)
		hv_sctlr = read_sctlr();
	memset(&v->arch, 0, sizeof(v->arch));
	v->arch.hv_stack_top = top;
	v->arch.hv_sp = (uint32_t)(uintptr_t)f;
	v->arch.cp15.sctlr = hv_sctlr;
	v->arch.cp15.ttbr0 = mmu_ttbr();
	v->arch.cp15.dacr = 1u | 1u << (2 * HV_GUARD_DOMAIN);
	*f = (struct first_frame){
		.r4_r11 = { entry, dtb },
		.lr = (uint32_t)(uintptr_t)vcpu_first_run,
	};
}

/* First run of a vcpu, in the hypervisor's own tables: turns them off and jumps.  The guest's
 * start-up code may invalidate the data cache without writing it back, so that is done here. */
void vcpu_enter_guest(paddr_t entry, paddr_t dtb)
{
	void (*enter)(paddr_t, paddr_t, uint32_t) =
		(void (*)(paddr_t, paddr_t, uint32_t))hv_va_to_pa((const void *)enter_guest_off);

	cpu->dcache_clean_inv_all();
	latency_path_end();
	enter(entry, dtb, hv_sctlr & ~(SCTLR_M | SCTLR_C | SCTLR_I));
	BUG();
}

/* Enters the guest's IRQ handler as the CPU would have. */
static void inject_upcall(struct vcpu *v, struct interrupt_frame *f)
{
	arch_set_irq_bank(f->pc + 4, f->spsr);
	f->pc = v->arch.irq_vector;
	f->spsr = (f->spsr & ~(PSR_MODE | PSR_T | PSR_J | PSR_IT)) | PSR_IRQ | PSR_I;
	v->arch.in_upcall = 1;
}

/* Before the guest goes on: it gets the virtual interrupts that wait. */
static void deliver(struct interrupt_frame *f)
{
	const struct vcpu *v = percpu.current;

	percpu.exit_work = 0;
	if (!vcpu_irq_pending(v) || !v->arch.irq_vector)
		return;
	if (!(f->spsr & PSR_I))
		inject_upcall(percpu.current, f);
	else if (!v->arch.in_upcall)
		irq_upcall_raise();
}

void interrupt_handle(struct interrupt_frame *f)
{
	struct vcpu *v;

	latency_interrupted(f->pc, f->spsr);
	latency_path(EXEN_PATH_INTERRUPT, 0, f->pc);
	irq_handle_one();
	latency_interrupted(0, 0);
	if (percpu.exit_work & EXIT_RESCHED) {
		v = percpu.current;
		v->in_masked_section = f->spsr & PSR_I && !v->domain->has_exclusives;
		schedule();
		v->in_masked_section = false;
	}
	deliver(f);
	latency_path_end();
}

void hypercall_exit_work(void)
{
	const struct vcpu *v;

	if (percpu.exit_work & EXIT_RESCHED)
		schedule();
	percpu.exit_work = 0;
	v = percpu.current;
	if (vcpu_irq_pending(v) && v->arch.irq_vector && !v->arch.in_upcall)
		irq_upcall_raise();
}

void arch_vcpu_kick(struct vcpu *v)
{
	if (v == percpu.current)
		percpu.exit_work |= EXIT_UPCALL;
}
