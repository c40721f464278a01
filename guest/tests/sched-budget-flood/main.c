/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched-budget-flood - events, however many, get a domain no more than its budget
 *
 * Domain 1 has a higher priority and a budget of 2 ms in 10 ms.  It sends dom0 events without end; dom0
 * runs for at least 78 % of 100 ms.  Then domain 1 sleeps, and dom0 sends events without end, each
 * of which wakes it, while it computes: again dom0 has its 78 %.
 */
#include <exentest.h>

#define LENGTH_NS	(100 * NS_PER_MS)

enum { SENDING = 1, WOKEN };	/* steps */

static struct vcpu_runstate_info runstate(void)
{
	struct vcpu_runstate_info info;

	CHECK_EQ(vcpu_op(VCPUOP_get_runstate_info, 0, &info), 0);
	return info;
}

/* Calls fn without end.  @return how much of the time it ran, in 1/1000 */
static uint32_t ran(void (*fn)(void))
{
	const uint64_t begin_ns = time_ns();
	const struct vcpu_runstate_info before = runstate();
	struct vcpu_runstate_info after;

	while (time_ns() < begin_ns + LENGTH_NS)
		fn();
	after = runstate();
	return (uint32_t)(after.time[RUNSTATE_running] - before.time[RUNSTATE_running]) /
	       (uint32_t)((time_ns() - begin_ns) / 1000);
}

static void check_share(const char *what, void (*fn)(void))
{
	const uint32_t permille = ran(fn);

	exentest_note("%s: dom0 runs for %u of 1000", what, permille);
	CHECK(permille >= 780);	/* 2 ms more than 20 % of the time is its right */
}

/* Reading the clock ends a block of QEMU's translation: seldom is faster. */
static void compute(void)
{
	for (volatile uint32_t i = 0; i < 1000; i++)
		;
}

static void send(void)
{
	for (uint32_t i = 0; i < 10; i++)
		evtchn_send(peer_port());
}

static void dom0(void)
{
	peer_await(SENDING);
	check_share("flooded", compute);
	mailbox()->word[0] = 1;
	peer_await(WOKEN);
	check_share("flooding", send);
	CHECK(mailbox()->word[1] > 10);
}

static void domu(void)
{
	peer_signal(SENDING);
	while (!mailbox()->word[0])
		evtchn_send(peer_port());
	peer_signal(WOKEN);
	for (;;) {
		mailbox()->word[1]++;
		compute();
		sched_block();
	}
}

EXENTEST2(dom0, domu);
