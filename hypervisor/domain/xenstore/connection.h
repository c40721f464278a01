/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Connections: from bytes to requests and from replies to bytes, over any transport.
 *
 * One request is handled at a time, and only while the room for its reply is free: a client that
 * does not read is not listened to.  That is also the limit of its outstanding requests.
 */
#ifndef XENSTORE_CONNECTION_H
#define XENSTORE_CONNECTION_H

#include "perm.h"

struct xs_server;
struct xs_text;

/** How bytes get to and from a client.  Neither may call back into the server. */
struct xs_transport {
	/** Takes up to @p len bytes from the client; @return number, -1: unusable from now on. */
	int (*get)(void *arg, void *dst, size_t len);
	/** Gives up to @p len bytes to the client; @return number, -1: unusable from now on. */
	int (*put)(void *arg, const void *src, size_t len);
};

enum xs_conn_state {
	XS_CONN_FREE,
	XS_CONN_OPEN,
	XS_CONN_BROKEN,			/**< the transport failed: no traffic until reset */
	XS_CONN_PROTOCOL,		/**< the client broke the protocol: likewise */
};

struct xs_conn {
	struct xs_who who;
	enum xs_conn_state state;
	const struct xs_transport *transport;
	void *arg;			/**< the transport's */
	bool owes_reply;		/**< a request is being handled */
	uint16_t nr_missed;		/**< watches with .missed */
	uint16_t in_len;		/**< bytes in .in */
	uint16_t out_start;		/**< oldest byte in .out, a ring */
	uint16_t out_len;		/**< bytes in .out */
	char in[XS_MESSAGE_BYTES];	/**< the request that is being received */
	char out[XS_OUT_BYTES];
};

/** @param arg handed to the transport
 *  @return a new connection; NULL if all are in use or the domid has no account of its own */
struct xs_conn *xs_conn_open(struct xs_server *srv, unsigned int domid, bool privileged,
			     const struct xs_transport *transport, void *arg);
/** Ends its watches and transactions and frees it. */
void xs_conn_close(struct xs_server *srv, struct xs_conn *conn);
/** Ends its watches and transactions, forgets what was half received or not yet sent, and takes
 *  requests again (also after an error). */
void xs_conn_reset(struct xs_server *srv, struct xs_conn *conn);

/**
 * Sends what can be sent, receives what can be received, handles at most one request, and sends
 * what came of it to all clients concerned.
 * @return true if a request was handled: there may be more to do
 */
bool xs_conn_service(struct xs_server *srv, struct xs_conn *conn);
/** Would xs_conn_service() take bytes from the client?  Not while a reply waits for room. */
bool xs_conn_wants_input(const struct xs_conn *conn);
bool xs_conn_has_output(const struct xs_conn *conn);

/* -- for request handlers and watches */

/** Room for watch events, bytes.  Events stay within XS_EVENT_BYTES, so that they never keep a
 *  request waiting; only an event of its own length goes out when nothing else waits. */
size_t xs_conn_room(const struct xs_conn *conn);
/** Appends a message's header; @p len bytes of payload follow. */
void xs_conn_put_header(struct xs_conn *conn, uint32_t type, uint32_t req_id, uint32_t tx_id,
			size_t len);
/** Appends bytes; there is room. */
void xs_conn_put(struct xs_conn *conn, const void *bytes, size_t len);
/** Appends @p t without its first @p skip bytes; there is room. */
void xs_conn_put_text(const struct xs_server *srv, struct xs_conn *conn, const struct xs_text *t,
		      size_t skip);

#endif
