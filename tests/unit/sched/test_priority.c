/* SPDX-License-Identifier: Apache-2.0 */
/* Priorities and slices, without budgets. */
#include <exen/timer.h>

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

/* No timer has to say so: b's slice began when c was its equal first. */
TEST(who_has_had_its_slice_gives_way_to_a_new_equal_at_once)
{
	unsigned int before;

	sched_start(c);
	sim_block(a);
	while (sim_runs() != c)
		sim_run(MS);
	while (sim_runs() != b)
		sim_run(MS);
	sim_wake(a);
	sched_set_priority(c, b->priority - 1);
	sim_block(a);
	sim_run(20 * MS);
	sim_wake(a);
	sim_run(MS);
	sim_block(a);
	CHECK(sim_runs() == b);
	before = sim_nr_interrupts();
	sched_set_priority(c, b->priority);
	sim_exit();
	CHECK(sim_runs() == c);
	CHECK_EQ(sim_nr_interrupts(), before);
	sim_run(100 * MS);
	CHECK(sim_ran(b, sim_now() - 100 * MS, sim_now()) >= 49 * MS);
}

static void wake_a(void *unused)
{
	sched_wake(a);
}

static void wake_b(void *unused)
{
	sched_wake(b);
}

TEST(no_slice_ends_while_an_urgent_one_runs)
{
	struct timer timer;
	unsigned int before;

	sched_start(c);
	sim_block(a);
	timer_init(&timer, wake_a, NULL, NULL);
	timer_set(&timer, sim_now() + 9 * MS);
	sim_run(9 * MS + US);
	CHECK(sim_runs() == a);
	before = sim_nr_interrupts();
	sim_run(5 * MS);
	CHECK_EQ(sim_nr_interrupts(), before);
	sim_block(a);
	sim_run(100 * MS);
	CHECK(sim_ran(b, 0, sim_now()) >= 49 * MS);
	CHECK(sim_ran(c, 0, sim_now()) >= 49 * MS);
}

/* The slice of one ends; a wakes before the switch to the other, and does not wait for it. */
TEST(who_wakes_during_a_choice_goes_first)
{
	struct timer timer;
	unsigned int before;

	sched_start(c);
	sim_block(a);
	sim_run(100 * US);
	CHECK(sim_runs() == b);
	timer_init(&timer, wake_a, NULL, NULL);
	timer_set(&timer, sim_now() + 9900 * US + 50);
	before = sim_nr_switches();
	sim_run(9900 * US - 1);
	CHECK_EQ(sim_nr_switches(), before);
	sim_reading_takes(100);
	sim_run(US);
	CHECK(sim_runs() == a);
	CHECK_EQ(sim_nr_switches(), before + 1);
	sim_reading_takes(0);
	sim_block(a);
	sim_run(100 * MS);
	CHECK(sim_ran(c, 0, sim_now()) >= 49 * MS);
}

/* c runs; a sleeps until the urgent timer, b, which is less urgent, until the other one. */
static void sleep_until(struct timer *urgent, struct timer *other)
{
	sched_start(c);
	sim_block(a);
	sim_block(b);
	timer_init(urgent, wake_a, NULL, &a->priority);
	timer_init(other, wake_b, NULL, &b->priority);
}

/* What is due for b when a has just woken comes 20 microseconds later, and no later. */
TEST(a_timer_gives_way_to_who_is_more_urgent)
{
	struct timer urgent, other;
	unsigned int before;

	sleep_until(&urgent, &other);
	timer_set(&urgent, sim_now() + 100 * US);
	timer_set(&other, sim_now() + 100 * US + 300);
	before = sim_nr_interrupts();
	sim_run(100 * US + 500);
	CHECK(sim_runs() == a);
	CHECK_EQ(sim_nr_interrupts(), before + 1);
	CHECK(b->state == VCPU_BLOCKED);
	sim_run(19 * US);
	CHECK(b->state == VCPU_BLOCKED);
	sim_run(US);
	CHECK_EQ(sim_nr_interrupts(), before + 2);
	CHECK(b->state == VCPU_RUNNABLE);
	CHECK(sim_runs() == a);
}

/* What is due for b just before a's comes 30 microseconds later. */
TEST(a_timer_gives_way_to_who_will_be_woken)
{
	struct timer urgent, other;
	unsigned int before;

	sleep_until(&urgent, &other);
	timer_set(&other, sim_now() + 100 * US);
	timer_set(&urgent, sim_now() + 100 * US + 9000);
	before = sim_nr_interrupts();
	sim_run(100 * US + 8900);
	CHECK_EQ(sim_nr_interrupts(), before);
	CHECK(b->state == VCPU_BLOCKED);
	CHECK(sim_runs() == c);
	sim_run(200);
	CHECK(sim_runs() == a);
	CHECK(b->state == VCPU_BLOCKED);
	sim_block(a);
	sim_run(20 * US);
	CHECK(b->state == VCPU_BLOCKED);
	sim_run(US);
	CHECK(b->state == VCPU_RUNNABLE);
}

/* Whichever is set first, and with others between them. */
TEST(all_timers_just_before_a_more_urgent_one_give_way)
{
	struct timer urgent, other, equal;
	unsigned int before;

	sleep_until(&urgent, &other);
	timer_init(&equal, wake_b, NULL, &b->priority);
	timer_set(&urgent, sim_now() + 100 * US + 9000);
	timer_set(&equal, sim_now() + 100 * US + 1000);
	timer_set(&other, sim_now() + 100 * US);
	before = sim_nr_interrupts();
	sim_run(100 * US + 8900);
	CHECK_EQ(sim_nr_interrupts(), before);
	sim_run(200);
	CHECK_EQ(sim_nr_interrupts(), before + 1);
	CHECK(sim_runs() == a);
	CHECK(b->state == VCPU_BLOCKED);
	sim_block(a);
	sim_run(22 * US);
	CHECK(b->state == VCPU_RUNNABLE);
}

/* However often a more urgent one is woken. */
TEST(a_timer_gives_way_eight_times)
{
	const ns_t start = sim_now();
	struct timer urgent, other;

	sleep_until(&urgent, &other);
	timer_set(&other, start + 100 * US);
	for (ns_t due = start + 100 * US; due <= start + 310 * US; due += 30 * US) {
		timer_set(&urgent, due + 5 * US);
		sim_run(due + 6 * US - sim_now());
		CHECK(sim_runs() == a);
		CHECK(b->state == VCPU_BLOCKED);
		sim_block(a);
	}
	timer_set(&urgent, start + 345 * US);		/* the other is due at 340 us */
	sim_run(start + 341 * US - sim_now());
	CHECK(b->state == VCPU_RUNNABLE);
	sim_run(5 * US);
	CHECK(sim_runs() == a);
}

/* Least of all is a timer late that comes before the one that has given way. */
TEST(a_timer_that_gives_way_holds_up_no_other)
{
	struct timer urgent, other;

	sleep_until(&urgent, &other);
	timer_set(&urgent, sim_now() + 100 * US);
	timer_set(&other, sim_now() + 101 * US);
	sim_run(100 * US + 100);
	CHECK(sim_runs() == a);
	timer_set(&urgent, sim_now() + 5 * US);
	sim_block(a);
	sim_run(5 * US + 100);
	CHECK(sim_runs() == a);
}

/* Neither to one that isn't due soon, nor to one of the same priority or a lower one. */
TEST(a_timer_gives_way_to_nobody_else)
{
	struct timer urgent, other;

	sleep_until(&urgent, &other);
	timer_set(&other, sim_now() + 100 * US);
	timer_set(&urgent, sim_now() + 121 * US);
	sim_run(100 * US + 100);
	CHECK(sim_runs() == b);
	sim_run(21 * US);
	CHECK(sim_runs() == a);
	sim_block(a);
	timer_set(&urgent, sim_now() + 100 * US);
	timer_set(&other, sim_now() + 101 * US);
	sim_run(100 * US + 100);
	CHECK(sim_runs() == a);
}
