/* SPDX-License-Identifier: Apache-2.0 */
/* TRANSACTION_START, TRANSACTION_END: isolation, conflicts, and that failure changes nothing. */
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "test.h"

TEST(changes_are_seen_inside_at_once_and_outside_after_commit)
{
	uint32_t tx = do_start(&dom0);

	CHECK_STR(do_write(&dom0, tx, "/t/a", "1"), "OK");
	CHECK_STR(do_read(&dom0, tx, "/t/a"), "1");
	CHECK_STR(do_list(&dom0, tx, "/t"), "a");
	CHECK_STR(do_read(&dom0, 0, "/t/a"), "!ENOENT");
	CHECK_STR(do_end(&dom0, tx, true), "OK");
	CHECK_STR(do_read(&dom0, 0, "/t/a"), "1");
	CHECK_STR(do_read(&dom0, tx, "/t/a"), "!ENOENT");
	CHECK_STR(do_end(&dom0, tx, true), "!ENOENT");
}

TEST(an_abandoned_transaction_leaves_nothing)
{
	uint32_t tx;

	do_write(&dom0, 0, "/t/a", "old");
	tx = do_start(&dom0);
	do_write(&dom0, tx, "/t/a", "new");
	do_write(&dom0, tx, "/t/b/c", "new");
	do_rm(&dom0, tx, "/t/a");
	CHECK_STR(do_end(&dom0, tx, false), "OK");
	CHECK_STR(do_read(&dom0, 0, "/t/a"), "old");
	CHECK_STR(do_list(&dom0, 0, "/t"), "a");
}

TEST(every_operation_works_inside)
{
	uint32_t tx;

	do_write(&dom0, 0, "/t/keep", "k");
	do_write(&dom0, 0, "/t/change", "old");
	do_write(&dom0, 0, "/t/gone/child", "g");
	do_write(&dom0, 0, "/t/perms", "p");
	tx = do_start(&dom0);
	CHECK_STR(do_write(&dom0, tx, "/t/change", "new"), "OK");
	CHECK_STR(do_rm(&dom0, tx, "/t/gone"), "OK");
	CHECK_STR(do_read(&dom0, tx, "/t/gone/child"), "!ENOENT");
	CHECK_STR(do_mkdir(&dom0, tx, "/t/dir/sub"), "OK");
	CHECK_STR(set_perms(&dom0, tx, "/t/perms", "r1"), "OK");
	CHECK_STR(get_perms(&dom0, tx, "/t/perms"), "r1");
	CHECK_STR(do_read(&dom0, tx, "/t/perms"), "p");
	CHECK_STR(get_perms(&dom0, 0, "/t/perms"), "n0");
	CHECK_STR(do_list(&dom0, tx, "/t"), "keep,change,perms,dir");
	CHECK_STR(do_list(&dom0, 0, "/t"), "keep,change,gone,perms");
	CHECK_STR(do_end(&dom0, tx, true), "OK");
	CHECK_STR(do_list(&dom0, 0, "/t"), "keep,change,perms,dir");
	CHECK_STR(do_read(&dom0, 0, "/t/change"), "new");
	CHECK_STR(do_read(&dom0, 0, "/t/perms"), "p");
	CHECK_STR(get_perms(&dom0, 0, "/t/perms"), "r1");
	CHECK_EQ(srv->accounts[1].nodes, 2);
}

TEST(removed_and_made_again_starts_empty)
{
	uint32_t tx;

	do_write(&dom0, 0, "/t/d/old", "1");
	set_perms(&dom0, 0, "/t/d", "r1");
	tx = do_start(&dom0);
	CHECK_STR(do_write(&dom0, tx, "/t/d/inner/x", "gone soon"), "OK");
	CHECK_STR(do_rm(&dom0, tx, "/t/d"), "OK");
	CHECK_STR(do_list(&dom0, tx, "/t/d"), "!ENOENT");
	CHECK_STR(do_write(&dom0, tx, "/t/d/fresh", "2"), "OK");
	CHECK_STR(do_list(&dom0, tx, "/t/d"), "fresh");
	CHECK_STR(do_read(&dom0, tx, "/t/d/old"), "!ENOENT");
	CHECK_STR(do_read(&dom0, tx, "/t/d/inner/x"), "!ENOENT");
	CHECK_STR(get_perms(&dom0, tx, "/t/d"), "n0");
	CHECK_STR(do_list(&dom0, tx, "/t"), "d");
	CHECK_STR(do_end(&dom0, tx, true), "OK");
	CHECK_STR(do_list(&dom0, 0, "/t/d"), "fresh");
	CHECK_STR(do_read(&dom0, 0, "/t/d/old"), "!ENOENT");
	CHECK_STR(get_perms(&dom0, 0, "/t/d"), "n0");
}

TEST(made_and_removed_leaves_nothing)
{
	uint32_t tx = do_start(&dom0);

	do_write(&dom0, tx, "/t/x/y", "1");
	CHECK_STR(do_rm(&dom0, tx, "/t/x"), "OK");
	CHECK_STR(do_rm(&dom0, tx, "/t/x"), "OK");
	CHECK_STR(do_rm(&dom0, tx, "/t/x/y"), "!ENOENT");
	CHECK_STR(do_end(&dom0, tx, true), "OK");
	CHECK_STR(do_list(&dom0, 0, "/t"), "");
}

/* -- conflicts: what a transaction has used and another client changes */

struct conflict {
	const char *used;		/* by the transaction: operation letter and path */
	const char *changed;		/* by the other client */
	const char *outcome;
};

static const char *operate(struct client *c, uint32_t tx, const char *op)
{
	switch (op[0]) {
	case 'r': return do_read(c, tx, op + 1);
	case 'w': return do_write(c, tx, op + 1, tx ? "in" : "out");
	case 'm': return do_mkdir(c, tx, op + 1);
	case 'd': return do_rm(c, tx, op + 1);
	case 'l': return do_list(c, tx, op + 1);
	case 'p': return set_perms(c, tx, op + 1, "r0");
	}
	test_fail(__FILE__, __LINE__, "operation %s", op);
}

static const struct conflict conflicts[] = {
	{ "r/c/a", "w/c/a", "!EAGAIN" },
	{ "r/c/a", "d/c/a", "!EAGAIN" },
	{ "r/c/a", "d/c", "!EAGAIN" },
	{ "r/c/a", "p/c/a", "!EAGAIN" },
	{ "r/c/none", "w/c/none", "!EAGAIN" },
	{ "w/c/a", "w/c/a", "!EAGAIN" },
	{ "w/c/a", "d/c/a", "!EAGAIN" },
	{ "w/c/a", "d/c", "!EAGAIN" },
	{ "w/c/new", "w/c/new", "!EAGAIN" },
	{ "w/c/new", "d/c", "!EAGAIN" },
	{ "w/c/new", "p/c", "!EAGAIN" },
	{ "w/c/new/deep", "w/c/new", "!EAGAIN" },
	{ "m/c/new", "m/c/new", "!EAGAIN" },
	{ "d/c/a", "w/c/a", "!EAGAIN" },
	{ "d/c/a", "d/c/a", "!EAGAIN" },
	{ "p/c/a", "w/c/a", "!EAGAIN" },
	{ "p/c/a", "p/c/a", "!EAGAIN" },
	{ "l/c", "w/c/new", "!EAGAIN" },
	{ "l/c", "d/c/a", "!EAGAIN" },
	/* and what does not concern each other */
	{ "r/c/a", "w/c/b", "OK" },
	{ "r/c/a", "w/c/new", "OK" },
	{ "r/c", "w/c/new", "OK" },
	{ "r/c/a", "w/c/a/child", "OK" },
	{ "w/c/a", "w/c/b", "OK" },
	{ "w/c/new", "w/c/new2", "OK" },
	{ "w/c/new", "w/c/a", "OK" },
	{ "l/c", "w/c/a", "OK" },
	{ "l/c", "w/c/a/child", "OK" },
	{ "d/c/a", "w/c/b", "OK" },
	{ "p/c/a", "w/c/b", "OK" },
	{ "w/c/a", "r/c/a", "OK" },
};

static void expect_outcome(const struct conflict *k, bool is_other_in_transaction)
{
	uint32_t tx, other;

	do_write(&dom0, 0, "/c/a", "a");
	do_write(&dom0, 0, "/c/b", "b");
	tx = do_start(&dom0);
	other = is_other_in_transaction ? do_start(&dom0b) : 0;
	operate(&dom0, tx, k->used);
	operate(&dom0b, other, k->changed);
	if (other)
		CHECK_STR(do_end(&dom0b, other, true), "OK");
	if (strcmp(do_end(&dom0, tx, true), k->outcome) != 0)
		test_fail(__FILE__, __LINE__, "%s then %s: %s", k->used, k->changed, dom0.answer);
	do_rm(&dom0, 0, "/c");
}

TEST(only_intervening_changes_of_what_was_used_conflict)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(conflicts); i++) {
		expect_outcome(&conflicts[i], false);
		expect_outcome(&conflicts[i], true);
	}
}

/* The same through two transactions: the second to end is the one that fails. */
TEST(of_two_conflicting_transactions_the_first_to_end_wins)
{
	uint32_t tx1 = do_start(&dom0), tx2 = do_start(&dom0b);

	do_write(&dom0, tx1, "/both", "1");
	do_write(&dom0b, tx2, "/both", "2");
	CHECK_STR(do_end(&dom0b, tx2, true), "OK");
	CHECK_STR(do_end(&dom0, tx1, true), "!EAGAIN");
	CHECK_STR(do_read(&dom0, 0, "/both"), "2");
	tx1 = do_start(&dom0);
	CHECK_STR(do_read(&dom0, tx1, "/both"), "2");
	do_write(&dom0, tx1, "/both", "1");
	CHECK_STR(do_end(&dom0, tx1, true), "OK");
	CHECK_STR(do_read(&dom0, 0, "/both"), "1");
}

TEST(a_conflict_changes_nothing)
{
	uint32_t tx;

	do_write(&dom0, 0, "/c/a", "a");
	do_write(&dom0, 0, "/c/z", "z");
	tx = do_start(&dom0);
	do_write(&dom0, tx, "/c/new", "n");
	do_write(&dom0, tx, "/c/a", "changed");
	do_rm(&dom0, tx, "/c/z");
	do_read(&dom0, tx, "/other");
	do_write(&dom0b, 0, "/other", "x");
	CHECK_STR(do_end(&dom0, tx, true), "!EAGAIN");
	CHECK_STR(do_list(&dom0, 0, "/c"), "a,z");
	CHECK_STR(do_read(&dom0, 0, "/c/a"), "a");
	CHECK_EQ(srv->counters.conflicts, 1);
}

TEST(a_transaction_that_has_lost_still_sees_its_own_changes)
{
	uint32_t tx;

	do_write(&dom0, 0, "/c/a/b", "1");
	tx = do_start(&dom0);
	CHECK_STR(do_write(&dom0, tx, "/c/a/b", "mine"), "OK");
	CHECK_STR(do_write(&dom0, tx, "/c/a/n/m", "mine"), "OK");
	CHECK_STR(do_rm(&dom0b, 0, "/c/a/b"), "OK");
	CHECK_STR(do_read(&dom0, tx, "/c/a/b"), "mine");
	CHECK_STR(do_list(&dom0, tx, "/c/a/b"), "");
	CHECK_STR(do_write(&dom0, tx, "/c/a/b/x", "more"), "OK");
	CHECK_STR(do_list(&dom0, tx, "/c/a/b"), "x");
	CHECK_STR(set_perms(&dom0, tx, "/c/a/b", "r1"), "OK");
	CHECK_STR(do_rm(&dom0b, 0, "/c"), "OK");
	CHECK_STR(do_write(&dom0, tx, "/c/a/n/m", "again"), "OK");
	CHECK_STR(do_read(&dom0, tx, "/c/a/n/m"), "again");
	CHECK_STR(do_rm(&dom0, tx, "/c/a"), "OK");
	CHECK_STR(do_end(&dom0, tx, true), "!EAGAIN");
	CHECK_STR(do_read(&dom0, 0, "/c"), "!ENOENT");
}

TEST(errors_inside_leave_the_transaction_usable)
{
	uint32_t tx = do_start(&dom1);

	CHECK_STR(do_write(&dom1, tx, "a", "1"), "OK");
	CHECK_STR(do_write(&dom1, tx, "/forbidden", "1"), "!EACCES");
	CHECK_STR(do_read(&dom1, tx, "missing"), "!ENOENT");
	CHECK_STR(do_write(&dom1, tx, "b", letters('x', XS_QUOTA_VALUE + 1)), "!ENOSPC");
	CHECK_STR(do_end(&dom1, tx, true), "OK");
	CHECK_STR(do_read(&dom1, 0, "a"), "1");
}

TEST(permissions_hold_inside)
{
	uint32_t tx = do_start(&dom1);

	CHECK_STR(do_read(&dom1, tx, "/local/domain/2"), "!EACCES");
	CHECK_STR(do_rm(&dom1, tx, "/local/domain/2"), "!EACCES");
	CHECK_STR(do_write(&dom1, tx, "x", ""), "OK");
	CHECK_STR(get_perms(&dom1, tx, "x"), "n1");
	CHECK_STR(set_perms(&dom1, tx, "x", "n2"), "!EPERM");
	CHECK_STR(do_end(&dom1, tx, true), "OK");
	CHECK_STR(get_perms(&dom1, 0, "x"), "n1");
}

TEST(a_transaction_is_its_connections_own)
{
	uint32_t tx = do_start(&dom0);

	CHECK_STR(do_read(&dom0b, tx, "/"), "!ENOENT");
	CHECK_STR(do_end(&dom0b, tx, true), "!ENOENT");
	CHECK_STR(do_write(&dom1, tx, "a", ""), "!ENOENT");
	CHECK_STR(do_end(&dom0, tx, false), "OK");
}

TEST(start_and_end_check_their_arguments)
{
	uint32_t tx = do_start(&dom0);

	CHECK_STR(ASK(&dom0, XS_TRANSACTION_START, tx, ""), "!EBUSY");
	CHECK_STR(ASK(&dom0, XS_TRANSACTION_START, tx + 1, ""), "!ENOENT");
	CHECK_STR(ASK(&dom0, XS_TRANSACTION_END, tx, "X"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_TRANSACTION_END, 0, "T"), "!ENOENT");
	CHECK_STR(ask(&dom0, XS_TRANSACTION_END, tx, "T", 1), "!EINVAL");
	CHECK_STR(ask(&dom0, XS_TRANSACTION_END, tx, "", 0), "!EINVAL");
	CHECK_STR(do_end(&dom0, tx, true), "OK");
}

TEST(commit_fires_watches_once_for_what_was_asked_for)
{
	uint32_t tx;

	do_write(&dom0, 0, "/w/gone/deep", "");
	do_watch(&dom0b, "/w", "t");
	do_watch(&dom0b, "/w/gone/deep", "below");
	tx = do_start(&dom0);
	do_write(&dom0, tx, "/w/a/b", "1");
	do_write(&dom0, tx, "/w/a/b", "2");
	do_rm(&dom0, tx, "/w/gone");
	CHECK_STR(next_event(&dom0b), "");
	CHECK_STR(do_end(&dom0, tx, true), "OK");
	CHECK_STR(next_event(&dom0b), "/w/a/b|t");
	CHECK_STR(next_event(&dom0b), "/w/gone|t");
	CHECK_STR(next_event(&dom0b), "/w/gone/deep|below");
	CHECK_STR(next_event(&dom0b), "");
	tx = do_start(&dom0);
	do_write(&dom0, tx, "/w/a/b", "3");
	do_end(&dom0, tx, false);
	CHECK_STR(next_event(&dom0b), "");
}

TEST(lists_in_parts_show_changes_made_inside)
{
	uint32_t tx;
	char before[16];

	do_write(&dom0, 0, "/l/a", "");
	tx = do_start(&dom0);
	strcpy(before, ASK(&dom0, XS_DIRECTORY_PART, tx, "/l\0" "0"));
	CHECK_STR(ASK(&dom0, XS_DIRECTORY_PART, tx, "/l\0" "0"), before);
	do_write(&dom0, tx, "/l/b", "");
	CHECK(strcmp(ASK(&dom0, XS_DIRECTORY_PART, tx, "/l\0" "0"), before) != 0);
	do_end(&dom0, tx, false);
}
