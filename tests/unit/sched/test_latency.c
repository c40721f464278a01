/* SPDX-License-Identifier: Apache-2.0 */
/* CONFIG_LATENCY: what is counted, and the worst. */
#include <exen/latency.h>

#include "sim.h"

static struct exen_latency_times stats(const struct vcpu *v, enum latency_kind kind)
{
	struct exen_latency l;

	latency_get(&l, v->domain);
	return l.times[kind];
}

static struct exen_latency_path longest(void)
{
	struct exen_latency l;

	latency_get(&l, a->domain);
	return l.longest;
}

static uint32_t count(const struct exen_latency_times *s)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < EXEN_LATENCY_BUCKETS; i++)
		sum += s->bucket[i];
	return sum;
}

static void reset(void)
{
	latency_reset();
	CHECK_EQ(stats(a, LATENCY_WAKE).worst_ns, 0);
}

TEST(a_wake_up_that_waits)
{
	struct exen_latency_times s;

	sched_set_priority(b, 6);
	sim_exit();
	CHECK(sim_runs() == b);
	reset();
	sched_sleep(a, VCPU_BLOCKED);
	sim_wake(a);
	sim_run(300 * US);		/* b runs */
	sim_block(b);
	CHECK(sim_runs() == a);
	s = stats(a, LATENCY_WAKE);
	CHECK_EQ(count(&s), 1);
	CHECK_EQ(s.bucket[19], 1);	/* 2^18 = 262,144 ns */
	CHECK_NEAR(s.worst_ns, 300 * US);
	CHECK_EQ(s.worst_domid, 1);
	CHECK_EQ(s.worst_at_ns, sim_now());
}

TEST(a_wake_up_at_once)
{
	struct exen_latency_times s;

	sim_block(a);
	reset();
	sim_wake(a);
	s = stats(a, LATENCY_WAKE);
	CHECK_EQ(s.bucket[0], 1);
	CHECK_EQ(count(&s), 1);
	CHECK_EQ(s.worst_ns, 0);
}

TEST(waiting_for_the_budget_counts)
{
	sched_set_budget(a, 2000, 10000);
	sim_exit();
	a->budget.limit_ns = a->runstate_ns[RUNSTATE_running];	/* used up */
	sim_block(a);
	reset();
	sim_wake(a);
	sim_run(20 * MS);
	CHECK_NEAR(stats(a, LATENCY_WAKE).worst_ns, 10 * MS);
}

TEST(the_worst_interrupt)
{
	static const struct {
		uint32_t pc, ns, irq;
	} cases[] = { { 0x1000, 500, 31 }, { 0x2000, 70000, 34 }, { 0x3000, 600, 31 } };
	struct exen_latency_times s;

	reset();
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		latency_interrupted(cases[i].pc, 0x193);
		latency_begin(b, LATENCY_HANDLER, 0);
		latency_begin(b, LATENCY_HANDLER, sim_now() + 1000);	/* the first one counts */
		latency_interrupted(0, 0);
		sim_run(cases[i].ns);
		latency_end(b, LATENCY_HANDLER, cases[i].irq);
		latency_end(b, LATENCY_HANDLER, 1);	/* nothing waits any more */
	}
	s = stats(b, LATENCY_HANDLER);
	CHECK_EQ(count(&s), 3);
	CHECK_EQ(s.bucket[9], 1);
	CHECK_EQ(s.bucket[10], 1);
	CHECK_EQ(s.bucket[17], 1);
	CHECK_EQ(s.worst_ns, 70000);
	CHECK_EQ(s.worst_irq, 34);
	CHECK_EQ(s.worst_pc, 0x2000);
	CHECK_EQ(s.worst_psr, 0x193);
	CHECK_EQ(s.worst_domid, 0);
	CHECK_EQ(stats(a, LATENCY_HANDLER).worst_ns, 0);
}

TEST(from_a_deadline_and_longer_than_all_buckets)
{
	struct exen_latency_times s;

	latency_begin(a, LATENCY_HANDLER, sim_now() - 40 * US);
	latency_end(a, LATENCY_HANDLER, 31);
	CHECK_NEAR(stats(a, LATENCY_HANDLER).worst_ns, 40 * US);
	latency_begin(a, LATENCY_HANDLER, 1);
	sim_run(NS_PER_S * 9ull);
	latency_end(a, LATENCY_HANDLER, 31);
	s = stats(a, LATENCY_HANDLER);
	CHECK_EQ(s.worst_ns, INT32_MAX);
	CHECK_EQ(s.bucket[EXEN_LATENCY_BUCKETS - 1], 1);
}

TEST(who_starts_waits_for_nothing)
{
	latency_begin(a, LATENCY_HANDLER, 0);
	latency_start(a);
	sim_run(MS);
	latency_end(a, LATENCY_HANDLER, 31);
	CHECK_EQ(stats(a, LATENCY_HANDLER).worst_ns, 0);
}

TEST(others_than_domains_are_not_counted)
{
	sim_block(a);
	sched_sleep(b, VCPU_OFFLINE);
	latency_begin(sim_runs(), LATENCY_HANDLER, 0);
	latency_end(sim_runs(), LATENCY_HANDLER, 0);
}

TEST(the_longest_time_without_interrupts)
{
	struct exen_latency_path p;

	reset();
	CHECK_EQ(longest().kind, EXEN_PATH_NONE);
	latency_path(EXEN_PATH_HYPERCALL, 20, 5);
	sim_run(700);
	latency_path(EXEN_PATH_THREAD, 0, 0x1234);	/* within: the first one counts */
	sim_run(300);
	latency_path_point();				/* polled: the rest is another */
	sim_run(400);
	latency_path_end();
	latency_path(EXEN_PATH_INTERRUPT, 0, 0x8000);
	sim_run(900);
	latency_path_end();
	sim_run(5000);
	latency_path_end();				/* nothing goes on */
	latency_path_point();
	p = longest();
	CHECK_EQ(p.ns, 1000);
	CHECK_EQ(p.kind, EXEN_PATH_HYPERCALL);
	CHECK_EQ(p.number, 20);
	CHECK_EQ(p.arg, 5);
	CHECK_EQ(p.at_ns, sim_now() - 400 - 900 - 5000);
	latency_path(EXEN_PATH_THREAD, 0, 0x1234);
	sim_run(2000);
	latency_path_end();
	CHECK_EQ(longest().kind, EXEN_PATH_THREAD);
	CHECK_EQ(longest().arg, 0x1234);
}

TEST(the_name_goes_with_it)
{
	struct exen_latency l;

	latency_get(&l, b->domain);
	CHECK(!strcmp(l.name, b->domain->name));
}
