// SPDX-License-Identifier: GPL-2.0
/* A load: a kernel thread that holds interrupts off for 10 ms at a time, 10 ms between. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/timekeeping.h>

#define OFF_NS		(10 * NSEC_PER_MSEC)
#define PAUSE_MS	10

static struct task_struct *thread;

static int hold(void *unused)
{
	while (!kthread_should_stop()) {
		unsigned long flags;
		u64 end;

		local_irq_save(flags);
		for (end = ktime_get_mono_fast_ns() + OFF_NS; ktime_get_mono_fast_ns() < end; )
			cpu_relax();
		local_irq_restore(flags);
		msleep(PAUSE_MS);
	}
	return 0;
}

static int __init irqsoff_init(void)
{
	thread = kthread_run(hold, NULL, "irqsoff");
	return PTR_ERR_OR_ZERO(thread);
}

static void __exit irqsoff_exit(void)
{
	kthread_stop(thread);
}

module_init(irqsoff_init);
module_exit(irqsoff_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Holds interrupts off for 10 ms at a time");
