// SPDX-License-Identifier: GPL-2.0
/*
 * EmbeddedXEN's time, "exen,pv-timer": the hypervisor's nanosecond count, read by a call into its
 * operations page, as clock source, scheduler clock and delay timer; its one-shot timer of each
 * vcpu as clock event device.
 */
#define pr_fmt(fmt) "EmbeddedXEN: " fmt

#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/cpuhotplug.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/of_irq.h>
#include <linux/percpu.h>
#include <linux/sched_clock.h>

#include <asm/delay.h>
#include <asm/xen/exen.h>
#include <asm/xen/hypercall.h>
#include <xen/interface/sched.h>
#include <xen/interface/vcpu.h>

#define EXEN_TIMER_MIN_DELTA_NS	1000

static u64 (*exen_time_ns)(void) __ro_after_init;
static DEFINE_PER_CPU(struct clock_event_device, exen_clockevent);
static int exen_timer_irq __ro_after_init;

static u64 notrace exen_sched_clock(void)
{
	return exen_time_ns();
}

static u64 exen_clocksource_read(struct clocksource *cs)
{
	return exen_time_ns();
}

static struct clocksource exen_clocksource = {
	.name	= "exen",
	.rating	= 450,
	.read	= exen_clocksource_read,
	.mask	= CLOCKSOURCE_MASK(64),
	.flags	= CLOCK_SOURCE_IS_CONTINUOUS,
};

/* The vcpu blocks for @ns, or until it has an interrupt; also where Linux may not sleep. */
void exen_block_for(unsigned int ns)
{
	struct sched_poll poll = { .timeout = exen_time_ns() + ns };

	HYPERVISOR_sched_op(SCHEDOP_poll, &poll);
}

static unsigned long exen_delay_read(void)
{
	return exen_time_ns();
}

static struct delay_timer exen_delay_timer = {
	.read_current_timer	= exen_delay_read,
	.freq			= NSEC_PER_SEC,
};

static int exen_set_next_event(unsigned long delta_ns, struct clock_event_device *evt)
{
	struct vcpu_set_singleshot_timer single = {
		.timeout_abs_ns = exen_time_ns() + delta_ns,
	};

	return HYPERVISOR_vcpu_op(VCPUOP_set_singleshot_timer, smp_processor_id(), &single);
}

static int exen_shutdown(struct clock_event_device *evt)
{
	return HYPERVISOR_vcpu_op(VCPUOP_stop_singleshot_timer, smp_processor_id(), NULL);
}

static irqreturn_t exen_timer_interrupt(int irq, void *dev_id)
{
	struct clock_event_device *evt = dev_id;

	evt->event_handler(evt);
	return IRQ_HANDLED;
}

static int exen_timer_starting_cpu(unsigned int cpu)
{
	struct clock_event_device *evt = per_cpu_ptr(&exen_clockevent, cpu);

	evt->name = "exen";
	evt->features = CLOCK_EVT_FEAT_ONESHOT;
	evt->rating = 450;
	evt->cpumask = cpumask_of(cpu);
	evt->irq = exen_timer_irq;
	evt->set_next_event = exen_set_next_event;
	evt->set_state_shutdown = exen_shutdown;
	evt->set_state_oneshot_stopped = exen_shutdown;
	clockevents_config_and_register(evt, NSEC_PER_SEC, EXEN_TIMER_MIN_DELTA_NS, U32_MAX);
	enable_percpu_irq(exen_timer_irq, IRQ_TYPE_NONE);
	return 0;
}

static int exen_timer_dying_cpu(unsigned int cpu)
{
	disable_percpu_irq(exen_timer_irq);
	return 0;
}

static int __init exen_timer_of_init(struct device_node *node)
{
	int rc;

	if (!exen_running())
		return -ENODEV;
	exen_time_ns = (void *)exen_ops->time_ns;

	sched_clock_register(exen_sched_clock, 64, NSEC_PER_SEC);
	register_current_timer_delay(&exen_delay_timer);
	rc = clocksource_register_hz(&exen_clocksource, NSEC_PER_SEC);
	if (rc)
		return rc;

	exen_timer_irq = irq_of_parse_and_map(node, 0);
	if (!exen_timer_irq)
		return -EINVAL;
	rc = request_percpu_irq(exen_timer_irq, exen_timer_interrupt, "timer", &exen_clockevent);
	if (rc)
		return rc;
	/* The generic timer, whose state this is, doesn't exist below PL1's hypervisor. */
	return cpuhp_setup_state(CPUHP_AP_ARM_ARCH_TIMER_STARTING, "arm/exen/timer:starting",
				 exen_timer_starting_cpu, exen_timer_dying_cpu);
}
TIMER_OF_DECLARE(exen_pv_timer, "exen,pv-timer", exen_timer_of_init);
