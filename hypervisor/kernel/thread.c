/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hypervisor's thread: what takes long runs here, in SVC mode with interrupts enabled, and is
 * preempted like a guest.  With nothing to do it is the idle loop.
 */
#include <asm/cpu.h>
#include <asm/percpu.h>
#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/irq.h>
#include <exen/latency.h>
#include <exen/sched.h>
#include <exen/string.h>
#include <exen/work.h>

#define HV_STACK_SIZE	4096

static struct domain hypervisor_domain;
static char thread_hv_stack[HV_STACK_SIZE] __attribute__((aligned(8)));
static bool pending;		/* kicked since the last look for work; interrupts masked */

struct vcpu *thread_init(void)
{
	struct vcpu *v = &hypervisor_domain.vcpu[0];

	hypervisor_domain.domid = DOMID_XEN;
	hypervisor_domain.state = DOMAIN_RUNNING;
	memcpy(hypervisor_domain.name, "hypervisor", sizeof("hypervisor"));
	hypervisor_domain.nr_vcpus = 1;
	v->domain = &hypervisor_domain;
	v->state = VCPU_RUNNABLE;
	v->priority = SCHED_PRIO_DEFAULT;
	v->arch.hv_stack_top = (uint32_t)(uintptr_t)(thread_hv_stack + HV_STACK_SIZE);
	return v;
}

void thread_kick(void)
{
	pending = true;
	sched_set_priority(&hypervisor_domain.vcpu[0], SCHED_PRIO_DEFAULT);
}

static bool do_work(void)
{
	bool more = false;

	for (unsigned int i = 0; i < nr_thread_work; i++)
		more |= thread_work[i]();
	return more;
}

static void idle(void)
{
	const unsigned long flags = irq_save();

	irq_upcall_ack();	/* a guest's that has ended would keep the CPU awake */
	if (!pending) {
		sched_set_priority(&hypervisor_domain.vcpu[0], SCHED_PRIO_IDLE);
		if (!(percpu.exit_work & EXIT_RESCHED)) {
			latency_path_end();
			cpu->idle();	/* until an interrupt is pending; it is taken below */
		}
	}
	irq_restore(flags);
}

static bool clear_pending(void)
{
	const unsigned long flags = irq_save();
	const bool was = pending;

	pending = false;
	irq_restore(flags);
	return was;
}

void thread_run(void)
{
	for (;;) {
		clear_pending();
		while (do_work()) {
			if (percpu.exit_work & EXIT_RESCHED)
				thread_yield();
		}
		if (percpu.exit_work & EXIT_RESCHED)
			thread_yield();
		idle();
	}
}
