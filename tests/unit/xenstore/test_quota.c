/* SPDX-License-Identifier: Apache-2.0 */
/* Every limit of limits.h, reached: an error for who reaches it, nothing for the others. */
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "test.h"

static const char *write_numbered(struct client *c, uint32_t tx, const char *dir, unsigned int i,
				  const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%u", dir, i);
	return do_write(c, tx, path, value);
}

static const char *watch_numbered(struct client *c, unsigned int i)
{
	char payload[64] = "w";
	int len = snprintf(payload + 2, sizeof(payload) - 2, "%u", i);

	return ask(c, XS_WATCH, 0, payload, 2 + len + 1);
}

TEST(nodes_of_a_domain_are_limited)
{
	unsigned int i = 0;

	while (strcmp(write_numbered(&dom1, 0, "n", i, ""), "OK") == 0)
		i++;
	CHECK_STR(dom1.answer, "!ENOSPC");
	CHECK_EQ(srv->accounts[1].nodes, XS_QUOTA_NODES);
	CHECK_STR(do_write(&dom1, 0, "n/0", "old ones may change"), "OK");
	CHECK_STR(do_write(&dom2, 0, "x", ""), "OK");
	CHECK_STR(do_write(&dom0, 0, "/local/domain/1/by-dom0", ""), "OK");
	CHECK_STR(do_rm(&dom1, 0, "n"), "OK");
	CHECK_EQ(srv->accounts[1].nodes, 2);
	CHECK_STR(do_write(&dom1, 0, "again", ""), "OK");
}

/* A path whose last nodes do not fit leaves none of them. */
TEST(creation_is_all_or_nothing)
{
	unsigned int i;

	for (i = srv->accounts[1].nodes; i < XS_QUOTA_NODES - 2; i++)
		CHECK_STR(write_numbered(&dom1, 0, "/local/domain/1", i, ""), "OK");
	CHECK_STR(do_write(&dom1, 0, "a/b/c", ""), "!ENOSPC");
	CHECK_STR(do_read(&dom1, 0, "a"), "!ENOENT");
	CHECK_STR(do_write(&dom1, 0, "a/b", ""), "OK");
}

TEST(values_of_a_domain_are_limited)
{
	CHECK_STR(do_write(&dom1, 0, "v", letters('v', XS_QUOTA_VALUE)), "OK");
	CHECK_STR(do_write(&dom1, 0, "v", letters('w', XS_QUOTA_VALUE + 1)), "!ENOSPC");
	CHECK_STR(do_read(&dom1, 0, "v"), letters('v', XS_QUOTA_VALUE));
	CHECK_STR(do_write(&dom0, 0, "/v", letters('w', 4000)), "OK");
}

TEST(text_of_a_domain_is_limited)
{
	unsigned int i = 0;

	while (strcmp(write_numbered(&dom1, 0, "t", i, letters('t', 1000)), "OK") == 0)
		i++;
	CHECK_STR(dom1.answer, "!ENOSPC");
	CHECK(i > 20);
	CHECK(srv->accounts[1].chunks <= XS_QUOTA_CHUNKS);
	CHECK_STR(do_write(&dom1, 0, "t/0", letters('t', XS_QUOTA_VALUE)), "!ENOSPC");
	CHECK_STR(do_read(&dom1, 0, "t/0"), letters('t', 1000));
	CHECK_STR(do_write(&dom1, 0, "t/0", letters('s', 1000)), "OK");
	CHECK_STR(do_write(&dom1, 0, "t/0", ""), "OK");
	CHECK_STR(do_write(&dom1, 0, "t/0", letters('s', 900)), "OK");
}

TEST(watches_of_a_domain_are_limited)
{
	unsigned int i;

	for (i = 0; i < XS_QUOTA_WATCHES; i++)
		CHECK_STR(watch_numbered(&dom1, i), "OK");
	CHECK_STR(watch_numbered(&dom1, i), "!E2BIG");
	CHECK_STR(do_watch(&dom2, "w", "t"), "OK");
	CHECK_STR(ASK(&dom1, XS_UNWATCH, 0, "w\0" "0"), "OK");
	CHECK_STR(watch_numbered(&dom1, i), "OK");
}

TEST(text_of_watches_counts)
{
	unsigned int i = 0;
	char payload[XS_TOKEN_MAX + 3];

	do {
		memset(payload, 'a' + i, sizeof(payload));
		memcpy(payload, "w", 2);
		payload[sizeof(payload) - 1] = '\0';
		i++;
	} while (strcmp(ask(&dom1, XS_WATCH, 0, payload, sizeof(payload)), "OK") == 0);
	CHECK_STR(dom1.answer, "!ENOSPC");
	CHECK(i < XS_QUOTA_WATCHES);
	CHECK(srv->accounts[1].chunks <= XS_QUOTA_CHUNKS);
}

TEST(transactions_of_a_domain_are_limited)
{
	uint32_t tx[XS_QUOTA_TRANSACTIONS];
	unsigned int i;

	for (i = 0; i < XS_QUOTA_TRANSACTIONS; i++)
		tx[i] = do_start(&dom1);
	CHECK_STR(ASK(&dom1, XS_TRANSACTION_START, 0, ""), "!ENOSPC");
	do_end(&dom2, do_start(&dom2), true);
	CHECK_STR(do_end(&dom1, tx[3], true), "OK");
	do_start(&dom1);
}

TEST(what_a_transaction_touches_is_limited)
{
	uint32_t tx = do_start(&dom1);
	unsigned int i = 0;

	while (strcmp(write_numbered(&dom1, tx, "n", i, ""), "OK") == 0)
		i++;
	CHECK_STR(dom1.answer, "!ENOSPC");
	CHECK(srv->accounts[1].shadows <= XS_QUOTA_SHADOWS);
	CHECK(i > 64);
	CHECK_STR(write_numbered(&dom1, 0, "n", 0, ""), "OK");
	CHECK_STR(do_end(&dom1, tx, false), "OK");
	CHECK_EQ(srv->accounts[1].shadows, 0);
}

/* Reading alone makes shadows too. */
TEST(reading_in_a_transaction_is_limited)
{
	uint32_t tx = do_start(&dom1);
	char path[32];
	unsigned int i;

	for (i = 0; i < 2 * XS_QUOTA_SHADOWS; i++) {
		snprintf(path, sizeof(path), "none%u", i);
		if (strcmp(do_read(&dom1, tx, path), "!ENOENT") != 0)
			break;
	}
	CHECK_STR(dom1.answer, "!ENOSPC");
	CHECK_STR(do_end(&dom1, tx, true), "OK");
}

TEST(a_commit_beyond_the_quota_changes_nothing)
{
	uint32_t tx = do_start(&dom1);
	unsigned int i;

	for (i = 0; i < 100; i++)
		CHECK_STR(write_numbered(&dom1, tx, "tx", i, ""), "OK");
	for (i = srv->accounts[1].nodes; i < XS_QUOTA_NODES - 50; i++)
		CHECK_STR(write_numbered(&dom1, 0, "/local/domain/1", i, ""), "OK");
	CHECK_STR(do_end(&dom1, tx, true), "!ENOSPC");
	CHECK_STR(do_read(&dom1, 0, "tx"), "!ENOENT");
}

/* Three domains at the end of all their quotas: dom0 and the fourth do not notice. */
TEST(domains_together_leave_room_for_the_others)
{
	struct client *all[] = { &dom1, &dom2 };
	unsigned int d, i;

	for (d = 0; d < ARRAY_SIZE(all); d++) {
		uint32_t tx = do_start(all[d]);

		for (i = 0; i < XS_QUOTA_NODES; i++)
			write_numbered(all[d], 0, "n", i, letters('x', 200));
		for (i = 0; i < XS_QUOTA_SHADOWS; i++)
			write_numbered(all[d], tx, "s", i, "");
		for (i = 0; i < XS_QUOTA_WATCHES; i++)
			watch_numbered(all[d], i);
	}
	CHECK(srv->free_nodes > srv->nr_nodes / 2);
	CHECK(srv->free_chunks > srv->nr_chunks / 2);
	for (i = 0; i < 500; i++)
		CHECK_STR(write_numbered(&dom0, 0, "/d0", i, "value"), "OK");
}

/* -- pools: dom0 has no quota, so it can empty them */

TEST(an_empty_node_pool_is_an_error_not_a_crash)
{
	unsigned int i = 0;
	uint32_t tx;

	do_write(&dom1, 0, "mine", "1");
	tx = do_start(&dom0);
	CHECK_STR(do_write(&dom0, tx, "/wanted/too/late", ""), "OK");
	while (strcmp(write_numbered(&dom0, 0, "/fill", i, ""), "OK") == 0)
		i++;
	CHECK_STR(dom0.answer, "!ENOMEM");
	CHECK_EQ(srv->free_nodes, 0);
	CHECK(i > 2000);
	CHECK_STR(do_write(&dom1, 0, "other", ""), "!ENOMEM");
	CHECK_STR(do_write(&dom1, 0, "mine", "2"), "OK");
	CHECK_STR(do_read(&dom1, 0, "mine"), "2");
	CHECK_STR(ASK(&dom1, XS_TRANSACTION_START, 0, ""), "!ENOMEM");
	CHECK_STR(do_read(&dom0, tx, "/unseen"), "!ENOMEM");
	CHECK_STR(do_end(&dom0, tx, true), "!ENOMEM");
	CHECK_STR(do_read(&dom0, 0, "/wanted"), "!ENOENT");
	CHECK_STR(do_rm(&dom0, 0, "/fill"), "OK");
	CHECK_STR(do_write(&dom1, 0, "other", ""), "OK");
}

TEST(an_empty_chunk_pool_is_an_error_not_a_crash)
{
	unsigned int i = 0;
	uint32_t tx;

	do_write(&dom1, 0, "mine", "short");
	tx = do_start(&dom1);
	while (strcmp(write_numbered(&dom0, 0, "/fill", i, letters('x', 4000)), "OK") == 0)
		i++;
	CHECK_STR(dom0.answer, "!ENOMEM");
	while (strcmp(write_numbered(&dom0, 0, "/rest", i, ""), "OK") == 0)
		i++;
	CHECK_EQ(srv->free_chunks, 0);
	CHECK_STR(do_write(&dom1, 0, "mine", letters('x', 31)), "!ENOMEM");
	CHECK_STR(do_write(&dom1, 0, "mine", "other"), "OK");
	CHECK_STR(do_write(&dom1, tx, "mine", "other"), "!ENOMEM");
	CHECK_STR(watch_numbered(&dom1, 0), "!ENOMEM");
	CHECK_STR(do_end(&dom1, tx, true), "OK");
	CHECK_STR(do_rm(&dom0, 0, "/fill"), "OK");
	CHECK_STR(do_write(&dom1, 0, "mine", letters('x', 31)), "OK");
}

TEST(the_watch_pool_is_limited)
{
	unsigned int i = 0;

	while (strcmp(watch_numbered(&dom0, i), "OK") == 0)
		i++;
	CHECK_STR(dom0.answer, "!ENOMEM");
	CHECK_EQ(i, XS_NR_WATCHES);
	CHECK_STR(watch_numbered(&dom1, 0), "!ENOMEM");
	CHECK_STR(ASK(&dom0, XS_RESET_WATCHES, 0, ""), "OK");
	CHECK_STR(watch_numbered(&dom1, 0), "OK");
}

TEST(the_transaction_pool_is_limited)
{
	unsigned int i;

	for (i = 0; i < XS_NR_TRANSACTIONS; i++)
		do_start(&dom0);
	CHECK_STR(ASK(&dom0, XS_TRANSACTION_START, 0, ""), "!ENOMEM");
	CHECK_STR(ASK(&dom1, XS_TRANSACTION_START, 0, ""), "!ENOMEM");
	CHECK_STR(ASK(&dom0, XS_RESET_WATCHES, 0, ""), "OK");
	do_start(&dom1);
}

TEST(connections_are_limited)
{
	const struct xs_transport *t = dom0.conn->transport;
	unsigned int i;

	for (i = 4; i < srv->nr_conns; i++)
		CHECK(xs_conn_open(srv, 0, true, t, &dom0));
	CHECK(!xs_conn_open(srv, 0, true, t, &dom0));
	xs_conn_close(srv, &srv->conns[5]);
	CHECK(xs_conn_open(srv, 0, true, t, &dom0) == &srv->conns[5]);
	CHECK(!xs_conn_open(srv, XS_NR_ACCOUNTS - 1, false, t, &dom0));
	for (i = 4; i < srv->nr_conns; i++)
		xs_conn_close(srv, &srv->conns[i]);
}

TEST(an_arena_that_is_too_small_is_refused)
{
	static char arena[XENSTORE_ARENA_SIZE] __attribute__((aligned(8)));

	CHECK(!xs_server_init(arena, 4096, 8));
	CHECK(!xs_server_init(arena, sizeof(struct xs_server) + 8 * sizeof(struct xs_conn), 8));
	CHECK(!xs_server_init(arena, sizeof(struct xs_server) + 8 * sizeof(struct xs_conn) + 4096,
			      8));
	CHECK(xs_server_init(arena, sizeof(arena), 8) == (void *)arena);
	CHECK(!xs_server_check((void *)arena));
}

/* Owners of nodes without an account of their own share the last one. */
TEST(any_domid_may_own_nodes)
{
	do_write(&dom0, 0, "/o/a", letters('x', 100));
	CHECK_STR(set_perms(&dom0, 0, "/o/a", "n65535"), "OK");
	CHECK_STR(get_perms(&dom0, 0, "/o/a"), "n65535");
	CHECK_STR(set_perms(&dom0, 0, "/o", "n64"), "OK");
	CHECK_EQ(srv->accounts[XS_NR_ACCOUNTS - 1].nodes, 2);
	CHECK_STR(set_perms(&dom0, 0, "/o/a", "n1"), "OK");
	CHECK_EQ(srv->accounts[XS_NR_ACCOUNTS - 1].nodes, 1);
	CHECK_EQ(srv->accounts[1].nodes, 2);
}
