/* SPDX-License-Identifier: Apache-2.0 */
/* One vcpu is current because a test says so; sleeping moves the clock until something wakes it. */
#include <setjmp.h>

#include <asm/host.h>
#include <exen/arch.h>
#include <exen/bug.h>
#include <exen/hypercall.h>
#include <exen/sched.h>

#define MAX_IDLE_TIMERS	50		/* that fire before a sleep is taken as one for ever */

static struct domain hypervisor = { .domid = DOMID_XEN, .state = DOMAIN_RUNNING };
static struct vcpu *current;
/* Calls nest: while one vcpu sleeps in its call, a test makes another's. */
static struct call {
	jmp_buf leave;
	struct vcpu *caller;		/* current before */
	unsigned int nr_preempts;
	struct call *outer;
} *running;
static void (*on_idle)(void);
static void (*on_preempt)(unsigned int nr);
static unsigned int nr_preemptions;	/* to come */
static unsigned int nr_kicks;

struct vcpu *current_vcpu(void)
{
	return current;
}

void host_enter_hypervisor(void)
{
	hypervisor.vcpu[0].domain = &hypervisor;
	current = &hypervisor.vcpu[0];
}

void host_sched_reset(void)
{
	on_idle = NULL;
	on_preempt = NULL;
	nr_preemptions = 0;
	nr_kicks = 0;
	running = NULL;
	host_enter_hypervisor();
}

void host_leave(int32_t result)
{
	BUG_ON(!running);
	longjmp(running->leave, result);
}

int32_t host_call(struct vcpu *v, uint32_t nr, uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3,
		  uint32_t a4)
{
	struct call call = { .caller = current, .outer = running };
	volatile int32_t result;

	BUG_ON(v->state != VCPU_RUNNABLE);
	running = &call;
	current = v;
	result = setjmp(call.leave);
	if (!result)
		result = nr < NR_HYPERCALLS ? hypercall_table[nr](a0, a1, a2, a3, a4) :
					      do_ni_hypercall(a0, a1, a2, a3, a4);
	running = call.outer;
	current = call.caller;
	BUG_ON(host_is_temporary_in_use());
	return result;
}

void host_on_idle(void (*fn)(void))
{
	on_idle = fn;
}

void host_on_preempt(void (*fn)(unsigned int nr))
{
	on_preempt = fn;
}

/* What happens meanwhile is not the sleeper's doing. */
static void run_others(void (*fn)(void))
{
	struct vcpu *self = current;

	host_enter_hypervisor();
	fn();
	current = self;
}

void sched_wake(struct vcpu *v)
{
	if (v->state == VCPU_BLOCKED || v->state == VCPU_POLLING || v->state == VCPU_PAUSED)
		v->state = VCPU_RUNNABLE;
}

static void account(struct vcpu *v, unsigned int runstate)
{
	v->runstate_ns[runstate] += time_now_ns() - v->state_since_ns;
	v->state_since_ns = time_now_ns();
}

void sched_stop(struct vcpu *v)
{
	v->state = VCPU_OFFLINE;
}

void sched_sleep(struct vcpu *v, enum vcpu_state state)
{
	BUG_ON(host_is_temporary_in_use());
	v->state = state;
	if (v != current)
		return;
	if (state == VCPU_OFFLINE)
		host_leave(HOST_ENDED);
	account(v, RUNSTATE_running);
	if (on_idle)
		run_others(on_idle);
	for (unsigned int i = 0; v->state != VCPU_RUNNABLE; i++) {
		if (v->state == VCPU_OFFLINE)
			host_leave(HOST_ENDED);
		if (i == MAX_IDLE_TIMERS || !host_fire_next_timer()) {
			v->state = VCPU_RUNNABLE;
			host_leave(HOST_ASLEEP);
		}
	}
	account(v, RUNSTATE_blocked);
}

void sched_yield(void)
{
	sched_preempt_point();
}

static void preempt(void)
{
	on_preempt(running->nr_preempts);
}

void host_preempt(unsigned int times)
{
	nr_preemptions = times;
}

bool sched_is_preempted(void)
{
	if (!nr_preemptions)
		return false;
	nr_preemptions--;
	return true;
}

void sched_preempt_point(void)
{
	BUG_ON(host_is_temporary_in_use());
	if (running)
		running->nr_preempts++;
	if (!on_preempt || !running)
		return;
	run_others(preempt);
	if (current->state == VCPU_OFFLINE)
		host_leave(HOST_ENDED);
}

void sched_start(struct vcpu *v)
{
	v->state = VCPU_RUNNABLE;
	v->state_since_ns = time_now_ns();
}

int sched_set_budget(struct vcpu *v, uint32_t budget_us, uint32_t period_us)
{
	v->budget.budget_ns = budget_us * NS_PER_US;
	v->budget.period_ns = period_us * NS_PER_US;
	return 0;
}

void arch_vcpu_start(struct vcpu *v, paddr_t entry, paddr_t dtb)
{
	v->arch.irq_vector = 0;
	v->arch.in_upcall = 0;
	v->arch.nr_starts++;
}

void arch_vcpu_kick(struct vcpu *v)
{
	v->arch.nr_kicks++;
}

void thread_kick(void)
{
	nr_kicks++;
}

unsigned int host_nr_kicks(void)
{
	return nr_kicks;
}

unsigned long irq_save(void)
{
	return 0;
}

void irq_restore(unsigned long flags)
{
}
