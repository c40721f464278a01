/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alias-grant - a granted page mapped at two addresses is found by a debug hypervisor
 *
 * Domain 1 maps one of dom0's pages twice, cached: the second mapping may be read-only and is an alias all
 * the same.  A hypervisor with CONFIG_DEBUG_ALIASES crashes it when both have been met, within 200
 * switches.  SKIP: one without, or a processor whose data cache has no aliases.
 */
#include <exentest.h>

#define REF		16
#define SWITCHES	200

static uint8_t page[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));

static void dom0(void)
{
	gnttab_grant(REF, peer_domid(), page, false);
	peer_signal(1);
	peer_await(1);
	while (!peer_is_gone() && mailbox()->word[0] < SWITCHES)
		sched_yield();
	if (mailbox()->word[0] == SWITCHES)
		exentest_skip("not checked by this hypervisor, or no alias for this processor");
}

static void domu(void)
{
	struct gnttab_mapping m[2];

	peer_await(1);
	CHECK_EQ(gnttab_map(&m[0], 1, 0, REF, false), GNTST_okay);
	CHECK_EQ(gnttab_map(&m[1], 2, 0, REF, true), GNTST_okay);
	peer_signal(1);
	for (uint32_t i = 1; i <= SWITCHES; i++) {
		sched_yield();
		mailbox()->word[0] = i;
	}
	CHECK_EQ(gnttab_unmap(&m[1]), GNTST_okay);
	CHECK_EQ(gnttab_unmap(&m[0]), GNTST_okay);
	peer_await(1);
}

EXENTEST2(dom0, domu);
