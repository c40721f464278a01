/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * runstate - the hypervisor accounts for a vcpu's time
 *
 * VCPUOP_get_runstate_info: running, the four times add up to the time since the first call, blocked
 * time grows by a sleep, running time by computing.  An area is filled in when it is registered; a
 * bad address of one is refused.
 */
#include <exentest.h>

#define SLACK_NS	(5 * NS_PER_MS)

static struct vcpu_runstate_info area;

static struct vcpu_runstate_info get(void)
{
	struct vcpu_runstate_info info;

	CHECK_EQ(vcpu_op(VCPUOP_get_runstate_info, 0, &info), 0);
	CHECK_EQ(info.state, RUNSTATE_running);
	return info;
}

static uint64_t total(const struct vcpu_runstate_info *info)
{
	return info->time[0] + info->time[1] + info->time[2] + info->time[3];
}

static void adds_up(void)
{
	const struct vcpu_runstate_info first = get();
	const uint64_t first_ns = time_ns();
	struct vcpu_runstate_info second;
	uint64_t passed_ns;

	sleep_ns(50 * NS_PER_MS);
	while (time_ns() < first_ns + 100 * NS_PER_MS)
		;
	second = get();
	passed_ns = time_ns() - first_ns;
	CHECK(total(&second) - total(&first) <= passed_ns + SLACK_NS);
	CHECK(total(&second) - total(&first) + SLACK_NS >= passed_ns);
	CHECK(second.time[RUNSTATE_blocked] - first.time[RUNSTATE_blocked] >= 40 * NS_PER_MS);
	CHECK(second.time[RUNSTATE_running] - first.time[RUNSTATE_running] >= 30 * NS_PER_MS);
}

static void registered_area(void)
{
	struct vcpu_register_runstate_memory_area reg = { .addr.p = hypercall_ptr(&area) };
	volatile struct vcpu_runstate_info *shared = &area;

	CHECK_EQ(vcpu_op(VCPUOP_register_runstate_memory_area, 0, &reg), 0);
	CHECK_EQ(shared->state, RUNSTATE_running);
	CHECK(shared->time[RUNSTATE_blocked] >= 40 * NS_PER_MS);
	CHECK(shared->time[RUNSTATE_running] >= 30 * NS_PER_MS);
	reg.addr.p = EXEN_WINDOW_BASE;
	CHECK_EQ(vcpu_op(VCPUOP_register_runstate_memory_area, 0, &reg), -XEN_EFAULT);
	reg.addr.p = 0x1000;
	CHECK_EQ(vcpu_op(VCPUOP_register_runstate_memory_area, 0, &reg), -XEN_EFAULT);
	sleep_ns(NS_PER_MS);
}

static void runstate(void)
{
	struct vcpu_runstate_info info;

	adds_up();
	registered_area();
	CHECK(vcpu_op(VCPUOP_get_runstate_info, 1, &info) < 0);
	CHECK_EQ(vcpu_op(VCPUOP_is_up, 0, NULL), 1);
}

EXENTEST(runstate);
