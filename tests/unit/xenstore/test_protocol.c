/* SPDX-License-Identifier: Apache-2.0 */
/* The wire: messages in pieces, unknown and malformed ones, floods, clients that vanish. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "test.h"

TEST(messages_may_come_and_go_byte_by_byte)
{
	unsigned int i;

	dom1.get_max = 1;
	CHECK_STR(do_write(&dom1, 0, "x", "value"), "OK");
	client_send(&dom1, XS_READ, 0, "x", 2);
	dom1.room = 0;
	serve();
	for (i = 0; i < sizeof(struct xsd_sockmsg) + 5; i++) {
		CHECK(next_answer(&dom1) == NULL);
		dom1.room = 1;
		serve();
	}
	CHECK_STR(next_answer(&dom1), "value");
}

TEST(requests_are_answered_in_order_with_their_ids)
{
	client_send(&dom1, XS_WRITE, 0, "x\0" "1", 3);
	client_send(&dom1, XS_READ, 0, "x", 2);
	client_send(&dom1, XS_WRITE, 0, "x\0" "2", 3);
	client_send(&dom1, XS_READ, 0, "x", 2);
	serve();
	CHECK_STR(next_answer(&dom1), "OK");
	CHECK_EQ(dom1.header.req_id, 1);
	CHECK_STR(next_answer(&dom1), "1");
	CHECK_EQ(dom1.header.req_id, 2);
	CHECK_STR(next_answer(&dom1), "OK");
	CHECK_STR(next_answer(&dom1), "2");
	CHECK_EQ(dom1.header.req_id, 4);
}

TEST(unknown_types_are_answered_enosys)
{
	static const uint32_t types[] = {
		XS_WATCH_EVENT, XS_ERROR, XS_TYPE_COUNT, XS_INVALID, 20 /* was XS_RESTRICT */,
		0xffffffff, 0x80000000,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		CHECK_STR(ASK(&dom0, types[i], 0, "/a"), "!ENOSYS");
		CHECK_STR(ask(&dom0, types[i], 0, "", 0), "!ENOSYS");
	}
}

/* No type crashes, and none changes anything, on an empty payload or one without a nul. */
TEST(every_type_checks_its_payload)
{
	static const uint32_t no_argument[] = { XS_TRANSACTION_START, XS_RESET_WATCHES };
	uint32_t type;

	for (type = 0; type < XS_TYPE_COUNT; type++) {
		bool needs_none = type == no_argument[0] || type == no_argument[1];
		const char *answer = ask(&dom0, type, 0, "", 0);

		CHECK_EQ(*answer != '!', needs_none);
		CHECK_EQ(*ask(&dom0, type, 0, "x", 1), '!');
		CHECK_EQ(*ask(&dom0, type, 0, "/x", 2), '!');
	}
	CHECK_STR(do_read(&dom0, 0, "/x"), "!ENOENT");
	CHECK_STR(do_read(&dom0, 0, "x"), "!ENOENT");
	ASK(&dom0, XS_RESET_WATCHES, 0, "");
}

TEST(an_overlong_message_ends_the_connection)
{
	struct xsd_sockmsg h = { .type = XS_WRITE, .len = XENSTORE_PAYLOAD_MAX + 1 };

	do_watch(&dom1, "w", "t");
	do_start(&dom1);
	client_send_raw(&dom1, &h, sizeof(h));
	client_send(&dom1, XS_READ, 0, "x", 2);
	serve();
	CHECK_EQ(dom1.conn->state, XS_CONN_PROTOCOL);
	CHECK(next_answer(&dom1) == NULL);
	CHECK_EQ(srv->accounts[1].watches, 0);
	CHECK_EQ(srv->accounts[1].transactions, 0);
	CHECK_STR(do_write(&dom0, 0, "/local/domain/1/w", ""), "OK");
	dom1.sent_taken = dom1.sent_len;
	xs_conn_reset(srv, dom1.conn);
	CHECK_STR(do_read(&dom1, 0, "w"), "");
}

TEST(the_longest_message_is_served)
{
	char payload[XENSTORE_PAYLOAD_MAX] = "/x";

	memset(payload + 3, 'v', sizeof(payload) - 3);
	CHECK_STR(ask(&dom0, XS_WRITE, 0, payload, sizeof(payload)), "OK");
	do_read(&dom0, 0, "/x");
	CHECK_EQ(dom0.answer_len, XENSTORE_PAYLOAD_MAX - 3);
}

TEST(a_transport_that_fails_ends_the_connection)
{
	do_watch(&dom1, "w", "t");
	dom1.is_gone = true;
	serve();
	CHECK_EQ(dom1.conn->state, XS_CONN_BROKEN);
	CHECK_EQ(srv->accounts[1].watches, 0);
	do_watch(&dom2, "w", "t");
	dom2.is_gone = true;
	CHECK_STR(do_write(&dom0, 0, "/local/domain/2/w", ""), "OK");
	CHECK_EQ(dom2.conn->state, XS_CONN_BROKEN);
	CHECK_EQ(srv->accounts[2].watches, 0);
}

TEST(a_flood_is_served_one_request_a_turn)
{
	unsigned int i;

	for (i = 0; i < 1000; i++)
		client_send(&dom1, XS_WRITE, 0, "x\0flood", 7);
	for (i = 0; i < 10; i++) {
		client_send(&dom2, XS_READ, 0, "none", 5);
		CHECK(xs_conn_service(srv, dom1.conn));
		CHECK(xs_conn_service(srv, dom2.conn));
		CHECK_STR(next_answer(&dom2), "!ENOENT");
		CHECK_EQ(srv->counters.requests, 2 * i + 2 + 4);
		CHECK_STR(next_answer(&dom1), "OK");
		CHECK(next_answer(&dom1) == NULL);
	}
}

/* Random bytes, then random but well-formed messages: the server stays consistent. */
TEST(random_messages_leave_the_server_sound)
{
	static const char *const words[] = {
		"/", "a", "/a", "/a/b", "b/c", "/local/domain/1", "@releaseDomain", "", "T", "F",
		"1", "2", "n1", "r0", "b2", "token", "/local/domain/2/x", "9999999999", "//",
	};
	struct client *clients[] = { &dom0, &dom1, &dom2, &dom0b };
	unsigned int i, j;

	srandom(1);
	for (i = 0; i < 50000; i++) {
		struct client *c = clients[random() % 4];
		char payload[256];
		size_t len = 0;

		for (j = random() % 4; j; j--)
			len += sprintf(payload + len, "%s",
				       words[random() % ARRAY_SIZE(words)]) + 1;
		if (random() % 16 == 0 && len)
			len--;
		if (c->conn->state != XS_CONN_OPEN)
			xs_conn_reset(srv, c->conn);
		client_send(c, random() % (XS_TYPE_COUNT + 1),
			    random() % 3 ? 0 : srv->last_transaction - random() % 8, payload, len);
		serve();
		c->received_len = 0;
		if (i % 256 == 0 && xs_server_check(srv))
			test_fail(__FILE__, __LINE__, "%u: %s", i, xs_server_check(srv));
		if (!srv->accounts[1].introduced)
			xs_domain_introduce(srv, 1);
		if (!srv->accounts[2].introduced)
			xs_domain_introduce(srv, 2);
	}
}
