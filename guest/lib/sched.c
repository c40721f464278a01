/* SPDX-License-Identifier: BSD-2-Clause */
/* Scheduling, and how a guest ends. */
#include <guest/console.h>
#include <guest/sched.h>
#include "internal.h"

void sched_yield(void)
{
	sched_op(SCHEDOP_yield, NULL);
}

void sched_block(void)
{
	sched_op(SCHEDOP_block, NULL);
}

int32_t sched_poll(const evtchn_port_t *ports, uint32_t nr_ports, uint64_t deadline_ns)
{
	struct sched_poll poll = { .nr_ports = nr_ports, .timeout = deadline_ns };

	set_xen_guest_handle(poll.ports, (evtchn_port_t *)(uintptr_t)ports);
	return sched_op(SCHEDOP_poll, &poll);
}

void wait_once(uint64_t deadline_ns)
{
	timer_wake_at(deadline_ns);
	sched_block();
}

void sched_shutdown(uint32_t reason)
{
	struct sched_shutdown arg = { .reason = reason };

	sched_op(SCHEDOP_shutdown, &arg);
	for (;;)
		irq_disable();
}

void machine_exit(uint32_t status)
{
	exen_op(EXEN_OP_exit, status, 0);
	printf("guest: no exit status on this machine, %u is lost\n", status);
	sched_shutdown(status ? SHUTDOWN_crash : SHUTDOWN_poweroff);
}
