/* SPDX-License-Identifier: Apache-2.0 */
/* Budgets: Documentation/decisions/0050-budgets.md. */
#include <errno.h>

#include "sim.h"

#define BUDGET	(2 * MS)
#define PERIOD	(10 * MS)

static void give_budget(struct vcpu *v)
{
	CHECK_EQ(sched_set_budget(v, BUDGET / US, PERIOD / US), 0);
	sim_exit();
}

/* No interval may have more than the budget and its share of the interval. */
static void check_all_intervals(const struct vcpu *v)
{
	for (ns_t length = MS; length < 100 * MS; length += 3 * MS)
		if (sim_most(v, length) > BUDGET + length * BUDGET / PERIOD + US)
			CHECK_EQ(sim_most(v, length), BUDGET + length * BUDGET / PERIOD);
	CHECK(sim_most(v, PERIOD) <= 2 * BUDGET + US);
}

TEST(who_never_yields_gets_its_budget)
{
	const ns_t start = sim_now();

	give_budget(a);
	sim_run(1000 * MS);
	CHECK_NEAR(sim_ran(a, start, start + PERIOD), BUDGET);
	CHECK(sim_ran(a, start, sim_now()) > 199900 * US);
	CHECK(sim_ran(a, start, sim_now()) <= 200 * MS + US);
	CHECK(sim_ran(b, start, sim_now()) >= 800 * MS - US);
	CHECK_NEAR(sim_most(a, PERIOD), BUDGET);
	CHECK(a->budget.nr_exhausted >= 99 && a->budget.nr_exhausted <= 100);
}

TEST(the_first_period_is_a_full_one)
{
	sim_run(MS);
	give_budget(a);
	sim_run(BUDGET - 10 * US);
	CHECK(sim_runs() == a);
	sim_run(20 * US);
	CHECK(sim_runs() == b);
	CHECK(a->budget.is_exhausted);
	sim_run(PERIOD - BUDGET);
	CHECK(sim_runs() == a);
	CHECK(!a->budget.is_exhausted);
}

TEST(two_interrupts_a_period_and_none_without_a_budget)
{
	give_budget(a);
	sim_run(100 * PERIOD);
	CHECK(sim_nr_interrupts() <= 201);
	sched_set_budget(a, 0, 0);
	sim_exit();
	sim_block(a);
	sim_run(PERIOD);
	CHECK(sim_nr_interrupts() <= 202);	/* the comparator may fire once for nothing */
}

/* 100 us every ms: never exhausted. */
TEST(who_stays_within_is_not_kept_waiting)
{
	give_budget(a);
	for (unsigned int i = 0; i < 1000; i++) {
		sim_run(100 * US);
		sim_block(a);
		sim_run(900 * US);
		sim_wake(a);
		CHECK(sim_runs() == a);
	}
	CHECK_EQ(a->budget.nr_exhausted, 0);
}

TEST(a_long_sleep_saves_nothing_up)
{
	give_budget(a);
	sim_block(a);
	sim_run(500 * MS);
	sim_wake(a);
	sim_run(100 * MS);
	CHECK(sim_ran(a, 0, sim_now()) <= 20 * MS + US);
	CHECK_NEAR(sim_most(a, PERIOD), BUDGET);
}

/* Asleep until just before the period's end: the budget is not to be had twice in a row. */
TEST(no_double_budget_around_the_end_of_a_period)
{
	const ns_t start = sim_now();

	give_budget(a);
	sim_block(a);
	for (unsigned int i = 0; i < 50; i++) {
		sim_run(start + (i + 1) * PERIOD - BUDGET - sim_now());
		if (a->state == VCPU_BLOCKED)
			sim_wake(a);
		sim_run(start + (i + 1) * PERIOD + BUDGET - sim_now());
		if (sim_runs() == a)
			sim_block(a);
	}
	CHECK(sim_most(a, 2 * BUDGET) <= BUDGET + US);
	check_all_intervals(a);
}

static uint32_t random_below(uint32_t n)
{
	static uint32_t state = 1;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

TEST(any_pattern_stays_within_the_share)
{
	give_budget(a);
	for (unsigned int i = 0; i < 2000; i++) {
		sim_run(random_below(3000) * US);
		if (sim_runs() == a)
			sim_block(a);
		sim_run(random_below(i % 2 ? 300 : 6000) * US);
		sim_wake(a);
	}
	check_all_intervals(a);
	CHECK(sim_ran(a, 0, sim_now()) > (sim_now() - NS_PER_S) / 20);
}

/* More urgent ones keep it from running in between: what it has not got doesn't come in one piece. */
TEST(preempted_patterns_stay_within_the_share)
{
	sched_set_priority(b, 6);
	give_budget(a);
	for (unsigned int i = 0; i < 2000; i++) {
		if (sim_runs() == b)
			sim_block(b);
		sim_run(random_below(2500) * US);
		sim_wake(b);
		sim_run(random_below(i % 2 ? 300 : 9000) * US);
	}
	check_all_intervals(a);
}

TEST(it_is_woken_while_exhausted)
{
	give_budget(a);
	sim_run(BUDGET - 5 * US);
	sim_block(a);			/* 5 us are left */
	sim_run(MS);
	sim_wake(a);
	CHECK(sim_runs() == a);
	sim_run(6 * US);
	CHECK(sim_runs() == b);
	sim_wake(a);			/* it is runnable */
	CHECK(sim_runs() == b);
	CHECK_EQ(a->state, VCPU_RUNNABLE);
	sim_run(PERIOD - BUDGET - MS - 20 * US);
	CHECK(sim_runs() == b);
	sim_run(30 * US);
	CHECK(sim_runs() == a);
	sim_run(BUDGET - 50 * US);
	CHECK(sim_runs() == a);
}

/* It blocks with nothing left: found out when it wakes. */
TEST(it_blocks_with_an_overdraft)
{
	const ns_t start = sim_now();

	give_budget(a);
	a->budget.limit_ns -= 3 * BUDGET;
	sim_block(a);
	sim_run(MS);
	sim_wake(a);
	CHECK(sim_runs() == b);
	CHECK(a->budget.is_exhausted);
	sim_run(50 * PERIOD);
	CHECK(sim_ran(a, start, sim_now()) <= 48 * BUDGET + US);
	CHECK(sim_ran(a, start, sim_now()) >= 46 * BUDGET);
}

TEST(a_flood_of_events_takes_no_more)
{
	give_budget(a);
	for (unsigned int i = 0; i < 20000; i++) {
		sim_run(10 * US);
		sim_wake(a);
		if (sim_runs() == a && i % 3 == 0)
			sim_block(a);
	}
	CHECK(sim_ran(a, 0, sim_now()) <= 20 * BUDGET + BUDGET);
	check_all_intervals(a);
}

/* The timer's interrupt comes 3 ms late, each second period: later budgets pay. */
TEST(overdrafts_are_paid_back)
{
	const ns_t start = sim_now();

	give_budget(a);
	for (unsigned int i = 0; i < 100; i++) {
		while (sim_runs() != a)
			sim_run(100 * US);
		sim_run_masked(5 * MS);
	}
	sim_run(100 * MS);
	CHECK(sim_ran(a, start, sim_now()) <= (sim_now() - start) / 5 + 2 * BUDGET);
	CHECK(sim_ran(a, start, sim_now()) >= (sim_now() - start) / 6);
}

TEST(bounds)
{
	static const uint32_t bad[][2] = { { 0, 1000 }, { 1000, 0 }, { 9, 1000 }, { 10, 99 },
					   { 1001, 1000 }, { 1000, 1000001 },
					   { UINT32_MAX, UINT32_MAX }, { 4294968, 4294968 } };

	give_budget(a);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK_EQ(sched_set_budget(a, bad[i][0], bad[i][1]), -EINVAL);
	CHECK_EQ(a->budget.budget_ns, BUDGET);
	CHECK_EQ(a->budget.period_ns, PERIOD);
	CHECK_EQ(sched_set_budget(a, 10, 100), 0);
	CHECK_EQ(sched_set_budget(a, 1000000, 1000000), 0);
	CHECK_EQ(sched_set_budget(a, 10, 1000000), 0);
}

TEST(all_of_the_time_is_no_limit)
{
	CHECK_EQ(sched_set_budget(a, 1000, 1000), 0);
	sim_exit();
	sim_run(1000 * MS);
	CHECK(sim_ran(b, 0, sim_now()) <= 1000 * US);
}

TEST(changed_while_exhausted)
{
	give_budget(a);
	sim_run(5 * MS);
	CHECK(sim_runs() == b);
	sched_set_budget(a, 0, 0);
	sim_exit();
	CHECK(sim_runs() == a);
	sim_run(100 * MS);
	CHECK_EQ(sim_ran(b, sim_now() - 100 * MS, sim_now()), 0);
}

TEST(changed_to_another_budget)
{
	ns_t start;

	give_budget(a);
	sim_run(5 * MS);
	CHECK_EQ(sched_set_budget(a, 1000, 2000), 0);
	sim_exit();
	start = sim_now();
	sim_run(100 * MS);
	CHECK(sim_ran(a, start, sim_now()) > 49 * MS && sim_ran(a, start, sim_now()) <= 50 * MS + US);
}

TEST(the_one_that_waits_gets_a_budget)
{
	sched_start(c);
	give_budget(b);
	CHECK(sim_runs() == a);
	sim_run(MS);
	give_budget(b);
	sim_block(a);
	CHECK(sim_runs() == b);
	sim_run(PERIOD);
	CHECK_NEAR(sim_ran(b, 0, sim_now()), BUDGET);
	sched_sleep(b, VCPU_OFFLINE);
	sim_run(PERIOD);
	CHECK_NEAR(sim_ran(b, 0, sim_now()), BUDGET);
}

TEST(the_one_that_sleeps_gets_a_budget)
{
	sim_block(a);
	give_budget(a);
	CHECK(sim_runs() == b);
	CHECK(!a->queued);
	sim_wake(a);
	sim_run(PERIOD / 2);
	CHECK_NEAR(sim_ran(a, 0, sim_now()), BUDGET);
}

/* Time in the queue after it has been woken counts as blocked, as without a budget; then it is stolen. */
TEST(exhausted_when_it_is_woken)
{
	give_budget(a);
	a->budget.limit_ns -= BUDGET;
	sim_block(a);
	sim_run(MS);
	sim_wake(a);
	CHECK(a->budget.is_exhausted);
	CHECK_NEAR(a->runstate_ns[RUNSTATE_blocked], MS);
	sim_run(PERIOD);
	CHECK_NEAR(a->runstate_ns[RUNSTATE_blocked], MS);
	CHECK(a->runstate_ns[RUNSTATE_runnable] >= PERIOD - BUDGET);
}

TEST(the_one_that_runs_gets_a_budget)
{
	sim_run(50 * MS);
	give_budget(a);
	CHECK(!a->queued);
	sim_run(3 * MS);
	CHECK(sim_runs() == b);
	CHECK_NEAR(sim_ran(b, 0, sim_now()), MS);
}

TEST(a_priority_is_changed_while_exhausted)
{
	give_budget(a);
	sim_run(5 * MS);
	sched_set_priority(a, 1);
	sim_exit();
	sim_run(20 * MS);
	CHECK(sim_runs() == b);
	sched_set_priority(a, 6);
	sim_exit();
	CHECK(sim_runs() == a);		/* it has not run since its budget came back */
}

TEST(it_ends_while_exhausted)
{
	give_budget(a);
	sim_run(5 * MS);
	CHECK(a->budget.is_exhausted);
	sched_sleep(a, VCPU_OFFLINE);
	sim_run(50 * MS);
	CHECK_EQ(sim_ran(a, sim_now() - 50 * MS, sim_now()), 0);
	CHECK_EQ(a->state, VCPU_OFFLINE);
	CHECK(!a->queued);
}

TEST(it_is_restarted_with_a_full_budget)
{
	give_budget(a);
	sim_run(3 * MS);
	CHECK(a->budget.is_exhausted);
	sched_sleep(a, VCPU_OFFLINE);
	sched_start(a);
	sim_exit();
	CHECK(sim_runs() == a);
	sim_run(BUDGET - 10 * US);
	CHECK(sim_runs() == a);
	sim_run(5 * MS);
	CHECK(sim_runs() == b);
	sim_run(2 * MS);		/* the first life's renewal was to come in here */
	CHECK_NEAR(sim_ran(a, 0, sim_now()), 2 * BUDGET);
}

TEST(two_of_one_priority)
{
	sched_set_priority(c, 5);
	sched_start(c);
	give_budget(a);
	give_budget(c);
	sim_run(1000 * MS);
	CHECK(sim_ran(a, 0, sim_now()) > 199 * MS && sim_ran(a, 0, sim_now()) <= 201 * MS);
	CHECK(sim_ran(c, 0, sim_now()) > 199 * MS && sim_ran(c, 0, sim_now()) <= 201 * MS);
	CHECK(sim_ran(b, 0, sim_now()) >= 598 * MS);
}

TEST(nobody_else_wants_the_cpu)
{
	give_budget(a);
	sched_sleep(b, VCPU_OFFLINE);
	sim_run(1000 * MS);
	CHECK(sim_ran(a, 0, sim_now()) <= 200 * MS + US);	/* no more than beside others */
	CHECK(sim_ran(a, 0, sim_now()) > 199 * MS);
}

/* The timer that wakes it fires while the CPU waits in its context (idle_in). */
static void wake_b(void *unused)
{
	sched_wake(b);
}

TEST(waiting_in_its_own_context_costs_nothing)
{
	struct timer alarm;

	sched_sleep(a, VCPU_OFFLINE);
	sim_run(0);
	CHECK(sim_runs() == b);
	give_budget(b);
	timer_init(&alarm, wake_b, NULL, NULL);
	for (unsigned int i = 0; i < 10; i++) {
		timer_set(&alarm, sim_now() + 30 * MS);
		sim_block(b);			/* returns when it has been woken */
		CHECK(sim_runs() == b);
		sim_run(MS);
		CHECK(sim_runs() == b);
	}
	CHECK_EQ(b->budget.nr_exhausted, 0);
}

TEST(what_has_been_used)
{
	give_budget(a);
	CHECK_EQ(sched_budget_used_us(b), 0);
	sim_run(MS);
	sim_block(a);
	CHECK_NEAR(sched_budget_used_us(a) * US, MS);
	sim_run(PERIOD);
	CHECK_EQ(sched_budget_used_us(a), 0);
	sim_wake(a);
	sim_run(5 * MS);
	CHECK_NEAR(sched_budget_used_us(a) * US, BUDGET);
}

TEST(run_states_add_up_and_waiting_for_the_budget_is_stolen_time)
{
	const ns_t start = a->state_since_ns;
	ns_t sum = 0;

	give_budget(a);
	sim_run(995 * MS);
	CHECK(a->budget.is_exhausted);
	for (unsigned int i = 0; i < ARRAY_SIZE(a->runstate_ns); i++)
		sum += a->runstate_ns[i];
	CHECK_EQ(sum, a->state_since_ns - start);
	CHECK_EQ(a->runstate_ns[RUNSTATE_blocked], 0);
	CHECK(a->runstate_ns[RUNSTATE_runnable] > 780 * MS);
}
