/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched-watchdog - a domain that stops setting its watchdog anew is ended and restarted, whatever it does
 *
 * Domain 1 is the more urgent one, without a budget, and has exen,on-crash = "restart".  In its first life
 * it sets a watchdog and spins with I masked, so that nobody else runs; where the hypervisor's interrupts
 * are IRQs, not FIQs, with I clear.  In its second life it sets the watchdog anew in time, then stops it,
 * and lives on.
 */
#include <exentest.h>

#define TIMEOUT_S	2
#define ANEW_NS		(3ull * NS_PER_S)	/* for how long it is set anew */

static int32_t watchdog(uint32_t id, uint32_t timeout_s)
{
	struct sched_watchdog op = { .id = id, .timeout = timeout_s };

	return sched_op(SCHEDOP_watchdog, &op);
}

static void wait_ns(uint64_t ns)
{
	const uint64_t end_ns = time_ns() + ns;

	while (time_ns() < end_ns)
		sched_poll(NULL, 0, time_ns() + 100 * NS_PER_MS);
}

static void dom0(void)
{
	volatile uint32_t *lives = &mailbox()->word[0];

	wait_event(*lives == 2 || mailbox()->ended, EXENTEST_TIMEOUT_NS);
	peer_check();
	CHECK_EQ(*lives, 2);
	peer_await(2);
}

static void domu(void)
{
	volatile uint32_t *lives = &mailbox()->word[0];
	uint64_t end_ns;

	CHECK_EQ(watchdog(1, TIMEOUT_S), -XEN_EINVAL);	/* the last life's has gone */
	CHECK_EQ(watchdog(0, TIMEOUT_S), 1);
	if (++*lives == 1) {
		if (exen_ops()->features & EXEN_FEATURE_FIQ)
			irq_save();
		for (;;)
			;
	}
	evtchn_send(peer_port());
	for (end_ns = time_ns() + ANEW_NS; time_ns() < end_ns; wait_ns(100 * NS_PER_MS))
		CHECK_EQ(watchdog(1, TIMEOUT_S), 0);
	CHECK_EQ(watchdog(1, 0), 0);
	wait_ns((TIMEOUT_S + 1) * (uint64_t)NS_PER_S);
	peer_signal(2);
	for (;;)
		sched_block();
}

EXENTEST2(dom0, domu);
