/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grant-revoke - who has ended a grant keeps others out, and a domain's end gives its grants back
 *
 * After gnttab_end_access() a new mapping fails; while domain 1 has the frame mapped the access
 * can't be ended; once domain 1 has shut down without unmapping it can.
 */
#include <exentest.h>

#define REF	16

static uint32_t page[GUEST_PAGE_SIZE / 4] __attribute__((aligned(4096)));

static void dom0(void)
{
	gnttab_grant(REF, peer_domid(), page, false);
	peer_signal(1);
	peer_await(1);				/* mapped, unmapped */
	CHECK(gnttab_end_access(REF));
	peer_signal(2);
	peer_await(2);				/* could not map it */
	gnttab_grant(REF, peer_domid(), page, false);
	peer_signal(3);
	peer_await(3);				/* mapped, will end */
	CHECK(!gnttab_end_access(REF));
	peer_signal(4);
	CHECK(poll_until(peer_is_gone(), EXENTEST_TIMEOUT_NS));
	CHECK(poll_until(gnttab_end_access(REF), NS_PER_S));
	CHECK(poll_until(gnttab_end_access(EXENTEST_MAILBOX_REF), NS_PER_S));
}

static void domu(void)
{
	struct gnttab_mapping m;

	peer_await(1);
	CHECK_EQ(gnttab_map(&m, 0, 0, REF, false), GNTST_okay);
	CHECK_EQ(gnttab_unmap(&m), GNTST_okay);
	CHECK(gnttab_unmap(&m) < 0);		/* the handle is gone */
	peer_signal(1);
	peer_await(2);
	CHECK(gnttab_map(&m, 0, 0, REF, false) < 0);
	peer_signal(2);
	peer_await(3);
	CHECK_EQ(gnttab_map(&m, 0, 0, REF, false), GNTST_okay);
	peer_signal(3);
	peer_await(4);
}

EXENTEST2(dom0, domu);
