/* SPDX-License-Identifier: Apache-2.0 */
/* platform_op (xen/platform.h): the privileged domain sets the clock.  vm_assist (xen/xen.h). */
#include <errno.h>

#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/hypercall.h>

#define MAX_SECONDS	((uint64_t)1 << 34)	/* year 2514: no product of it with 10^9 overflows */

struct settime_op {
	uint32_t cmd;
	uint32_t interface_version;
	struct xenpf_settime64 time;
};

_Static_assert(offsetof(struct xen_platform_op, u) == offsetof(struct settime_op, time),
	       "ABI: xen_platform_op");

/* Linux's system time is the time since its own start.  A time of day before the machine's start is none: a
 * kernel that has not been told yet says 1970. */
static int32_t set_time(const struct xenpf_settime64 *time)
{
	const uint64_t time_of_day = time->secs * NS_PER_S + time->nsecs;
	const uint64_t system_time = time->system_time + current_domain()->started_ns;

	if (time->system_time > time_of_day || system_time > time_of_day)
		return -EINVAL;
	wallclock_set(time_of_day - system_time);
	return 0;
}

int32_t do_platform_op(uint32_t va, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4)
{
	struct settime_op op;

	if (copy_from_guest(&op, va, sizeof(op)))
		return -EFAULT;
	if (op.interface_version != XENPF_INTERFACE_VERSION)
		return -EACCES;
	if (op.cmd != XENPF_settime64)
		return -ENOSYS;
	if (op.time.mbz || op.time.nsecs >= NS_PER_S || op.time.secs >= MAX_SECONDS)
		return -EINVAL;
	sched_preempt_point();
	return set_time(&op.time);
}

/* The run state area is only ever written inside the guest's own calls: it needs no update mark. */
int32_t do_vm_assist(uint32_t cmd, uint32_t type, uint32_t a2, uint32_t a3, uint32_t a4)
{
	if (cmd != VMASST_CMD_enable && cmd != VMASST_CMD_disable)
		return -ENOSYS;
	return type == VMASST_TYPE_runstate_update_flag ? 0 : -EINVAL;
}
