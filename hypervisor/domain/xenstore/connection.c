/* SPDX-License-Identifier: Apache-2.0 */
#include <exen/string.h>
#include "xen.h"

#include "server.h"

struct xs_conn *xs_conn_open(struct xs_server *srv, unsigned int domid, bool privileged,
			     const struct xs_transport *transport, void *arg)
{
	struct xs_conn *conn = srv->conns;

	if (domid >= XS_NR_ACCOUNTS - 1)
		return NULL;
	while (conn->state != XS_CONN_FREE)
		if (++conn == srv->conns + srv->nr_conns)
			return NULL;
	memset(conn, 0, offsetof(struct xs_conn, in));
	conn->who.domid = domid;
	conn->who.target = xs_account(srv, domid)->target;
	conn->who.privileged = privileged;
	conn->transport = transport;
	conn->arg = arg;
	conn->state = XS_CONN_OPEN;
	return conn;
}

static void forget(struct xs_server *srv, struct xs_conn *conn)
{
	xs_watches_reset(srv, conn);
	xs_transactions_reset(srv, conn);
	conn->in_len = 0;
	conn->out_len = 0;
}

void xs_conn_close(struct xs_server *srv, struct xs_conn *conn)
{
	forget(srv, conn);
	conn->state = XS_CONN_FREE;
}

void xs_conn_reset(struct xs_server *srv, struct xs_conn *conn)
{
	forget(srv, conn);
	conn->state = XS_CONN_OPEN;
}

static void fail(struct xs_server *srv, struct xs_conn *conn, enum xs_conn_state state)
{
	forget(srv, conn);
	conn->state = state;
}

/* -- output */

size_t xs_conn_room(const struct xs_conn *conn)
{
	if (conn->out_len == 0 && !conn->owes_reply)
		return XS_OUT_BYTES;
	return MAX(conn->out_len, XS_EVENT_BYTES) - conn->out_len;
}

void xs_conn_put(struct xs_conn *conn, const void *bytes, size_t len)
{
	const char *src = bytes;

	while (len) {
		size_t end = (conn->out_start + conn->out_len) % XS_OUT_BYTES;
		size_t n = MIN(len, XS_OUT_BYTES - end);

		memcpy(conn->out + end, src, n);
		conn->out_len += n;
		src += n;
		len -= n;
	}
}

void xs_conn_put_text(const struct xs_server *srv, struct xs_conn *conn, const struct xs_text *t,
		      size_t skip)
{
	xs_ref_t ref = t->head;
	size_t at, n;

	for (at = 0; at < t->len; at += n, ref = srv->chunks[ref].next) {
		n = MIN(t->len - at, XS_CHUNK_BYTES);
		if (skip < at + n)
			xs_conn_put(conn, srv->chunks[ref].text + (MAX(skip, at) - at),
				    at + n - MAX(skip, at));
	}
}

void xs_conn_put_header(struct xs_conn *conn, uint32_t type, uint32_t req_id, uint32_t tx_id,
			size_t len)
{
	const struct xsd_sockmsg header = {
		.type = type, .req_id = req_id, .tx_id = tx_id, .len = len,
	};

	xs_conn_put(conn, &header, sizeof(header));
}

/* Gives the transport what it takes; true if it took something. */
static bool push(struct xs_server *srv, struct xs_conn *conn)
{
	bool moved = false;

	while (conn->out_len) {
		size_t n = MIN(conn->out_len, XS_OUT_BYTES - conn->out_start);
		int rc = conn->transport->put(conn->arg, conn->out + conn->out_start, n);

		if (rc < 0)
			fail(srv, conn, XS_CONN_BROKEN);
		if (rc <= 0)
			break;
		conn->out_start = (conn->out_start + rc) % XS_OUT_BYTES;
		conn->out_len -= rc;
		moved = true;
	}
	return moved;
}

static void flush(struct xs_server *srv, struct xs_conn *conn)
{
	push(srv, conn);
	while (conn->nr_missed) {
		xs_watch_fire_missed(srv, conn);
		if (!push(srv, conn))
			break;
	}
}

void xs_server_flush(struct xs_server *srv)
{
	struct xs_conn *conn;

	for (conn = srv->conns; conn < srv->conns + srv->nr_conns; conn++)
		if (conn->state == XS_CONN_OPEN)
			flush(srv, conn);
}

bool xs_conn_has_output(const struct xs_conn *conn)
{
	return conn->out_len != 0;
}

/* -- input */

static size_t message_len(const struct xs_conn *conn)
{
	struct xsd_sockmsg header;

	if (conn->in_len < sizeof(header))
		return sizeof(header);
	memcpy(&header, conn->in, sizeof(header));
	return header.len <= XENSTORE_PAYLOAD_MAX ? sizeof(header) + header.len : 0;
}

static bool is_complete(const struct xs_conn *conn)
{
	return conn->in_len > sizeof(struct xsd_sockmsg) - 1 && conn->in_len == message_len(conn);
}

/* Receives up to the end of one request. */
static void pull(struct xs_server *srv, struct xs_conn *conn)
{
	while (!is_complete(conn)) {
		size_t len = message_len(conn);
		int rc;

		if (len == 0) {
			fail(srv, conn, XS_CONN_PROTOCOL);
			return;
		}
		rc = conn->transport->get(conn->arg, conn->in + conn->in_len, len - conn->in_len);
		if (rc < 0)
			fail(srv, conn, XS_CONN_BROKEN);
		if (rc <= 0)
			return;
		conn->in_len += rc;
	}
}

bool xs_conn_wants_input(const struct xs_conn *conn)
{
	return conn->state == XS_CONN_OPEN && conn->out_len <= XS_EVENT_BYTES;
}

/* A request comes before events that did not fit: those who cause them can't keep it waiting. */
bool xs_conn_service(struct xs_server *srv, struct xs_conn *conn)
{
	if (conn->state != XS_CONN_OPEN || !xs_account(srv, conn->who.domid)->introduced)
		return false;
	push(srv, conn);
	if (xs_conn_wants_input(conn))
		pull(srv, conn);
	if (!xs_conn_wants_input(conn) || !is_complete(conn)) {
		flush(srv, conn);
		return false;
	}
	conn->owes_reply = true;
	xs_request_handle(srv, conn);
	conn->owes_reply = false;
	conn->in_len = 0;
	xs_server_flush(srv);
	return true;
}
