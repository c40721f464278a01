/* SPDX-License-Identifier: Apache-2.0 */
/* The vcpu_op hypercall (xen/vcpu.h): a vcpu's timers, its run state, up and down. */
#include <errno.h>

#include <exen/arch.h>
#include <exen/hypercall.h>
#include <exen/latency.h>
#include <exen/timer.h>

#include "evtchn.h"
#include "runstate.h"
#include "vcpu_timer.h"

#define MIN_PERIOD_NS	NS_PER_MS

/* -- timers -- */

/* VIRQ_TIMER if the guest has bound it, else the per-vcpu interrupt, which needs no event channel. */
static inline void timer_event(struct vcpu *v)
{
	const evtchn_port_t port = virq_port(v, VIRQ_TIMER);

	if (port)
		evtchn_raise(v->domain, port);
	else
		vcpu_irq_raise(v, EXEN_IRQ_TIMER);
}

static void singleshot_expired(void *arg)
{
	struct vcpu *v = arg;

	latency_begin(v, LATENCY_HANDLER, v->singleshot.deadline_ns);
	timer_event(v);
}

static void periodic_expired(void *arg)
{
	struct vcpu *v = arg;
	const ns_t now = time_now_ns();
	ns_t next = v->periodic.deadline_ns + v->period_ns;

	if (next <= now)
		next = now + v->period_ns;	/* missed ticks are lost */
	timer_set(&v->periodic, next);
	timer_event(v);
}

static void poll_expired(void *arg)
{
	struct vcpu *v = arg;

	if (v->state == VCPU_POLLING)
		sched_wake(v);
}

void vcpu_timers_init(struct vcpu *v)
{
	timer_init(&v->singleshot, singleshot_expired, v, &v->priority);
	timer_init(&v->periodic, periodic_expired, v, &v->priority);
	timer_init(&v->poll_timeout, poll_expired, v, &v->priority);
}

void vcpu_timers_stop(struct vcpu *v)
{
	timer_stop(&v->singleshot);
	timer_stop(&v->periodic);
	timer_stop(&v->poll_timeout);
}

static int op_set_singleshot_timer(struct vcpu *v, uint32_t va)
{
	const struct vcpu_set_singleshot_timer *op =
		guest_access(va, sizeof(*op), sizeof(op->timeout_abs_ns), false);
	struct vcpu_set_singleshot_timer copy;
	uint64_t deadline_ns;

	if (v != current_vcpu())
		return -EINVAL;
	if (!op) {
		if (copy_from_guest(&copy, va, sizeof(copy)))
			return -EFAULT;
		op = &copy;
	}
	deadline_ns = READ_ONCE(op->timeout_abs_ns);
	if ((READ_ONCE(op->flags) & VCPU_SSHOTTMR_future) && deadline_ns < time_now_ns())
		return -ETIME;
	timer_set(&v->singleshot, MIN(deadline_ns, MAX_DEADLINE_NS));
	return 0;
}

static int op_stop_singleshot_timer(struct vcpu *v, uint32_t va)
{
	if (v != current_vcpu())
		return -EINVAL;
	timer_stop(&v->singleshot);
	return 0;
}

static int op_set_periodic_timer(struct vcpu *v, uint32_t va)
{
	struct vcpu_set_periodic_timer op;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	if (op.period_ns < MIN_PERIOD_NS || op.period_ns > MAX_DEADLINE_NS)
		return -EINVAL;
	v->period_ns = op.period_ns;
	timer_set(&v->periodic, time_now_ns() + op.period_ns);
	return 0;
}

static int op_stop_periodic_timer(struct vcpu *v, uint32_t va)
{
	timer_stop(&v->periodic);
	return 0;
}

/* -- run state -- */

static int op_get_runstate_info(struct vcpu *v, uint32_t va)
{
	struct vcpu_runstate_info info;

	runstate_get(v, &info);
	return copy_to_guest(va, &info, sizeof(info));
}

static int op_register_runstate_memory_area(struct vcpu *v, uint32_t va)
{
	struct vcpu_register_runstate_memory_area op;
	const uint64_t former = v->runstate_va;
	int rc;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	v->runstate_va = op.addr.p;
	if (!op.addr.p)
		return 0;
	rc = runstate_publish(v);
	if (rc)
		v->runstate_va = former;
	return rc;
}

/* -- up and down -- */

static bool is_up(const struct vcpu *v)
{
	return v->state != VCPU_OFFLINE;
}

/* vcpu 0 is started by the hypervisor, and there is no other. */
static int op_initialise(struct vcpu *v, uint32_t va)
{
	return -EEXIST;
}

static int op_up(struct vcpu *v, uint32_t va)
{
	return is_up(v) ? 0 : -EINVAL;
}

/* The last vcpu of a domain going down is the domain's end. */
static int op_down(struct vcpu *v, uint32_t va)
{
	struct domain *d = v->domain;

	for (unsigned int i = 0; i < d->nr_vcpus; i++) {
		if (&d->vcpu[i] != v && is_up(&d->vcpu[i])) {
			sched_sleep(v, VCPU_OFFLINE);
			return 0;
		}
	}
	domain_shutdown(d, SHUTDOWN_poweroff);
	return 0;
}

static int op_is_up(struct vcpu *v, uint32_t va)
{
	return is_up(v);
}

/* vcpu_info stays in shared_info, which guest and hypervisor reach at the same address: in a page of
 * the guest's there would be a second one.  Registering the place where it is already is harmless. */
static int op_register_vcpu_info(struct vcpu *v, uint32_t va)
{
	const paddr_t pa = shared_page_paddr(v->domain->shared_info);
	struct vcpu_register_vcpu_info op;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	if (op.mfn != pa >> PAGE_SHIFT || op.offset != v->id * sizeof(struct vcpu_info))
		return -ENOSYS;
	return 0;
}

int32_t do_vcpu_op(uint32_t cmd, uint32_t vcpu, uint32_t va, uint32_t a3, uint32_t a4)
{
	static int (*const fn[])(struct vcpu *v, uint32_t va) = {
		[VCPUOP_initialise] = op_initialise,
		[VCPUOP_up] = op_up,
		[VCPUOP_down] = op_down,
		[VCPUOP_is_up] = op_is_up,
		[VCPUOP_get_runstate_info] = op_get_runstate_info,
		[VCPUOP_register_runstate_memory_area] = op_register_runstate_memory_area,
		[VCPUOP_set_periodic_timer] = op_set_periodic_timer,
		[VCPUOP_stop_periodic_timer] = op_stop_periodic_timer,
		[VCPUOP_set_singleshot_timer] = op_set_singleshot_timer,
		[VCPUOP_stop_singleshot_timer] = op_stop_singleshot_timer,
		[VCPUOP_register_vcpu_info] = op_register_vcpu_info,
	};
	struct domain *d = current_domain();

	if (vcpu >= d->nr_vcpus)
		return -ENOENT;
	if (cmd >= ARRAY_SIZE(fn) || !fn[cmd])
		return -ENOSYS;
	return fn[cmd](&d->vcpu[vcpu], va);
}
