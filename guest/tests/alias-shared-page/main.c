/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alias-shared-page - a page of the hypervisor at a second address is found by a debug hypervisor
 *
 * Domain 1 maps its grant table's first frame, cached, at an address of its own besides the one in the
 * window: an alias in a virtually tagged data cache.  A hypervisor with CONFIG_DEBUG_ALIASES crashes
 * it within 100 switches.  SKIP: one without, or a processor whose data cache has no aliases.
 */
#include <exentest.h>

#define SWITCHES	100
#define COLOUR(address)	((address) >> 12 & 3)	/* what ARMv6's caches tell addresses apart by */

static void dom0(void)
{
	peer_await(1);
	while (!peer_is_gone()) {
		if (mailbox()->word[0] == SWITCHES)
			exentest_skip("not checked by this hypervisor, or no alias for this processor");
		sched_yield();
	}
	CHECK(mailbox()->word[0] < SWITCHES);
}

static void domu(void)
{
	const uint32_t frames_pa = (uint32_t)exen_op(EXEN_OP_get_info, EXEN_INFO_grant_frames, 0);

	const uint32_t index = COLOUR(EXEN_WINDOW_BASE + (frames_pa - exen_ops()->window_pa)) ^ 1;

	REQUIRE(frames_pa);
	peer_signal(1);
	foreign_map(index, frames_pa, false);
	for (uint32_t i = 1; i <= SWITCHES; i++) {
		sched_yield();
		mailbox()->word[0] = i;
	}
	foreign_unmap(index);
	peer_await(1);
}

EXENTEST2(dom0, domu);
