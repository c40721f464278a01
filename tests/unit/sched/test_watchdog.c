/* SPDX-License-Identifier: Apache-2.0 */
/* The board's watchdog: which limits it takes, that it is kicked in time, and what is said after a reset. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <exen/arch.h>
#include <exen/board.h>
#include <exen/printk.h>
#include <exen/timer.h>
#include <exen/watchdog.h>

#include "sim.h"

static char said[200];
static bool has_fired;
static struct {
	unsigned int nr_starts, nr_kicks;
	ns_t last, longest;		/* last kick; longest time between two */
} dog;

void printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
}

void arch_flush_dcache_area(const void *start, uint32_t len_bytes)
{
}

static void dog_kick(volatile void *base)
{
	const ns_t since = sim_now() - dog.last;

	dog.nr_kicks++;
	dog.longest = since > dog.longest ? since : dog.longest;
	dog.last = sim_now();
}

static void dog_start(volatile void *base, uint32_t limit_s)
{
	dog.nr_starts++;
	dog.last = sim_now();
}

static bool dog_has_fired(volatile void *base)
{
	return has_fired;
}

static const struct watchdog_ops ops = { .name = "dog", .max_s = 128, .start = dog_start, .kick = dog_kick,
					 .has_fired = dog_has_fired };

/* On another board, which has one. */
static void with_a_dog(void)
{
	static struct board board_with_a_dog;

	board_with_a_dog = *board;
	board_with_a_dog.watchdog.ops = &ops;
	board = &board_with_a_dog;
}

/* What is said by the hypervisor that starts next. */
static const char *next_start(void)
{
	said[0] = '\0';
	watchdog_init(NULL);
	return said;
}

static void refused(uint32_t limit_s, const char *message)
{
	watchdog_start(limit_s);
	CHECK(!strcmp(said, message));
	CHECK_EQ(dog.nr_starts, 0);
	sim_run(1000 * MS);
	CHECK_EQ(dog.nr_kicks, 0);
	if (board->watchdog.ops)
		CHECK(!*next_start());
}

TEST(watchdog_of_a_board_without_one)
{
	refused(10, "watchdog: not started: no driver for one on this board\n");
}

TEST(watchdog_of_0_s)
{
	with_a_dog();
	refused(0, "watchdog: not started: exen,watchdog is 0, and this one (dog) takes 1 to 128 seconds\n");
}

TEST(watchdog_of_more_than_it_can)
{
	with_a_dog();
	refused(129, "watchdog: not started: exen,watchdog is 129, and this one (dog) takes 1 to 128 seconds\n");
}

TEST(watchdog_of_an_absurd_time)
{
	with_a_dog();
	refused(UINT32_MAX, "watchdog: not started: exen,watchdog is 4294967295, and this one (dog) takes 1 to "
			    "128 seconds\n");
}

/* A domain that never yields has the CPU meanwhile. */
static void is_kicked_within_a_third(uint32_t limit_s)
{
	with_a_dog();
	watchdog_start(limit_s);
	sim_run(3 * limit_s * 1000 * MS);
	CHECK_EQ(dog.nr_starts, 1);
	CHECK(dog.nr_kicks >= 9);
	CHECK(dog.nr_kicks <= 13);
	CHECK(dog.longest * 3 <= limit_s * 1000 * MS + 3 * US);
	watchdog_show();
	CHECK(strstr(said, "s, kicked "));
}

TEST(watchdog_of_1_s_is_kicked)
{
	is_kicked_within_a_third(1);
}

TEST(watchdog_of_128_s_is_kicked)
{
	is_kicked_within_a_third(128);
}

static void wake_b(void *unused)
{
	sched_wake(b);
}

/* Nobody runs until b is woken. */
TEST(watchdog_is_kicked_when_idle)
{
	struct timer timer;

	with_a_dog();
	watchdog_start(1);
	timer_init(&timer, wake_b, NULL, &b->priority);
	timer_set(&timer, sim_now() + 3000 * MS);
	sim_block(a);
	sim_block(b);
	CHECK(dog.nr_kicks >= 9);
}

static struct timer busy;

static void busy_again(void *unused)
{
	timer_set(&busy, sim_now() + 4 * US);
}

/* The kick that gives way is put off for ever; the other one comes. */
TEST(watchdog_is_kicked_beside_a_domain_with_endless_timers)
{
	with_a_dog();
	watchdog_start(1);
	timer_init(&busy, busy_again, NULL, &a->priority);
	timer_set(&busy, sim_now() + 4 * US);
	sim_run(1000 * MS);
	CHECK(dog.nr_kicks >= 3);
	CHECK(dog.longest * 3 <= 1000 * MS + 30 * US);
}

static ns_t urgent_at;

static void urgent(void *unused)
{
	urgent_at = sim_now();
}

/* Its kick would come 5 us before. */
TEST(watchdog_makes_no_urgent_timer_late)
{
	struct timer timer;

	with_a_dog();
	watchdog_start(1);
	timer_init(&timer, urgent, NULL, &a->priority);
	timer_set(&timer, sim_now() + 250 * MS + 5 * US);
	sim_run(250 * MS + 7 * US);
	CHECK(urgent_at);
	CHECK_EQ(dog.nr_kicks, 1);	/* the first, when it was started */
	sim_run(100 * US);
	CHECK_EQ(dog.nr_kicks, 2);
}

TEST(watchdog_says_that_it_has_fired)
{
	with_a_dog();
	has_fired = true;
	CHECK(!strcmp(next_start(), "last reset: by the watchdog\n"));
	has_fired = false;
	CHECK(!*next_start());
}

TEST(watchdog_that_does_not_say_it)
{
	with_a_dog();
	CHECK(!*next_start());
	watchdog_start(10);
	CHECK(!strcmp(next_start(), "last reset: by the watchdog, or from outside: the hypervisor had not asked "
				    "for it\n"));
	CHECK(!*next_start());
}

TEST(watchdog_and_a_reset_on_purpose)
{
	with_a_dog();
	watchdog_start(10);
	watchdog_expect_reset();
	CHECK(!*next_start());
}

TEST(watchdog_after_the_end)
{
	unsigned int before;

	with_a_dog();
	watchdog_start(1);
	watchdog_kick();
	CHECK_EQ(dog.nr_kicks, 2);
	before = dog.nr_kicks;
	watchdog_abandon();
	watchdog_kick();
	sim_run(1000 * MS);
	CHECK_EQ(dog.nr_kicks, before);
}
