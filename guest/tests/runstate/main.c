/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * runstate - the hypervisor accounts for a vcpu's time
 *
 * VCPUOP_get_runstate_info: running, the four times add up to the time since the first call, blocked
 * time grows by a sleep, running time by computing.  An area is filled in when it is registered; a
 * bad address of one is refused.
 */
#include <exentest.h>

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

/* With the times just before and after. */
struct sample {
	uint64_t before_ns;
	struct vcpu_runstate_info info;
	uint64_t after_ns;
};

static void take(struct sample *s)
{
	s->before_ns = time_ns();
	s->info = get();
	s->after_ns = time_ns();
}

static void adds_up(void)
{
	struct sample first, second;
	uint64_t accounted_ns;

	take(&first);
	sleep_ns(50 * NS_PER_MS);
	while (time_ns() < first.after_ns + 100 * NS_PER_MS)
		;
	take(&second);
	accounted_ns = total(&second.info) - total(&first.info);
	CHECK(accounted_ns <= second.after_ns - first.before_ns);
	CHECK(accounted_ns >= second.before_ns - first.after_ns);
	CHECK(second.info.time[RUNSTATE_blocked] - first.info.time[RUNSTATE_blocked] >=
	      40 * NS_PER_MS);
	CHECK(second.info.time[RUNSTATE_running] - first.info.time[RUNSTATE_running] >=
	      10 * NS_PER_MS);
}

static void registered_area(void)
{
	struct vcpu_register_runstate_memory_area reg = { .addr.p = hypercall_ptr(&area) };
	volatile struct vcpu_runstate_info *shared = &area;

	CHECK_EQ(vcpu_op(VCPUOP_register_runstate_memory_area, 0, &reg), 0);
	CHECK_EQ(shared->state, RUNSTATE_running);
	CHECK(shared->time[RUNSTATE_blocked] >= 40 * NS_PER_MS);
	CHECK(shared->time[RUNSTATE_running] >= 10 * NS_PER_MS);
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
