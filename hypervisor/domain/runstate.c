/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The area is a guest virtual address, so it is written only in the guest's own calls, when that
 * address means something: on registration, and when a vcpu comes back from block, yield or poll.
 * In between it lags, by no more than the vcpu has gone without such a call.
 */
#include <exen/arch.h>
#include <exen/timer.h>

#include "runstate.h"

#define REFRESH_STEP_NS	NS_PER_MS	/* stolen time that the guest may not see yet */

_Static_assert(sizeof(struct vcpu_runstate_info) == 48, "ABI: vcpu_runstate_info");

static int state_of(const struct vcpu *v)
{
	if (v == current_vcpu())
		return RUNSTATE_running;
	switch (v->state) {
	case VCPU_RUNNABLE:
		return RUNSTATE_runnable;
	case VCPU_BLOCKED:
	case VCPU_POLLING:
		return RUNSTATE_blocked;
	default:
		return RUNSTATE_offline;
	}
}

void runstate_get(const struct vcpu *v, struct vcpu_runstate_info *info)
{
	*info = (struct vcpu_runstate_info){
		.state = state_of(v),
		.state_entry_time = v->state_since_ns,
	};
	for (unsigned int i = 0; i < ARRAY_SIZE(info->time); i++)
		info->time[i] = v->runstate_ns[i];
	info->time[info->state] += time_now_ns() - v->state_since_ns;
}

int runstate_publish(struct vcpu *v)
{
	struct vcpu_runstate_info info;

	runstate_get(v, &info);
	v->runstate_shown_ns = info.time[RUNSTATE_runnable];
	return copy_to_guest(v->runstate_va, &info, sizeof(info));
}

void runstate_refresh(struct vcpu *v)
{
	if (!v->runstate_va ||
	    v->runstate_ns[RUNSTATE_runnable] - v->runstate_shown_ns < REFRESH_STEP_NS)
		return;
	sched_preempt_point();		/* a switch goes before this */
	runstate_publish(v);
}
