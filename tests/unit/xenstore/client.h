/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file A test's clients of a server of its own: dom0 and domains 1 and 2, with queues for rings.
 * Answers are strings: the payload, "!EACCES" for an error; parts are joined by ','.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "server.h"
#include "xen.h"

#define NR_CLIENTS	4

struct client {
	struct xs_conn *conn;
	uint32_t req_id;
	char sent[1 << 16];		/* towards the server */
	size_t sent_len, sent_taken;
	char received[1 << 18];		/* from the server */
	size_t received_len, received_taken;
	size_t room;			/* bytes that it takes from the server; SIZE_MAX: all */
	size_t get_max;			/* bytes that one get() gives */
	bool is_gone;			/* the transport fails */
	char answer[4096 + 2];
	size_t answer_len;
	struct xsd_sockmsg header;	/* of the last answer */
	char event[4096 + 2];
};

extern struct xs_server *srv;
extern struct client dom0, dom1, dom2, dom0b;	/* the last one: a second connection of dom0 */

/** Bytes without interpretation. */
void client_send_raw(struct client *c, const void *bytes, size_t len);
void client_send(struct client *c, uint32_t type, uint32_t tx, const void *payload, size_t len);
/** Lets the server work until nobody has anything to do. */
void serve(void);
/** Sends, serves, takes the answer. */
const char *ask(struct client *c, uint32_t type, uint32_t tx, const void *payload, size_t len);
/** Likewise; @p payload is a string literal whose last nul counts. */
#define ASK(c, type, tx, payload)	ask(c, type, tx, payload, sizeof(payload))
/** The next answer in what has been received, skipping events; NULL if there is none. */
const char *next_answer(struct client *c);
/** The next event as "path|token", "" if there is none.  Only what came before it is skipped. */
const char *next_event(struct client *c);
/** Skips all that has been received. */
void forget_events(struct client *c);

const char *do_read(struct client *c, uint32_t tx, const char *path);
const char *do_write(struct client *c, uint32_t tx, const char *path, const char *value);
const char *do_mkdir(struct client *c, uint32_t tx, const char *path);
const char *do_rm(struct client *c, uint32_t tx, const char *path);
const char *do_list(struct client *c, uint32_t tx, const char *path);
const char *get_perms(struct client *c, uint32_t tx, const char *path);
/** @param perms as "n0,r1" */
const char *set_perms(struct client *c, uint32_t tx, const char *path, const char *perms);
/** Sets up a watch and takes its first event. */
const char *do_watch(struct client *c, const char *path, const char *token);
uint32_t do_start(struct client *c);
const char *do_end(struct client *c, uint32_t tx, bool commit);

/** Text of @p n copies of @p letter; one at a time. */
const char *letters(char letter, size_t n);

#endif
