/* SPDX-License-Identifier: Apache-2.0 */
/* Which message type is handled by whom, and what is checked before. */
#include <exen/string.h>

#include "path.h"
#include "request.h"

#define FLAG_PRIVILEGED	1u		/* others get -EACCES */
#define FLAG_NO_TXN	2u		/* tx_id means nothing here */
#define FLAG_BINARY	4u		/* payload: one string, then bytes (args are not split) */

static const struct request_type {
	xs_handler_t handler;
	uint8_t min_args;		/* strings in the payload, at least */
	uint8_t flags;
} request_types[XS_TYPE_COUNT] = {
	[XS_CONTROL]		   = { xs_handle_control, 1, FLAG_PRIVILEGED | FLAG_NO_TXN },
	[XS_DIRECTORY]		   = { xs_handle_directory, 1, 0 },
	[XS_READ]		   = { xs_handle_read, 1, 0 },
	[XS_GET_PERMS]		   = { xs_handle_get_perms, 1, 0 },
	[XS_WATCH]		   = { xs_handle_watch, 2, FLAG_NO_TXN },
	[XS_UNWATCH]		   = { xs_handle_unwatch, 2, FLAG_NO_TXN },
	[XS_TRANSACTION_START]	   = { xs_handle_transaction_start, 0, 0 },
	[XS_TRANSACTION_END]	   = { xs_handle_transaction_end, 1, 0 },
	[XS_INTRODUCE]		   = { xs_handle_introduce, 3, FLAG_PRIVILEGED | FLAG_NO_TXN },
	[XS_RELEASE]		   = { xs_handle_release, 1, FLAG_PRIVILEGED | FLAG_NO_TXN },
	[XS_GET_DOMAIN_PATH]	   = { xs_handle_get_domain_path, 1, FLAG_NO_TXN },
	[XS_WRITE]		   = { xs_handle_write, 0, FLAG_BINARY },
	[XS_MKDIR]		   = { xs_handle_mkdir, 1, 0 },
	[XS_RM]			   = { xs_handle_rm, 1, 0 },
	[XS_SET_PERMS]		   = { xs_handle_set_perms, 0, FLAG_BINARY },
	[XS_IS_DOMAIN_INTRODUCED]  = { xs_handle_is_domain_introduced, 1, FLAG_NO_TXN },
	[XS_RESUME]		   = { xs_handle_resume, 1, FLAG_PRIVILEGED | FLAG_NO_TXN },
	[XS_SET_TARGET]		   = { xs_handle_set_target, 2, FLAG_PRIVILEGED | FLAG_NO_TXN },
	[XS_RESET_WATCHES]	   = { xs_handle_reset_watches, 0, FLAG_NO_TXN },
	[XS_DIRECTORY_PART]	   = { xs_handle_directory_part, 2, 0 },
};

void xs_reply_begin(struct xs_request *req, size_t len)
{
	xs_conn_put_header(req->conn, req->header.type, req->header.req_id, req->header.tx_id, len);
	req->conn->owes_reply = false;
}

void xs_reply(struct xs_request *req, const void *bytes, size_t len)
{
	xs_reply_begin(req, len);
	xs_conn_put(req->conn, bytes, len);
}

void xs_reply_ok(struct xs_request *req)
{
	xs_reply(req, "OK", sizeof("OK"));
}

static void reply_error(struct xs_request *req, int error)
{
	const char *name = "EINVAL";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(xsd_errors); i++)
		if (xsd_errors[i].errnum == error)
			name = xsd_errors[i].errstring;
	req->header.type = XS_ERROR;
	req->srv->counters.errors++;
	xs_reply(req, name, strlen(name) + 1);
}

int xs_request_path(struct xs_request *req)
{
	return xs_path_resolve(req->conn->who.domid, req->arg[0], req->srv->path);
}

/* Splits the payload into strings, each with its nul; more than XS_MAX_ARGS are left alone. */
static int split_args(struct xs_request *req)
{
	const char *p = req->payload;
	const char *end = p + req->header.len;

	if (req->header.len && end[-1] != '\0')
		return -EINVAL;
	for (; p < end && req->nr_args < XS_MAX_ARGS; p += strlen(p) + 1)
		req->arg[req->nr_args++] = p;
	return 0;
}

/* The first string only; what follows is the handler's. */
static int split_first(struct xs_request *req)
{
	if (!memchr(req->payload, '\0', req->header.len))
		return -EINVAL;
	req->arg[req->nr_args++] = req->payload;
	return 0;
}

static int dispatch(struct xs_request *req)
{
	const struct request_type *type;
	int rc;

	if (req->header.type >= XS_TYPE_COUNT || !request_types[req->header.type].handler)
		return -ENOSYS;
	type = &request_types[req->header.type];
	if ((type->flags & FLAG_PRIVILEGED) && !req->conn->who.privileged)
		return -EACCES;
	if (req->header.tx_id && !(type->flags & FLAG_NO_TXN)) {
		req->view.txn = xs_transaction_find(req->srv, req->conn, req->header.tx_id);
		if (!req->view.txn)
			return -ENOENT;
	}
	rc = type->flags & FLAG_BINARY ? split_first(req) : split_args(req);
	if (rc == 0 && req->nr_args < type->min_args)
		rc = -EINVAL;
	return rc ? rc : type->handler(req);
}

void xs_request_handle(struct xs_server *srv, struct xs_conn *conn)
{
	struct xs_request req = {
		.srv = srv,
		.conn = conn,
		.payload = conn->in + XS_HEADER_BYTES,
		.view = { .srv = srv, .who = conn->who },
	};
	int rc;

	memcpy(&req.header, conn->in, sizeof(req.header));
	srv->counters.requests++;
	rc = dispatch(&req);
	if (rc)
		reply_error(&req, -rc);
}
