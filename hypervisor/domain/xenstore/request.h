/* SPDX-License-Identifier: Apache-2.0 */
/** @file A request in hand: what its handler sees, and how it answers. */
#ifndef XENSTORE_REQUEST_H
#define XENSTORE_REQUEST_H

#include <errno.h>

#include "xen.h"

#include "server.h"

#define XS_MAX_ARGS	4u

struct xs_request {
	struct xs_server *srv;
	struct xs_conn *conn;
	struct xsd_sockmsg header;
	char *payload;			/**< header.len bytes; when strings: nr_args of them */
	const char *arg[XS_MAX_ARGS];
	unsigned int nr_args;
	struct xs_view view;
};

/** A handler returns 0 when it has replied, or the -E... that the client is told. */
typedef int (*xs_handler_t)(struct xs_request *req);

/** Begins the reply; exactly @p len bytes follow by xs_conn_put() on req->conn. */
void xs_reply_begin(struct xs_request *req, size_t len);
void xs_reply(struct xs_request *req, const void *bytes, size_t len);
void xs_reply_ok(struct xs_request *req);
/** Puts the first argument, made absolute, into srv->path; @return 0 or -EINVAL */
int xs_request_path(struct xs_request *req);

/* -- request_store.c: the tree */
int xs_handle_directory(struct xs_request *req);
int xs_handle_directory_part(struct xs_request *req);
int xs_handle_read(struct xs_request *req);
int xs_handle_write(struct xs_request *req);
int xs_handle_mkdir(struct xs_request *req);
int xs_handle_rm(struct xs_request *req);
int xs_handle_get_perms(struct xs_request *req);
int xs_handle_set_perms(struct xs_request *req);

/* -- request_session.c: watches and transactions */
int xs_handle_watch(struct xs_request *req);
int xs_handle_unwatch(struct xs_request *req);
int xs_handle_reset_watches(struct xs_request *req);
int xs_handle_transaction_start(struct xs_request *req);
int xs_handle_transaction_end(struct xs_request *req);

/* -- request_domain.c: domains and the server itself */
int xs_handle_introduce(struct xs_request *req);
int xs_handle_release(struct xs_request *req);
int xs_handle_resume(struct xs_request *req);
int xs_handle_set_target(struct xs_request *req);
int xs_handle_get_domain_path(struct xs_request *req);
int xs_handle_is_domain_introduced(struct xs_request *req);
int xs_handle_control(struct xs_request *req);

#endif
