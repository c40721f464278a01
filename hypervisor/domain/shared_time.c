/* SPDX-License-Identifier: Apache-2.0 */
/* No guest ever changes these words, so they may be written at any time, under their version. */
#include <exen/timer.h>

#include "evtchn.h"
#include "shared_time.h"

static uint64_t wallclock_ns;		/* from 1970 to system time 0 */

#define compiler_barrier()	__asm__ volatile("" : : : "memory")

void shared_time_wallclock(struct domain *d)
{
	const uint64_t ns = wallclock_ns + d->started_ns;
	const uint64_t sec = ns / NS_PER_S;
	struct shared_info *s = d->shared_info;

	s->wc_version++;
	compiler_barrier();
	s->wc_sec = (uint32_t)sec;
	s->wc_sec_hi = (uint32_t)(sec >> 32);
	s->wc_nsec = (uint32_t)(ns - sec * NS_PER_S);
	compiler_barrier();
	s->wc_version++;
}

void shared_time_update(struct vcpu *v)
{
	struct vcpu_time_info *time = &vcpu_info(v)->time;

	time->version++;
	compiler_barrier();
	time->system_time = time_now_ns();
	compiler_barrier();
	time->version++;
}

void wallclock_set(uint64_t new_wallclock_ns)
{
	wallclock_ns = new_wallclock_ns;
	for (struct domain *d = domain_next(NULL); d; d = domain_next(d)) {
		shared_time_wallclock(d);
		shared_time_update(&d->vcpu[0]);
	}
}
