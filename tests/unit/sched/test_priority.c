/* SPDX-License-Identifier: Apache-2.0 */
/* Priorities and slices, without budgets. */
#include "sim.h"

TEST(the_more_urgent_one_keeps_the_cpu)
{
	sim_run(1000 * MS);
	CHECK_EQ(sim_ran(b, 0, sim_now()), 0);
	CHECK_EQ(sim_nr_interrupts(), 0);
}

TEST(the_more_urgent_one_takes_the_cpu_when_it_wakes)
{
	sim_block(a);
	CHECK(sim_runs() == b);
	sim_run(7 * US);
	sim_wake(a);
	CHECK(sim_runs() == a);
}

TEST(equals_share)
{
	sched_start(c);
	sim_block(a);
	sim_run(1000 * MS);
	CHECK(sim_ran(b, 0, sim_now()) >= 490 * MS);
	CHECK(sim_ran(c, 0, sim_now()) >= 490 * MS);
}

/* It takes the CPU from b and c every 5 ms, half a slice. */
TEST(equals_share_beside_a_more_urgent_one)
{
	sched_start(c);
	sim_block(a);
	for (unsigned int i = 0; i < 200; i++) {
		sim_run(4 * MS);
		sim_wake(a);
		sim_run(MS);
		sim_block(a);
	}
	CHECK(sim_ran(b, 0, sim_now()) >= 390 * MS);
	CHECK(sim_ran(c, 0, sim_now()) >= 390 * MS);
}

/* It sleeps before its slice ends: it takes the CPU when it wakes, and shares it when it computes. */
TEST(equals_that_sleep_and_wake)
{
	sched_start(c);
	sim_block(a);
	for (unsigned int i = 0; i < 100; i++) {
		sim_run(3 * MS);
		if (sim_runs() != c)
			continue;
		sim_block(c);
		sim_run(MS);
		sim_wake(c);
		CHECK(sim_runs() == c);
	}
	sim_run(500 * MS);
	CHECK(sim_ran(b, sim_now() - 500 * MS, sim_now()) >= 240 * MS);
	CHECK(sim_ran(c, sim_now() - 500 * MS, sim_now()) >= 240 * MS);
}

TEST(a_priority_is_changed)
{
	sched_set_priority(b, 6);
	sim_exit();
	CHECK(sim_runs() == b);
	sched_set_priority(a, 7);
	sim_exit();
	CHECK(sim_runs() == a);
	sched_set_priority(a, 2);
	sim_exit();
	CHECK(sim_runs() == b);
}
