/* SPDX-License-Identifier: Apache-2.0 */
/* The sched_op hypercall (xen/sched.h). */
#include <errno.h>

#include <exen/arch.h>
#include <exen/hypercall.h>
#include <exen/printk.h>

#include "evtchn.h"
#include "runstate.h"
#include "vcpu_timer.h"
#include "watchdog.h"

static int op_yield(uint32_t va)
{
	sched_yield();
	runstate_refresh(current_vcpu());
	return 0;
}

/* CPSR.I doesn't matter: a kernel's idle loop calls this with interrupts masked. */
static int op_block(uint32_t va)
{
	struct vcpu *v = current_vcpu();

	if (!vcpu_irq_pending(v))
		sched_sleep(v, VCPU_BLOCKED);
	runstate_refresh(v);
	return 0;
}

static bool is_known_reason(unsigned int reason)
{
	return reason == SHUTDOWN_poweroff || reason == SHUTDOWN_reboot ||
	       reason == SHUTDOWN_crash || reason == SHUTDOWN_watchdog;
}

static const char *reason_name(unsigned int reason)
{
	static const char *const name[] = {
		[SHUTDOWN_poweroff] = "power-off", [SHUTDOWN_reboot] = "reboot",
		[SHUTDOWN_suspend] = "suspend", [SHUTDOWN_crash] = "crash",
		[SHUTDOWN_watchdog] = "watchdog",
	};

	return name[reason];
}

/* @return only on error: -EFAULT, -EINVAL (unknown reason), -EOPNOTSUPP (suspend, soft reset) */
static int op_shutdown(uint32_t va)
{
	struct sched_shutdown op;
	struct domain *d = current_domain();

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	if (op.reason > SHUTDOWN_MAX)
		return -EINVAL;
	if (!is_known_reason(op.reason))
		return -EOPNOTSUPP;
	printk("domain %u (%s) ends: %s\n", d->domid, d->name, reason_name(op.reason));
	domain_shutdown(d, op.reason);
	return 0;
}

static int op_remote_shutdown(uint32_t va)
{
	struct sched_remote_shutdown op;
	struct domain *d;

	if (!current_domain()->is_privileged)
		return -EPERM;
	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	d = domain_by_id(op.domain_id);
	if (!d)
		return -ESRCH;
	if (op.reason > SHUTDOWN_MAX || !is_known_reason(op.reason))
		return -EINVAL;
	printk("domain %u (%s) is ended by domain %u: %s\n", d->domid, d->name,
	       current_domain()->domid, reason_name(op.reason));
	domain_shutdown(d, op.reason);
	return 0;
}

static bool is_one_pending(const struct vcpu *v)
{
	for (uint32_t i = 0; i < v->poll_nr; i++) {
		if (evtchn_is_pending(v->domain, v->poll_port[i]))
			return true;
	}
	return v->poll_nr == 0 && v->domain->evtchn->vcpu[v->id].words;
}

static int read_ports(struct vcpu *v, const struct sched_poll *op)
{
	evtchn_port_t port[ARRAY_SIZE(v->poll_port)];

	if (op->nr_ports > ARRAY_SIZE(port))
		return -EINVAL;
	if (op->nr_ports && copy_from_guest(port, op->ports.q, op->nr_ports * sizeof(port[0])))
		return -EFAULT;
	for (uint32_t i = 0; i < op->nr_ports; i++) {
		if (port[i] >= MAX_EVTCHN_PORTS)
			return -EINVAL;
		v->poll_port[i] = port[i];
	}
	v->poll_nr = op->nr_ports;
	return 0;
}

/* At most 8 ports.  Returns also when an interrupt is to be delivered, as Xen's does. */
static int op_poll(uint32_t va)
{
	struct vcpu *v = current_vcpu();
	struct sched_poll op;
	int rc;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	rc = read_ports(v, &op);
	if (rc)
		return rc;
	sched_preempt_point();	/* reading and the choice of the next would be 350 instructions together */
	if (!is_one_pending(v) && !vcpu_irq_pending(v)) {
		if (op.timeout)
			timer_set(&v->poll_timeout, MIN(op.timeout, MAX_DEADLINE_NS));
		sched_sleep(v, VCPU_POLLING);
		timer_stop(&v->poll_timeout);
	}
	evtchn_publish(v);
	runstate_refresh(v);
	return 0;
}

static void watchdog_expired(void *arg)
{
	struct domain *d = arg;

	printk("domain %u (%s) ends: %s\n", d->domid, d->name, reason_name(SHUTDOWN_watchdog));
	domain_end(d, SHUTDOWN_watchdog);
}

void watchdogs_init(struct domain *d)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(d->watchdog); i++)
		timer_init(&d->watchdog[i], watchdog_expired, d, NULL);
}

void watchdogs_stop(struct domain *d)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(d->watchdog); i++)
		timer_stop(&d->watchdog[i]);
}

/* Id 0 stands for a new one, whose id is returned.  Timeout 0, in seconds, stops one. */
static int op_watchdog(uint32_t va)
{
	struct domain *d = current_domain();
	struct sched_watchdog op;
	uint32_t i;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	if (op.id > ARRAY_SIZE(d->watchdog) || (!op.id && !op.timeout))
		return -EINVAL;
	i = op.id ? op.id - 1 : d->watchdog[0].armed;
	if (!op.id && d->watchdog[i].armed)
		return -ENOSPC;
	if (op.id && !d->watchdog[i].armed)
		return -EINVAL;
	if (op.timeout)
		timer_set(&d->watchdog[i], time_now_ns() + op.timeout * (ns_t)NS_PER_S);
	else
		timer_stop(&d->watchdog[i]);
	return op.id ? 0 : (int)i + 1;
}

int32_t do_sched_op(uint32_t cmd, uint32_t va, uint32_t a2, uint32_t a3, uint32_t a4)
{
	static int (*const fn[])(uint32_t va) = {
		[SCHEDOP_yield] = op_yield,
		[SCHEDOP_block] = op_block,
		[SCHEDOP_shutdown] = op_shutdown,
		[SCHEDOP_poll] = op_poll,
		[SCHEDOP_remote_shutdown] = op_remote_shutdown,
		[SCHEDOP_watchdog] = op_watchdog,
	};

	if (cmd >= ARRAY_SIZE(fn) || !fn[cmd])
		return -ENOSYS;
	return fn[cmd](va);
}
