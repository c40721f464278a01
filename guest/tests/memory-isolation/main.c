/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory-isolation - each domain's memory stays as it left it while the other one runs
 *
 * Both live at the same virtual addresses.  Each fills 1 MiB with its own numbers and checks and
 * changes it over 200 switches, at least, at points that the time slice and yields choose.
 */
#include <exentest.h>

#define WORDS		(1024 * 1024 / 4)
#define SWITCHES	200

static uint32_t memory[WORDS];

static uint32_t pattern(uint32_t me, uint32_t round, uint32_t i)
{
	return (me ? 0x5a000000 : 0xa5000000) + round * 0x10001 + i;
}

/* The mailbox says who ran last; returns whether that was the other one. */
static bool was_switched(uint32_t me)
{
	volatile uint32_t *last = &mailbox()->word[0];
	const bool switched = *last != me + 1;

	*last = me + 1;
	return switched;
}

static void run(uint32_t me)
{
	uint32_t switches = 0, round = 0;

	for (uint32_t i = 0; i < WORDS; i++)
		memory[i] = pattern(me, 0, i);
	peer_signal(1);
	peer_await(1);
	while (switches < SWITCHES && mailbox()->step[!me] < 2) {
		for (uint32_t i = 0; i < WORDS; i++) {
			if (memory[i] != pattern(me, round, i))
				exentest_failure("domain %u round %u: word %x is %x", me, round, i,
						 memory[i]);
			memory[i] = pattern(me, round + 1, i);
			switches += was_switched(me);
		}
		round++;
		sched_yield();
	}
	exentest_note("domain %u: %u rounds, %u switches", me, round, switches);
	peer_signal(2);
	peer_await(2);
	CHECK(switches > SWITCHES / 2);
}

static void dom0(void)
{
	run(0);
}

static void domu(void)
{
	run(1);
}

EXENTEST2(dom0, domu);
