/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jump-to-nowhere - a domU that runs wild ends with a message; dom0 hears of it and goes on
 *
 * Domain 1 branches to an unmapped address and, having no better idea, shuts down as crashed.  The
 * console shows where it was; dom0's end of the channel becomes unbound and its clock goes on.
 */
#include <exentest.h>

static void dom0(void)
{
	peer_await(1);
	CHECK(poll_until(peer_is_gone(), EXENTEST_TIMEOUT_NS));
	for (uint32_t i = 0; i < 20; i++)
		sleep_ns(NS_PER_MS);
	CHECK_EQ(mailbox()->word[0], 1);
}

static void domu(void)
{
	mailbox()->word[0]++;
	peer_signal(1);
	((void (*)(void))0x00badbac)();
}

EXENTEST2(dom0, domu);
