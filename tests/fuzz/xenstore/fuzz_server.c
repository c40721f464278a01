/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Three clients, dom0 and domains 1 and 2, send what the input says: messages, raw bytes, or
 * nothing while they refuse to read.  Afterwards the server is consistent and still answers dom0.
 *
 * Input: actions.  First byte: bits 0-1 client, bits 2-4 action; what follows is the action's.
 */
#include <exen/bug.h>

#include "fuzz.h"
#include "server.h"
#include "xen.h"

#define NR_CLIENTS	3

struct client {
	struct xs_conn *conn;
	struct input from;		/* what the next service takes */
	size_t room;
	uint32_t last_type;
	size_t nr_received;
};

/* Small, so that it is quick to set up and the pools can run empty. */
#define ARENA_BYTES	KiB(128u)

static uint64_t arena[ARENA_BYTES / sizeof(uint64_t)];
static struct xs_server *srv;
static struct client clients[NR_CLIENTS];

static int fuzz_get(void *arg, void *dst, size_t len)
{
	struct client *c = arg;

	return take_bytes(&c->from, dst, len);
}

static int fuzz_put(void *arg, const void *src, size_t len)
{
	struct client *c = arg;
	size_t n = MIN(len, c->room);

	(void)src;
	c->room -= n;
	c->nr_received += n;
	return n;
}

static const struct xs_transport fuzz_transport = { .get = fuzz_get, .put = fuzz_put };

static void service(struct client *c)
{
	unsigned int limit = XS_MESSAGE_BYTES / XS_HEADER_BYTES + 1;

	while (xs_conn_service(srv, c->conn))
		BUG_ON(!limit--);
	c->from.at = c->from.end;
}

static void send_message(struct client *c, struct input *in)
{
	uint8_t type = take(in), tx = take(in), len = take(in);
	struct xsd_sockmsg h = {
		.type = type % (XS_TYPE_COUNT + 1),
		.tx_id = tx & 8 ? srv->last_transaction - (tx & 7) : 0,
	};
	char message[sizeof(h) + 255];

	h.len = take_bytes(in, message + sizeof(h), len);
	memcpy(message, &h, sizeof(h));
	c->from = (struct input){ (uint8_t *)message, (uint8_t *)message + sizeof(h) + h.len };
	service(c);
}

/* A long value: what the quotas are for. */
static void send_bulk(struct client *c, struct input *in)
{
	char message[XS_MESSAGE_BYTES] = { 0 };
	size_t len = 16u * take(in);
	struct xsd_sockmsg h = { .type = XS_WRITE, .len = len };
	uint8_t tx = take(in);

	h.tx_id = tx & 8 ? srv->last_transaction - (tx & 7) : 0;
	if (len)
		take_bytes(in, message + sizeof(h), MIN(len - 1, take(in) % 16u));
	memcpy(message, &h, sizeof(h));
	c->from = (struct input){ (uint8_t *)message, (uint8_t *)message + sizeof(h) + len };
	service(c);
}

static void send_raw(struct client *c, struct input *in)
{
	char bytes[255];
	size_t n = take_bytes(in, bytes, take(in));

	c->from = (struct input){ (uint8_t *)bytes, (uint8_t *)bytes + n };
	service(c);
}

static void end_or_begin(struct client *c, struct input *in)
{
	unsigned int domid = c->conn->who.domid;

	switch (take(in) % 4) {
	case 0:
		xs_conn_reset(srv, c->conn);
		break;
	case 1:
		if (domid)
			xs_domain_remove(srv, domid);
		break;
	case 2:
		xs_domain_add(srv, domid);
		break;
	case 3:
		xs_domain_shutdown(srv, domid);
		break;
	}
}

static void act(struct input *in)
{
	uint8_t what = take(in);
	struct client *c = &clients[(what & 3) % NR_CLIENTS];

	if (c->conn->state != XS_CONN_OPEN)
		xs_conn_reset(srv, c->conn);
	switch (what >> 2 & 7) {
	case 4:
		send_raw(c, in);
		break;
	case 5:
		c->room = take(in) * 16u;
		service(c);
		break;
	case 6:
		end_or_begin(c, in);
		break;
	case 7:
		send_bulk(c, in);
		break;
	default:
		send_message(c, in);
	}
}

static void start(void)
{
	unsigned int i;

	srv = xs_server_init(arena, sizeof(arena), NR_CLIENTS);
	BUG_ON(!srv);
	for (i = 0; i < NR_CLIENTS; i++) {
		clients[i] = (struct client){ .room = 1 << 20 };
		clients[i].conn = xs_conn_open(srv, i, i == 0, &fuzz_transport, &clients[i]);
		BUG_ON(!clients[i].conn || xs_domain_add(srv, i));
	}
}

/* dom0 resets its connection, asks, and is answered. */
static void expect_service(void)
{
	struct xsd_sockmsg h = { .type = XS_IS_DOMAIN_INTRODUCED, .len = 2 };
	uint8_t message[sizeof(h) + 2] = { [sizeof(h)] = '0' };
	struct client *c = &clients[0];

	memcpy(message, &h, sizeof(h));
	xs_conn_reset(srv, c->conn);
	c->room = 1 << 20;
	c->nr_received = 0;
	c->from = (struct input){ message, message + sizeof(message) };
	BUG_ON(!xs_conn_service(srv, c->conn));
	BUG_ON(c->nr_received < sizeof(h) + 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input in = { bytes, bytes + size };

	start();
	while (in.at < in.end)
		act(&in);
	BUG_ON(xs_server_check(srv) != NULL);
	expect_service();
	return 0;
}
