/* SPDX-License-Identifier: Apache-2.0 */
/** @file A machine on which the scheduler runs: time passes when a test says so. */
#ifndef SIM_H
#define SIM_H

#include <exen/domain.h>
#include <exen/sched.h>

/* Each test begins with a (priority 5) and b (priority 3) runnable: a runs. */
#include "../check.h"

/** Within 1 us: the clock counts in 10 ns, and deadlines are rounded up. */
#define CHECK_NEAR(got, wanted) \
	do { \
		const long long got_ = (long long)(got), wanted_ = (long long)(wanted); \
		if (got_ > wanted_ + 1000 || got_ < wanted_ - 1000) \
			CHECK_EQ(got_, wanted_); \
	} while (0)

#define US	((ns_t)NS_PER_US)
#define MS	((ns_t)NS_PER_MS)

extern struct vcpu *const a, *const b, *const c;

ns_t sim_now(void);
/** Lets time pass; interrupts come as they are due. */
void sim_run(ns_t ns);
/** Likewise with interrupts masked: what was due comes at the end. */
void sim_run_masked(ns_t ns);
/** The scheduler's turn, as on the way out of the hypervisor. */
void sim_exit(void);
/** @p v, which runs, sleeps until it is woken.  Somebody else is runnable. */
void sim_block(struct vcpu *v);
void sim_wake(struct vcpu *v);
/** Who has the CPU. */
struct vcpu *sim_runs(void);
/** CPU time of @p v between two times, by the record of switches. */
ns_t sim_ran(const struct vcpu *v, ns_t from, ns_t to);
/** Most CPU time that @p v has had in any interval of @p length. */
ns_t sim_most(const struct vcpu *v, ns_t length);
/** How often the timer has interrupted. */
unsigned int sim_nr_interrupts(void);
/** How often the vcpu has been switched. */
unsigned int sim_nr_switches(void);
/** From now on time also passes where the scheduler reads the clock. */
void sim_reading_takes(ns_t ns);

#endif
