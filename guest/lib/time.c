/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock and the vcpu's one-shot timer, shared by timer_set() and waits with a time-out. */
#include <guest/cpu.h>
#include <guest/hypercall.h>
#include <guest/irq.h>
#include <guest/sched.h>
#include <guest/time.h>
#include "internal.h"

#define NEVER	UINT64_MAX

static uint64_t call_at_ns = NEVER;
static uint64_t wake_at_ns = NEVER;
static uint64_t programmed_ns = NEVER;	/* what the hypervisor has been told */
static void (*call_fn)(void);

uint64_t time_ns(void)
{
	return ((uint64_t (*)(void))exen_ops()->time_ns)();
}

static void program(void)
{
	struct vcpu_set_singleshot_timer arg = {
		.timeout_abs_ns = call_at_ns < wake_at_ns ? call_at_ns : wake_at_ns,
	};
	int32_t err;

	if (arg.timeout_abs_ns == programmed_ns)
		return;
	programmed_ns = arg.timeout_abs_ns;
	if (arg.timeout_abs_ns == NEVER)
		err = vcpu_op(VCPUOP_stop_singleshot_timer, 0, NULL);
	else
		err = vcpu_op(VCPUOP_set_singleshot_timer, 0, &arg);
	if (err)
		panic("one-shot timer: %d", err);
}

static void timer_interrupt(uint32_t irq)
{
	const uint64_t now_ns = time_ns();

	(void)irq;
	programmed_ns = NEVER;
	if (wake_at_ns <= now_ns)
		wake_at_ns = NEVER;
	if (call_at_ns <= now_ns) {
		call_at_ns = NEVER;
		call_fn();
	}
	program();		/* unless call_fn() has */
}

void timer_init(void)
{
	int32_t err;

	irq_set_handler(EXEN_IRQ_TIMER, timer_interrupt);
	err = irq_unmask(EXEN_IRQ_TIMER);
	if (err)
		panic("unmasking the timer: %d", err);
}

void timer_set(uint64_t deadline_ns, void (*fn)(void))
{
	const uint32_t psr = irq_save();

	call_fn = fn;
	call_at_ns = deadline_ns;
	program();
	irq_restore(psr);
}

void timer_stop(void)
{
	const uint32_t psr = irq_save();

	call_at_ns = NEVER;
	program();
	irq_restore(psr);
}

void timer_wake_at(uint64_t deadline_ns)
{
	wake_at_ns = deadline_ns;
	program();
}

void sleep_ns(uint64_t ns)
{
	wait_event(false, ns);
}
