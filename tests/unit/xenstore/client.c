/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "test.h"

#define NR_CONNS	8

struct xs_server *srv;
struct client dom0, dom1, dom2, dom0b;
static void *arena;

/* -- transport */

static int memory_get(void *arg, void *dst, size_t len)
{
	struct client *c = arg;
	size_t n = MIN(len, MIN(c->get_max, c->sent_len - c->sent_taken));

	if (c->is_gone)
		return -1;
	memcpy(dst, c->sent + c->sent_taken, n);
	c->sent_taken += n;
	return n;
}

static int memory_put(void *arg, const void *src, size_t len)
{
	struct client *c = arg;
	size_t n = MIN(len, c->room);

	if (c->is_gone)
		return -1;
	if (c->received_len + n > sizeof(c->received))
		test_fail(__FILE__, __LINE__, "client has received too much");
	memcpy(c->received + c->received_len, src, n);
	c->received_len += n;
	if (c->room != SIZE_MAX)
		c->room -= n;
	return n;
}

static const struct xs_transport memory_transport = { .get = memory_get, .put = memory_put };

static void connect_client(struct client *c, unsigned int domid)
{
	memset(c, 0, sizeof(*c));
	c->room = SIZE_MAX;
	c->get_max = SIZE_MAX;
	c->conn = xs_conn_open(srv, domid, domid == 0, &memory_transport, c);
	CHECK(c->conn);
}

void test_set_up(void)
{
	unsigned int i;

	free(arena);
	arena = malloc(XENSTORE_ARENA_SIZE);
	CHECK(arena);
	memset(arena, 0xa5, XENSTORE_ARENA_SIZE);
	srv = xs_server_init(arena, XENSTORE_ARENA_SIZE, NR_CONNS);
	CHECK(srv);
	for (i = 0; i < 3; i++)
		CHECK_EQ(xs_domain_add(srv, i), 0);
	connect_client(&dom0, 0);
	connect_client(&dom1, 1);
	connect_client(&dom2, 2);
	connect_client(&dom0b, 0);
	CHECK_STR(do_mkdir(&dom0, 0, "/local/domain/1"), "OK");
	CHECK_STR(set_perms(&dom0, 0, "/local/domain/1", "n1"), "OK");
	CHECK_STR(do_mkdir(&dom0, 0, "/local/domain/2"), "OK");
	CHECK_STR(set_perms(&dom0, 0, "/local/domain/2", "n2"), "OK");
}

/* Everything is consistent, and nothing is left when clients and nodes have gone. */
void test_tear_down(void)
{
	struct xs_server *s = srv;
	const struct xs_account *a;
	unsigned int i;

	if (!s)
		return;
	CHECK_STR(xs_server_check(s) ? xs_server_check(s) : "", "");
	for (i = 0; i < s->nr_conns; i++)
		if (s->conns[i].state != XS_CONN_FREE)
			xs_conn_close(s, &s->conns[i]);
	while (s->nodes[s->root].child)
		xs_node_remove(s, s->nodes[s->root].child);
	CHECK_STR(xs_server_check(s) ? xs_server_check(s) : "", "");
	CHECK_EQ(s->free_nodes, s->nr_nodes - 1 - 4);
	CHECK_EQ(s->free_chunks, s->nr_chunks - 1 - 2 - xs_chunks(s->nodes[s->root].value.len));
	for (a = s->accounts + 1; a < s->accounts + XS_NR_ACCOUNTS; a++)
		CHECK(a->nodes + a->shadows + a->chunks + a->watches + a->transactions == 0);
}

void serve(void)
{
	bool has_more = true;
	unsigned int i;

	while (has_more) {
		has_more = false;
		for (i = 0; i < srv->nr_conns; i++)
			has_more |= xs_conn_service(srv, &srv->conns[i]);
	}
}

/* -- messages */

void client_send_raw(struct client *c, const void *bytes, size_t len)
{
	if (c->sent_taken == c->sent_len)
		c->sent_taken = c->sent_len = 0;
	CHECK(c->sent_len + len <= sizeof(c->sent));
	memcpy(c->sent + c->sent_len, bytes, len);
	c->sent_len += len;
}

void client_send(struct client *c, uint32_t type, uint32_t tx, const void *payload, size_t len)
{
	const struct xsd_sockmsg header = {
		.type = type, .req_id = ++c->req_id, .tx_id = tx, .len = len,
	};

	client_send_raw(c, &header, sizeof(header));
	client_send_raw(c, payload, len);
}

/* Is there a whole message at @at?  Then its header is in *@h. */
static bool message_at(const struct client *c, size_t at, struct xsd_sockmsg *h)
{
	if (c->received_len < at + sizeof(*h))
		return false;
	memcpy(h, c->received + at, sizeof(*h));
	CHECK(h->len <= XENSTORE_PAYLOAD_MAX);
	return c->received_len >= at + sizeof(*h) + h->len;
}

static void remove_message(struct client *c, size_t at, size_t len)
{
	memmove(c->received + at, c->received + at + len, c->received_len - at - len);
	c->received_len -= len;
}

const char *next_answer(struct client *c)
{
	struct xsd_sockmsg h;
	size_t at = 0;

	for (; message_at(c, at, &h); at += sizeof(h) + h.len) {
		bool is_error = h.type == XS_ERROR;

		if (h.type == XS_WATCH_EVENT)
			continue;
		c->header = h;
		c->answer_len = h.len;
		c->answer[0] = '!';
		memcpy(c->answer + is_error, c->received + at + sizeof(h), h.len);
		c->answer[is_error + h.len] = '\0';
		remove_message(c, at, sizeof(h) + h.len);
		return c->answer;
	}
	return NULL;
}

const char *next_event(struct client *c)
{
	struct xsd_sockmsg h;
	size_t at = 0;

	for (; message_at(c, at, &h); at += sizeof(h) + h.len) {
		if (h.type != XS_WATCH_EVENT)
			continue;
		CHECK_EQ(h.req_id, 0);
		CHECK_EQ(h.tx_id, 0);
		memcpy(c->event, c->received + at + sizeof(h), h.len);
		CHECK_EQ(c->event[h.len - 1], 0);
		CHECK(strlen(c->event) + 1 < h.len);
		c->event[strlen(c->event)] = '|';
		CHECK_EQ(strlen(c->event) + 1, h.len);
		remove_message(c, at, sizeof(h) + h.len);
		return c->event;
	}
	return "";
}

void forget_events(struct client *c)
{
	while (*next_event(c))
		;
}

const char *ask(struct client *c, uint32_t type, uint32_t tx, const void *payload, size_t len)
{
	const char *answer;

	client_send(c, type, tx, payload, len);
	serve();
	answer = next_answer(c);
	CHECK(answer);
	CHECK_EQ(c->header.req_id, c->req_id);
	CHECK_EQ(c->header.tx_id, tx);
	if (c->header.type != XS_ERROR)
		CHECK_EQ(c->header.type, type);
	return answer;
}

static const char *ask_path(struct client *c, uint32_t type, uint32_t tx, const char *path)
{
	return ask(c, type, tx, path, strlen(path) + 1);
}

/* Makes the nuls between strings ','; a list without its last one. */
static const char *joined(struct client *c)
{
	size_t i;

	if (c->header.type == XS_ERROR || c->answer_len == 0)
		return c->answer;
	for (i = 0; i < c->answer_len - 1; i++)
		if (c->answer[i] == '\0')
			c->answer[i] = ',';
	return c->answer;
}

const char *do_read(struct client *c, uint32_t tx, const char *path)
{
	return ask_path(c, XS_READ, tx, path);
}

const char *do_write(struct client *c, uint32_t tx, const char *path, const char *value)
{
	char payload[2 * 4096];
	int len = snprintf(payload, sizeof(payload), "%s|%s", path, value);

	payload[strlen(path)] = '\0';
	return ask(c, XS_WRITE, tx, payload, len);
}

const char *do_mkdir(struct client *c, uint32_t tx, const char *path)
{
	return ask_path(c, XS_MKDIR, tx, path);
}

const char *do_rm(struct client *c, uint32_t tx, const char *path)
{
	return ask_path(c, XS_RM, tx, path);
}

const char *do_list(struct client *c, uint32_t tx, const char *path)
{
	ask_path(c, XS_DIRECTORY, tx, path);
	return joined(c);
}

const char *get_perms(struct client *c, uint32_t tx, const char *path)
{
	ask_path(c, XS_GET_PERMS, tx, path);
	return joined(c);
}

const char *set_perms(struct client *c, uint32_t tx, const char *path, const char *perms)
{
	char payload[4096];
	int len = snprintf(payload, sizeof(payload), "%s,%s", path, perms);
	int i;

	for (i = 0; i < len; i++)
		if (payload[i] == ',')
			payload[i] = '\0';
	return ask(c, XS_SET_PERMS, tx, payload, len + 1);
}

const char *do_watch(struct client *c, const char *path, const char *token)
{
	char payload[8192];
	int len = snprintf(payload, sizeof(payload), "%s|%s", path, token);
	const char *answer;

	payload[strlen(path)] = '\0';
	answer = ask(c, XS_WATCH, 0, payload, len + 1);
	if (*answer != '!') {
		payload[strlen(path)] = '|';
		CHECK_STR(next_event(c), payload);
	}
	return answer;
}

uint32_t do_start(struct client *c)
{
	const char *answer = ASK(c, XS_TRANSACTION_START, 0, "");
	uint32_t tx;

	CHECK(xs_parse_number(answer, UINT32_MAX, &tx));
	CHECK(tx != 0);
	return tx;
}

const char *do_end(struct client *c, uint32_t tx, bool commit)
{
	return ask(c, XS_TRANSACTION_END, tx, commit ? "T" : "F", 2);
}

const char *letters(char letter, size_t n)
{
	static char text[8192];

	CHECK(n < sizeof(text));
	memset(text, letter, n);
	text[n] = '\0';
	return text;
}
