/* SPDX-License-Identifier: Apache-2.0 */
/* sched_op and vcpu_op: sleeping, polling, timers, run state, end. */
#include <string.h>

#include <exen/arch.h>
#include <exen/timer.h>

#include "unit.h"

static int32_t sched(struct domain *d, uint32_t cmd, void *arg, uint32_t size)
{
	return call_arg(d, CALL_sched_op, cmd, arg, size);
}

static int32_t vcpu(struct domain *d, uint32_t cmd, void *arg, uint32_t size)
{
	return call_arg(d, CALL_vcpu_op, cmd, arg, size);
}

static evtchn_port_t a, b;

static void send_from_dom1(void)
{
	send(dom[1], a);
}

TEST(block_until_an_event)
{
	connect_domains(dom[1], dom[2], &a, &b);
	host_on_idle(send_from_dom1);
	CHECK_EQ(call(dom[2], CALL_sched_op, SCHEDOP_block, 0, 0), 0);
	CHECK_EQ(handle_events(dom[2]), 1ull << b);
}

TEST(block_returns_at_once_if_an_interrupt_is_pending)
{
	connect_domains(dom[1], dom[2], &a, &b);
	send(dom[1], a);
	CHECK_EQ(call(dom[2], CALL_sched_op, SCHEDOP_block, 0, 0), 0);
}

TEST(block_for_ever)
{
	CHECK_EQ(call(dom[2], CALL_sched_op, SCHEDOP_block, 0, 0), HOST_ASLEEP);
}

static struct sched_poll poll_op(struct domain *d, evtchn_port_t port, ns_t timeout)
{
	struct sched_poll op = { .nr_ports = 1, .timeout = timeout };

	op.ports.q = page(d, 7);
	*(evtchn_port_t *)page_ptr(d, 7) = port;
	return op;
}

TEST(poll_until_an_event)
{
	struct sched_poll op;

	connect_domains(dom[1], dom[2], &a, &b);
	op = poll_op(dom[2], b, 0);
	mask(dom[2], b);			/* polled ports usually are */
	host_on_idle(send_from_dom1);
	CHECK_EQ(sched(dom[2], SCHEDOP_poll, &op, sizeof(op)), 0);
	CHECK(shared_bit(dom[2]->shared_info->evtchn_pending, b));
}

static void send_while_preempted(unsigned int nr)
{
	send_from_dom1();
}

/* It lets others run once, before it looks. */
TEST(poll_sees_what_others_send_first)
{
	struct sched_poll op;

	connect_domains(dom[1], dom[2], &a, &b);
	op = poll_op(dom[2], b, 0);
	mask(dom[2], b);
	host_on_preempt(send_while_preempted);
	CHECK_EQ(sched(dom[2], SCHEDOP_poll, &op, sizeof(op)), 0);
	CHECK(shared_bit(dom[2]->shared_info->evtchn_pending, b));
}

/* Without any interrupt unmasked: only the poll itself can see the event. */
TEST(poll_needs_no_interrupt)
{
	struct sched_poll op;

	a = alloc_unbound(dom[1], 2);
	CHECK_EQ(bind(dom[2], 1, a, &b), 0);
	op = poll_op(dom[2], b, 0);
	CHECK_EQ(sched(dom[2], SCHEDOP_poll, &op, sizeof(op)), 0);	/* pending since bind */
	CHECK(shared_bit(dom[2]->shared_info->evtchn_pending, b));
	dom[2]->shared_info->evtchn_pending[0] = 0;
	host_on_idle(send_from_dom1);
	CHECK_EQ(sched(dom[2], SCHEDOP_poll, &op, sizeof(op)), 0);
	CHECK(shared_bit(dom[2]->shared_info->evtchn_pending, b));
}

TEST(poll_does_not_wait_for_another_port)
{
	struct sched_poll op;

	a = alloc_unbound(dom[1], 2);
	CHECK_EQ(bind(dom[2], 1, a, &b), 0);
	op = poll_op(dom[2], dom[2]->store_port, 0);
	host_on_idle(send_from_dom1);
	CHECK_EQ(sched(dom[2], SCHEDOP_poll, &op, sizeof(op)), HOST_ASLEEP);
	op = poll_op(dom[2], b, 0);
	CHECK_EQ(sched(dom[2], SCHEDOP_poll, &op, sizeof(op)), 0);
	dom[2]->shared_info->evtchn_pending[0] = 0;
	op.nr_ports = 0;			/* any, and none is pending yet */
	CHECK_EQ(sched(dom[2], SCHEDOP_poll, &op, sizeof(op)), 0);
}

TEST(poll_times_out)
{
	struct sched_poll op = poll_op(dom[1], dom[1]->store_port, 3 * (ns_t)NS_PER_S);

	CHECK_EQ(sched(dom[1], SCHEDOP_poll, &op, sizeof(op)), 0);
	CHECK_EQ(time_now_ns(), 3 * (ns_t)NS_PER_S);
	op.timeout = 1;				/* long past */
	CHECK_EQ(sched(dom[1], SCHEDOP_poll, &op, sizeof(op)), 0);
	CHECK_EQ(time_now_ns(), 3 * (ns_t)NS_PER_S);
	CHECK(!dom[1]->vcpu[0].poll_timeout.armed);
	op.timeout = UINT64_MAX;
	CHECK_EQ(sched(dom[1], SCHEDOP_poll, &op, sizeof(op)), HOST_ASLEEP);
	CHECK_EQ(dom[1]->vcpu[0].poll_timeout.deadline_ns, (ns_t)1 << 62);
}

TEST(poll_is_refused)
{
	struct sched_poll op = poll_op(dom[1], MAX_EVTCHN_PORTS, 0);

	CHECK_EQ(sched(dom[1], SCHEDOP_poll, &op, sizeof(op)), -EINVAL);
	op = poll_op(dom[1], UINT32_MAX, 0);
	CHECK_EQ(sched(dom[1], SCHEDOP_poll, &op, sizeof(op)), -EINVAL);
	op = poll_op(dom[1], 1, 0);
	op.nr_ports = 9;
	CHECK_EQ(sched(dom[1], SCHEDOP_poll, &op, sizeof(op)), -EINVAL);
	op.nr_ports = UINT32_MAX;
	CHECK_EQ(sched(dom[1], SCHEDOP_poll, &op, sizeof(op)), -EINVAL);
	op.nr_ports = 1;
	op.ports.q = EXEN_WINDOW_BASE;
	CHECK_EQ(sched(dom[1], SCHEDOP_poll, &op, sizeof(op)), -EFAULT);
	CHECK_EQ(call(dom[1], CALL_sched_op, SCHEDOP_poll, 1, 0), -EFAULT);
}

TEST(yield)
{
	CHECK_EQ(call(dom[1], CALL_sched_op, SCHEDOP_yield, 0, 0), 0);
}

TEST(shutdown_ends_the_caller)
{
	struct sched_shutdown op = { .reason = SHUTDOWN_reboot };

	connect_domains(dom[1], dom[2], &a, &b);
	CHECK_EQ(sched(dom[1], SCHEDOP_shutdown, &op, sizeof(op)), HOST_ENDED);
	CHECK_EQ(dom[1]->state, DOMAIN_SHUTDOWN);
	CHECK_EQ(dom[1]->shutdown_code, SHUTDOWN_reboot);
	CHECK_EQ(dom[1]->vcpu[0].state, VCPU_OFFLINE);
	CHECK_EQ(host_ended(), BIT(1));
	CHECK_EQ(port_status(dom[2], b), EVTCHNSTAT_unbound);
	CHECK_EQ(dom[2]->state, DOMAIN_RUNNING);
}

TEST(shutdown_is_refused)
{
	struct sched_shutdown op = { .reason = SHUTDOWN_MAX + 1 };

	CHECK_EQ(sched(dom[1], SCHEDOP_shutdown, &op, sizeof(op)), -EINVAL);
	op.reason = UINT32_MAX;
	CHECK_EQ(sched(dom[1], SCHEDOP_shutdown, &op, sizeof(op)), -EINVAL);
	op.reason = SHUTDOWN_suspend;
	CHECK_EQ(sched(dom[1], SCHEDOP_shutdown, &op, sizeof(op)), -EOPNOTSUPP);
	op.reason = SHUTDOWN_soft_reset;
	CHECK_EQ(sched(dom[1], SCHEDOP_shutdown, &op, sizeof(op)), -EOPNOTSUPP);
	CHECK_EQ(call(dom[1], CALL_sched_op, SCHEDOP_shutdown, 0, 0), -EFAULT);
	CHECK_EQ(dom[1]->state, DOMAIN_RUNNING);
}

TEST(remote_shutdown)
{
	struct sched_remote_shutdown op = { .domain_id = 2, .reason = SHUTDOWN_poweroff };

	CHECK_EQ(sched(dom[1], SCHEDOP_remote_shutdown, &op, sizeof(op)), -EPERM);
	CHECK_EQ(sched(dom[0], SCHEDOP_remote_shutdown, &op, sizeof(op)), 0);
	CHECK_EQ(dom[2]->state, DOMAIN_SHUTDOWN);
	CHECK_EQ(sched(dom[0], SCHEDOP_remote_shutdown, &op, sizeof(op)), 0);	/* no effect */
	CHECK_EQ(dom[0]->state, DOMAIN_RUNNING);
	op.domain_id = 6;
	CHECK_EQ(sched(dom[0], SCHEDOP_remote_shutdown, &op, sizeof(op)), -ESRCH);
	op.domain_id = 1;
	op.reason = 77;
	CHECK_EQ(sched(dom[0], SCHEDOP_remote_shutdown, &op, sizeof(op)), -EINVAL);
}

TEST(sched_unknown_operations)
{
	static const uint32_t cmd[] = { SCHEDOP_shutdown_code, SCHEDOP_pin_override, 8, UINT32_MAX };

	for (unsigned int i = 0; i < ARRAY_SIZE(cmd); i++)
		CHECK_EQ(call(dom[1], CALL_sched_op, cmd[i], page(dom[1], 1), 0), -ENOSYS);
}

/* -- watchdogs -- */

static int32_t watchdog(struct domain *d, uint32_t id, uint32_t timeout_s)
{
	struct sched_watchdog op = { .id = id, .timeout = timeout_s };

	return sched(d, SCHEDOP_watchdog, &op, sizeof(op));
}

TEST(watchdog_ends_a_domain)
{
	CHECK_EQ(watchdog(dom[1], 0, 5), 1);
	host_advance(4 * (ns_t)NS_PER_S);
	CHECK_EQ(watchdog(dom[1], 1, 5), 0);
	host_advance(4 * (ns_t)NS_PER_S);
	CHECK_EQ(dom[1]->state, DOMAIN_RUNNING);
	host_advance(NS_PER_S);
	CHECK_EQ(dom[1]->state, DOMAIN_SHUTDOWN);
	CHECK_EQ(dom[1]->shutdown_code, SHUTDOWN_watchdog);
	CHECK_EQ(dom[1]->vcpu[0].state, VCPU_OFFLINE);
	CHECK_EQ(dom[0]->state, DOMAIN_RUNNING);
}

TEST(watchdogs_are_two)
{
	CHECK_EQ(watchdog(dom[1], 0, 5), 1);
	CHECK_EQ(watchdog(dom[1], 0, UINT32_MAX), 2);
	CHECK_EQ(watchdog(dom[1], 0, 5), -ENOSPC);
	CHECK_EQ(watchdog(dom[1], 1, 0), 0);
	host_advance(100 * (ns_t)NS_PER_S);
	CHECK_EQ(dom[1]->state, DOMAIN_RUNNING);
	CHECK_EQ(watchdog(dom[1], 0, 3), 1);
	host_advance(3 * (ns_t)NS_PER_S);
	CHECK_EQ(dom[1]->state, DOMAIN_SHUTDOWN);
	CHECK(!dom[1]->watchdog[1].armed);
}

TEST(watchdog_bad_arguments)
{
	CHECK_EQ(watchdog(dom[1], 0, 0), -EINVAL);
	CHECK_EQ(watchdog(dom[1], 1, 5), -EINVAL);	/* there is none yet */
	CHECK_EQ(watchdog(dom[1], 1, 0), -EINVAL);
	CHECK_EQ(watchdog(dom[1], 3, 5), -EINVAL);
	CHECK_EQ(watchdog(dom[1], UINT32_MAX, 5), -EINVAL);
	CHECK_EQ(call(dom[1], CALL_sched_op, SCHEDOP_watchdog, 0xfffffffc, 0), -EFAULT);
}

/* -- timers -- */

TEST(singleshot_timer)
{
	struct vcpu_set_singleshot_timer op = { .timeout_abs_ns = 2 * (ns_t)NS_PER_S };

	start_interrupts(dom[1]);
	CHECK_EQ(vcpu(dom[1], VCPUOP_set_singleshot_timer, &op, sizeof(op)), 0);
	host_advance(NS_PER_S - 1);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_NONE);
	host_advance(1);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_TIMER);
	host_advance(10 * (ns_t)NS_PER_S);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_NONE);
}

TEST(singleshot_timer_stopped_and_set_again)
{
	struct vcpu_set_singleshot_timer op = { .timeout_abs_ns = 2 * (ns_t)NS_PER_S };

	start_interrupts(dom[1]);
	CHECK_EQ(vcpu(dom[1], VCPUOP_set_singleshot_timer, &op, sizeof(op)), 0);
	CHECK_EQ(vcpu(dom[1], VCPUOP_stop_singleshot_timer, &op, 0), 0);
	host_advance(5 * (ns_t)NS_PER_S);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_NONE);
	op.timeout_abs_ns = 1;			/* past: at once */
	CHECK_EQ(vcpu(dom[1], VCPUOP_set_singleshot_timer, &op, sizeof(op)), 0);
	host_advance(0);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_TIMER);
	op.flags = VCPU_SSHOTTMR_future;
	CHECK_EQ(vcpu(dom[1], VCPUOP_set_singleshot_timer, &op, sizeof(op)), -ETIME);
	op = (struct vcpu_set_singleshot_timer){ .timeout_abs_ns = UINT64_MAX };
	CHECK_EQ(vcpu(dom[1], VCPUOP_set_singleshot_timer, &op, sizeof(op)), 0);
	CHECK(dom[1]->vcpu[0].singleshot.deadline_ns <= (ns_t)1 << 62);
}

TEST(periodic_timer)
{
	struct vcpu_set_periodic_timer op = { .period_ns = NS_PER_MS - 1 };
	unsigned int n = 0;

	start_interrupts(dom[1]);
	CHECK_EQ(vcpu(dom[1], VCPUOP_set_periodic_timer, &op, sizeof(op)), -EINVAL);
	op.period_ns = UINT64_MAX;
	CHECK_EQ(vcpu(dom[1], VCPUOP_set_periodic_timer, &op, sizeof(op)), -EINVAL);
	op.period_ns = 10 * NS_PER_MS;
	CHECK_EQ(vcpu(dom[1], VCPUOP_set_periodic_timer, &op, sizeof(op)), 0);
	for (unsigned int i = 0; i < 100; i++) {
		host_advance(NS_PER_MS);
		n += irq_ack(dom[1]) == EXEN_IRQ_TIMER;
	}
	CHECK_EQ(n, 10);
	CHECK_EQ(vcpu(dom[1], VCPUOP_stop_periodic_timer, &op, 0), 0);
	host_advance(NS_PER_S);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_NONE);
}

TEST(timer_as_virq)
{
	struct vcpu_set_singleshot_timer op = { .timeout_abs_ns = 2 * (ns_t)NS_PER_S };
	struct evtchn_bind_virq virq = { .virq = VIRQ_TIMER };

	start_interrupts(dom[1]);
	CHECK_EQ(EVTCHN(dom[1], bind_virq, &virq), 0);
	CHECK_EQ(vcpu(dom[1], VCPUOP_set_singleshot_timer, &op, sizeof(op)), 0);
	host_advance(NS_PER_S);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_EVTCHN);
	CHECK(shared_bit(dom[1]->shared_info->evtchn_pending, virq.port));
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_NONE);
}

/* -- run state, up and down -- */

TEST(runstate_area)
{
	struct vcpu_register_runstate_memory_area op = { .addr.p = page(dom[1], 8) };
	const struct vcpu_runstate_info *info = page_ptr(dom[1], 8);
	struct vcpu *v = &dom[1]->vcpu[0];

	CHECK_EQ(vcpu(dom[1], VCPUOP_register_runstate_memory_area, &op, sizeof(op)), 0);
	CHECK_EQ(info->state, RUNSTATE_running);
	CHECK_EQ(info->time[RUNSTATE_runnable], 0);
	v->runstate_ns[RUNSTATE_runnable] += 5 * NS_PER_MS;
	CHECK_EQ(call(dom[1], CALL_sched_op, SCHEDOP_yield, 0, 0), 0);
	CHECK_EQ(info->time[RUNSTATE_runnable], 5 * NS_PER_MS);
	v->runstate_ns[RUNSTATE_runnable] += 1;		/* too little to be worth it */
	CHECK_EQ(call(dom[1], CALL_sched_op, SCHEDOP_yield, 0, 0), 0);
	CHECK_EQ(info->time[RUNSTATE_runnable], 5 * NS_PER_MS);
	op.addr.p = EXEN_WINDOW_BASE;
	CHECK_EQ(vcpu(dom[1], VCPUOP_register_runstate_memory_area, &op, sizeof(op)), -EFAULT);
	CHECK_EQ(v->runstate_va, page(dom[1], 8));
	op.addr.p = 0;
	CHECK_EQ(vcpu(dom[1], VCPUOP_register_runstate_memory_area, &op, sizeof(op)), 0);
	CHECK_EQ(v->runstate_va, 0);
}

TEST(runstate_info_adds_up_to_the_time)
{
	struct vcpu_runstate_info info;
	const ns_t start = time_now_ns();
	struct sched_poll op = poll_op(dom[1], 1, start + NS_PER_S);

	host_advance(NS_PER_MS);
	CHECK_EQ(sched(dom[1], SCHEDOP_poll, &op, sizeof(op)), 0);
	host_advance(NS_PER_MS);
	CHECK_EQ(vcpu(dom[1], VCPUOP_get_runstate_info, &info, sizeof(info)), 0);
	CHECK_EQ(info.state, RUNSTATE_running);
	CHECK_EQ(info.time[0] + info.time[1] + info.time[2] + info.time[3], time_now_ns() - start);
	CHECK_EQ(info.time[RUNSTATE_blocked], NS_PER_S - NS_PER_MS);
}

TEST(vcpu_up_and_down)
{
	struct vcpu_info unused;

	CHECK_EQ(vcpu(dom[1], VCPUOP_is_up, &unused, 0), 1);
	CHECK_EQ(vcpu(dom[1], VCPUOP_up, &unused, 0), 0);
	CHECK_EQ(vcpu(dom[1], VCPUOP_initialise, &unused, 0), -EEXIST);
	CHECK_EQ(call(dom[1], CALL_vcpu_op, VCPUOP_is_up, 1, 0), -ENOENT);
	CHECK_EQ(call(dom[1], CALL_vcpu_op, VCPUOP_up, UINT32_MAX, 0), -ENOENT);
	CHECK_EQ(call(dom[1], CALL_vcpu_op, VCPUOP_send_nmi, 0, 0), -ENOSYS);
	CHECK_EQ(call(dom[1], CALL_vcpu_op, UINT32_MAX, 0, 0), -ENOSYS);
	CHECK_EQ(vcpu(dom[1], VCPUOP_down, &unused, 0), HOST_ENDED);
	CHECK_EQ(dom[1]->state, DOMAIN_SHUTDOWN);
	CHECK_EQ(dom[1]->shutdown_code, SHUTDOWN_poweroff);
}

TEST(vcpu_info_stays_where_it_is)
{
	struct vcpu_register_vcpu_info op = { .mfn = page_frame(dom[1], 9) };

	CHECK_EQ(vcpu(dom[1], VCPUOP_register_vcpu_info, &op, sizeof(op)), -ENOSYS);
	op.mfn = shared_page_paddr(dom[1]->shared_info) >> PAGE_SHIFT;
	CHECK_EQ(vcpu(dom[1], VCPUOP_register_vcpu_info, &op, sizeof(op)), 0);
	op.offset = 64;
	CHECK_EQ(vcpu(dom[1], VCPUOP_register_vcpu_info, &op, sizeof(op)), -ENOSYS);
}
