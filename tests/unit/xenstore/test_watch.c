/* SPDX-License-Identifier: Apache-2.0 */
/* WATCH, UNWATCH, RESET_WATCHES and who is told what, also when a client does not read. */
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "test.h"

TEST(a_watch_fires_once_when_set_up_after_the_reply)
{
	struct xsd_sockmsg h;

	client_send(&dom0, XS_WATCH, 0, "/none\0tok", sizeof("/none\0tok"));
	serve();
	memcpy(&h, dom0.received, sizeof(h));
	CHECK_EQ(h.type, XS_WATCH);
	CHECK_STR(next_answer(&dom0), "OK");
	CHECK_STR(next_event(&dom0), "/none|tok");
	CHECK_STR(next_event(&dom0), "");
}

TEST(every_kind_of_change_fires)
{
	do_watch(&dom0, "/w", "t");
	do_write(&dom0b, 0, "/w", "new");
	CHECK_STR(next_event(&dom0), "/w|t");
	do_write(&dom0b, 0, "/w", "changed");
	CHECK_STR(next_event(&dom0), "/w|t");
	do_mkdir(&dom0b, 0, "/w/a/b");
	CHECK_STR(next_event(&dom0), "/w/a/b|t");
	do_mkdir(&dom0b, 0, "/w/a/b");
	CHECK_STR(next_event(&dom0), "");
	set_perms(&dom0b, 0, "/w/a", "r0");
	CHECK_STR(next_event(&dom0), "/w/a|t");
	do_rm(&dom0b, 0, "/w/a/b");
	CHECK_STR(next_event(&dom0), "/w/a/b|t");
	do_read(&dom0b, 0, "/w");
	do_list(&dom0b, 0, "/w");
	CHECK_STR(next_event(&dom0), "");
}

TEST(only_the_path_and_its_children_match)
{
	do_watch(&dom0, "/w/a", "t");
	do_write(&dom0, 0, "/w", "");
	do_write(&dom0, 0, "/w/ab", "");
	do_write(&dom0, 0, "/w/b", "");
	CHECK_STR(next_event(&dom0), "");
	do_write(&dom0, 0, "/w/a/b/c", "");
	CHECK_STR(next_event(&dom0), "/w/a/b/c|t");
	do_watch(&dom0, "/", "root");
	do_write(&dom0, 0, "/w/z", "");
	CHECK_STR(next_event(&dom0), "/w/z|root");
	CHECK_STR(next_event(&dom0), "");
}

TEST(removal_of_a_parent_fires_with_the_watched_path)
{
	do_write(&dom0, 0, "/w/a/b/c", "");
	do_write(&dom0, 0, "/w/ax/b", "");
	do_watch(&dom0, "/w/a/b/c", "c");
	do_watch(&dom0, "/w/a/none", "none");
	do_watch(&dom0, "/w/ax/b", "ax");
	do_watch(&dom0, "/w", "w");
	do_rm(&dom0, 0, "/w/a");
	CHECK_STR(next_event(&dom0), "/w/a|w");
	CHECK_STR(next_event(&dom0), "/w/a/b/c|c");
	CHECK_STR(next_event(&dom0), "/w/a/none|none");
	CHECK_STR(next_event(&dom0), "");
}

TEST(relative_watches_get_relative_events)
{
	do_watch(&dom1, "device", "rel");
	do_watch(&dom1, "/local/domain/1/device", "abs");
	do_write(&dom0, 0, "/local/domain/1/device/vif/0", "");
	CHECK_STR(next_event(&dom1), "device/vif/0|rel");
	CHECK_STR(next_event(&dom1), "/local/domain/1/device/vif/0|abs");
	do_rm(&dom0, 0, "/local/domain/1");
	CHECK_STR(next_event(&dom1), "device|rel");
	CHECK_STR(next_event(&dom1), "/local/domain/1/device|abs");
}

TEST(a_watch_is_told_only_what_its_client_may_read)
{
	do_watch(&dom1, "/secret", "t");
	do_watch(&dom1, "/secret/below", "below");
	do_write(&dom0, 0, "/secret", "1");
	do_write(&dom0, 0, "/secret/below/x", "1");
	CHECK_STR(next_event(&dom1), "");
	set_perms(&dom0, 0, "/secret", "n0,r1");
	CHECK_STR(next_event(&dom1), "/secret|t");
	do_write(&dom0, 0, "/secret", "2");
	CHECK_STR(next_event(&dom1), "/secret|t");
	set_perms(&dom0, 0, "/secret", "n0");
	CHECK_STR(next_event(&dom1), "/secret|t");
	do_write(&dom0, 0, "/secret", "3");
	CHECK_STR(next_event(&dom1), "");
	set_perms(&dom0, 0, "/secret/below", "n0,r1");
	CHECK_STR(next_event(&dom1), "/secret/below|t");
	CHECK_STR(next_event(&dom1), "/secret/below|below");
	do_rm(&dom0, 0, "/secret");
	CHECK_STR(next_event(&dom1), "/secret/below|below");
	CHECK_STR(next_event(&dom1), "");
	do_write(&dom0, 0, "/secret/below", "1");
	do_rm(&dom0, 0, "/secret");
	CHECK_STR(next_event(&dom1), "");
}

TEST(several_watches_on_one_path)
{
	CHECK_STR(do_watch(&dom0, "/w", "one"), "OK");
	CHECK_STR(do_watch(&dom0, "/w", "two"), "OK");
	CHECK_STR(do_watch(&dom0, "/w", "one"), "!EEXIST");
	CHECK_STR(do_watch(&dom0b, "/w", "one"), "OK");
	do_write(&dom1, 0, "unrelated", "");
	do_write(&dom0, 0, "/w", "");
	CHECK_STR(next_event(&dom0), "/w|one");
	CHECK_STR(next_event(&dom0), "/w|two");
	CHECK_STR(next_event(&dom0b), "/w|one");
}

TEST(unwatch_needs_path_and_token)
{
	do_watch(&dom0, "/w", "one");
	CHECK_STR(ASK(&dom0, XS_UNWATCH, 0, "/w\0two"), "!ENOENT");
	CHECK_STR(ASK(&dom0, XS_UNWATCH, 0, "/v\0one"), "!ENOENT");
	CHECK_STR(ASK(&dom0b, XS_UNWATCH, 0, "/w\0one"), "!ENOENT");
	CHECK_STR(ASK(&dom0, XS_UNWATCH, 0, "/w"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_UNWATCH, 0, "/w\0one"), "OK");
	do_write(&dom0, 0, "/w", "");
	CHECK_STR(next_event(&dom0), "");
	CHECK_STR(ASK(&dom0, XS_UNWATCH, 0, "/w\0one"), "!ENOENT");
}

TEST(watch_checks_its_arguments)
{
	char payload[2048] = "/w";

	CHECK_STR(ASK(&dom0, XS_WATCH, 0, "/w"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_WATCH, 0, "/w/\0t"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_WATCH, 0, "\0t"), "!EINVAL");
	CHECK_STR(ask(&dom0, XS_WATCH, 0, "/w\0t", 4), "!EINVAL");
	memset(payload + 3, 't', XS_TOKEN_MAX + 1);
	CHECK_STR(ask(&dom0, XS_WATCH, 0, payload, 3 + XS_TOKEN_MAX + 2), "!EINVAL");
	payload[3 + XS_TOKEN_MAX] = '\0';
	CHECK_STR(ask(&dom0, XS_WATCH, 0, payload, 3 + XS_TOKEN_MAX + 1), "OK");
	forget_events(&dom0);
	CHECK_STR(do_watch(&dom0, "/empty-token", ""), "OK");
	/* the reserved third string and tx_id mean nothing */
	CHECK_STR(ASK(&dom0, XS_WATCH, 77, "/w\0t\0reserved"), "OK");
}

TEST(reset_ends_watches_and_transactions_of_the_caller_only)
{
	uint32_t tx1 = do_start(&dom1), tx0 = do_start(&dom0);

	do_watch(&dom1, "a", "t");
	do_watch(&dom0, "/local/domain/1/a", "t");
	CHECK_STR(ASK(&dom1, XS_RESET_WATCHES, 0, ""), "OK");
	do_write(&dom1, 0, "a", "");
	CHECK_STR(next_event(&dom1), "");
	CHECK_STR(next_event(&dom0), "/local/domain/1/a|t");
	CHECK_STR(do_end(&dom1, tx1, true), "!ENOENT");
	CHECK_STR(do_end(&dom0, tx0, true), "OK");
	CHECK_EQ(srv->accounts[1].watches, 0);
}

TEST(special_watches_tell_of_domains)
{
	CHECK_STR(do_watch(&dom0, "@introduceDomain", "in"), "OK");
	CHECK_STR(do_watch(&dom0, "@releaseDomain", "out"), "OK");
	CHECK_STR(do_watch(&dom0, "@unknown", "never"), "OK");
	CHECK_STR(do_watch(&dom1, "@releaseDomain", "out"), "OK");
	CHECK_STR(do_watch(&dom0b, "/", "root"), "OK");
	xs_domain_add(srv, 5);
	serve();
	CHECK_STR(next_event(&dom0), "@introduceDomain|in");
	xs_domain_remove(srv, 5);
	serve();
	CHECK_STR(next_event(&dom0), "@releaseDomain|out");
	CHECK_STR(next_event(&dom0), "");
	CHECK_STR(next_event(&dom1), "");
	CHECK_STR(next_event(&dom0b), "");
	set_perms(&dom0, 0, "@releaseDomain", "r0");
	xs_domain_add(srv, 5);
	xs_domain_remove(srv, 5);
	serve();
	CHECK_STR(next_event(&dom1), "@releaseDomain|out");
}

/* -- a client that does not read */

TEST(a_client_that_never_reads_is_not_listened_to_and_disturbs_nobody)
{
	unsigned int i;

	dom1.room = 0;
	for (i = 0; i < 1000; i++)
		client_send(&dom1, XS_READ, 0, "none", 5);
	serve();
	CHECK(dom1.conn->out_len <= XS_OUT_BYTES);
	CHECK(!xs_conn_wants_input(dom1.conn));
	CHECK(dom1.sent_len - dom1.sent_taken > 500 * 21);
	CHECK_STR(do_write(&dom2, 0, "x", "works"), "OK");
	CHECK_STR(do_read(&dom0, 0, "/local/domain/2/x"), "works");
	dom1.room = SIZE_MAX;
	serve();
	for (i = 0; i < 1000; i++)
		CHECK_STR(next_answer(&dom1), "!ENOENT");
	CHECK(next_answer(&dom1) == NULL);
}

TEST(events_for_a_client_that_does_not_read_are_folded_not_lost)
{
	char path[64];
	unsigned int i, nr_events = 0;
	bool has_last = false;

	do_watch(&dom1, "w", "t");
	do_watch(&dom1, "quiet", "q");
	dom1.room = 0;
	for (i = 0; i < 1000; i++) {
		snprintf(path, sizeof(path), "/local/domain/1/w/n%u", i % 100);
		CHECK_STR(do_write(&dom0, 0, path, "v"), "OK");
	}
	CHECK(dom1.conn->out_len <= XS_EVENT_BYTES);
	CHECK(srv->counters.folded > 900);
	dom1.room = SIZE_MAX;
	serve();
	for (;;) {
		const char *event = next_event(&dom1);

		if (!*event)
			break;
		nr_events++;
		has_last = strcmp(event, "w|t") == 0;
		CHECK(strncmp(event, "w", 1) == 0);
	}
	CHECK(nr_events < 100);
	CHECK(has_last);
	do_write(&dom0, 0, "/local/domain/1/w/again", "v");
	CHECK_STR(next_event(&dom1), "w/again|t");
}

TEST(a_flood_of_events_does_not_keep_a_slow_reader_from_its_requests)
{
	unsigned int i;

	do_watch(&dom0b, "/local/domain/1", "t");
	dom0b.room = 0;
	for (i = 0; i < 200; i++)
		do_write(&dom1, 0, "w", "v");
	client_send(&dom0b, XS_READ, 0, "/local/domain/1/w", sizeof("/local/domain/1/w"));
	for (i = 0; i < 20 && !next_answer(&dom0b); i++) {
		dom0b.room = 1024;
		do_write(&dom1, 0, "w", "v");
		do_write(&dom1, 0, "w", "v");
	}
	CHECK(i < 5);
	CHECK_STR(dom0b.answer, "v");
}

TEST(an_event_longer_than_the_event_buffer_arrives)
{
	char path[XS_PATH_BYTES];
	char expected[XS_PATH_BYTES + XS_TOKEN_MAX + 2];
	char payload[XS_PATH_BYTES + XS_TOKEN_MAX + 1];

	snprintf(path, sizeof(path), "/%s", letters('p', XENSTORE_ABS_PATH_MAX - 1));
	memcpy(payload, path, XS_PATH_BYTES);
	memset(payload + XS_PATH_BYTES, 't', XS_TOKEN_MAX);
	payload[XS_PATH_BYTES + XS_TOKEN_MAX] = '\0';
	snprintf(expected, sizeof(expected), "%s|%s", path, payload + XS_PATH_BYTES);
	CHECK_STR(ask(&dom0, XS_WATCH, 0, payload, sizeof(payload)), "OK");
	CHECK_STR(next_event(&dom0), expected);
	do_write(&dom0b, 0, path, "x");
	CHECK_STR(next_event(&dom0), expected);
	do_write(&dom0, 0, path, "x");
	CHECK_STR(next_event(&dom0), expected);
}

TEST(a_watch_that_has_missed_something_can_be_removed)
{
	do_watch(&dom1, "w", "t");
	do_watch(&dom1, "v", "t");
	dom1.conn->out_len = XS_EVENT_BYTES;
	dom1.room = 0;
	do_write(&dom0, 0, "/local/domain/1/w", "x");
	CHECK_EQ(dom1.conn->nr_missed, 1);
	CHECK_EQ(xs_watch_remove(srv, dom1.conn, "/local/domain/1/w", "t"), 0);
	CHECK_EQ(dom1.conn->nr_missed, 0);
	dom1.conn->out_len = 0;
	dom1.room = SIZE_MAX;
	do_write(&dom0, 0, "/local/domain/1/v", "x");
	CHECK_STR(next_event(&dom1), "v|t");
	CHECK_STR(next_event(&dom1), "");
}

TEST(a_closed_connection_takes_its_watches_along)
{
	do_watch(&dom1, "a", "t");
	dom1.room = 0;
	do_write(&dom0, 0, "/local/domain/1/a", letters('x', 10));
	xs_conn_close(srv, dom1.conn);
	CHECK_EQ(srv->accounts[1].watches, 0);
	CHECK_STR(do_write(&dom0, 0, "/local/domain/1/a", ""), "OK");
}
