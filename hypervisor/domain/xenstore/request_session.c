/* SPDX-License-Identifier: Apache-2.0 */
/* Requests about what a client keeps open: watches and transactions. */
#include <exen/string.h>

#include "path.h"
#include "request.h"

/* The watched path, absolute or special, in srv->path. */
static int watch_path(struct xs_request *req)
{
	size_t len = strlen(req->arg[0]);

	if (req->arg[0][0] != '@')
		return xs_request_path(req);
	if (len > XENSTORE_REL_PATH_MAX)
		return -EINVAL;
	memcpy(req->srv->path, req->arg[0], len + 1);
	return 0;
}

int xs_handle_watch(struct xs_request *req)
{
	bool is_relative = req->arg[0][0] != '/' && req->arg[0][0] != '@';
	int rc = watch_path(req);

	if (rc == 0)
		rc = xs_watch_add(req->srv, req->conn, req->srv->path, req->arg[1], is_relative);
	if (rc)
		return rc;
	xs_reply_ok(req);
	xs_watch_fire_first(req->srv, req->conn, req->srv->path, req->arg[1]);
	return 0;
}

int xs_handle_unwatch(struct xs_request *req)
{
	int rc = watch_path(req);

	if (rc == 0)
		rc = xs_watch_remove(req->srv, req->conn, req->srv->path, req->arg[1]);
	if (rc == 0)
		xs_reply_ok(req);
	return rc;
}

int xs_handle_reset_watches(struct xs_request *req)
{
	xs_watches_reset(req->srv, req->conn);
	xs_transactions_reset(req->srv, req->conn);
	xs_reply_ok(req);
	return 0;
}

int xs_handle_transaction_start(struct xs_request *req)
{
	struct xs_transaction *txn;
	char id[sizeof("4294967295")];
	int rc;

	if (req->view.txn)
		return -EBUSY;
	rc = xs_transaction_start(req->srv, req->conn, &txn);
	if (rc)
		return rc;
	xs_reply(req, id, snprintf(id, sizeof(id), "%u", (unsigned int)txn->id) + 1);
	return 0;
}

int xs_handle_transaction_end(struct xs_request *req)
{
	bool is_commit = strcmp(req->arg[0], "T") == 0;
	int rc;

	if (!req->view.txn)
		return -ENOENT;
	if (!is_commit && strcmp(req->arg[0], "F") != 0)
		return -EINVAL;
	rc = xs_transaction_end(req->srv, req->view.txn, is_commit);
	if (rc == 0)
		xs_reply_ok(req);
	return rc;
}
