/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched-yield - two busy domains of one priority share the CPU
 *
 * Both spin; each must be seen by the other to make progress without giving up the CPU (time
 * slices), and with SCHEDOP_yield they alternate strictly.
 */
#include <exentest.h>

#define TURNS	1000

static void spin_until_other_moves(volatile uint32_t *mine, const volatile uint32_t *other)
{
	const uint64_t deadline_ns = time_ns() + EXENTEST_TIMEOUT_NS;
	const uint32_t before = *other;

	while (*other - before < 20 && time_ns() < deadline_ns)
		(*mine)++;
	CHECK(*other - before >= 20);
}

/* Word 2: whose turn it is.  A yield must let the other one run. */
static void take_turns(uint32_t me)
{
	volatile uint32_t *turn = &mailbox()->word[2];
	uint32_t yields = 0;

	for (uint32_t i = 0; i < TURNS; i++) {
		while (*turn != me) {
			sched_yield();
			yields++;
		}
		*turn = !me;
	}
	mailbox()->word[3 + me] = yields;
}

static void run(uint32_t me)
{
	volatile uint32_t *word = mailbox()->word;

	peer_signal(1);
	peer_await(1);
	spin_until_other_moves(&word[me], &word[!me]);
	word[me] += 100;			/* the other one may still look */
	peer_signal(2);
	peer_await(2);
	take_turns(me);
	peer_signal(3);
	peer_await(3);
}

static void dom0(void)
{
	volatile uint32_t *word = mailbox()->word;

	run(0);
	exentest_note("yields: %u and %u for %u turns each", word[3], word[4], TURNS);
	CHECK(word[3] < 4 * TURNS && word[4] < 4 * TURNS);
}

static void domu(void)
{
	run(1);
}

EXENTEST2(dom0, domu);
