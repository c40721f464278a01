/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Watches.
 *
 * An event is written to its client's output at once.  If the client does not read and the room for
 * events (XS_EVENT_BYTES) is used up, later events are folded: each watch concerned remembers only
 * that it missed something, and fires once, for the watched path itself, when there is room again.
 * So a slow client learns late and less exactly, but never misses that something changed.  (Linux's
 * xenbus looks at every device then: guest/linux/patches/0019.)
 */
#ifndef XENSTORE_WATCH_H
#define XENSTORE_WATCH_H

#include "node.h"

struct xs_conn;

struct xs_watch {
	struct xs_conn *conn;		/**< NULL: free */
	struct xs_text path;		/**< absolute, or special */
	struct xs_text token;
	bool relative;			/**< was given as a relative path: events are too */
	bool missed;			/**< an event did not fit */
};

/**
 * Adds a watch.
 * @param path  absolute and valid, or special
 * @return 0; -EEXIST (same path and token), -E2BIG (number), -EINVAL (token too long), -ENOSPC,
 *	   -ENOMEM
 */
int xs_watch_add(struct xs_server *srv, struct xs_conn *conn, const char *path, const char *token,
		 bool relative);
/** Fires one watch for its own path, as is due when it has been set up. */
void xs_watch_fire_first(struct xs_server *srv, struct xs_conn *conn, const char *path,
			 const char *token);
/** @return 0, -ENOENT */
int xs_watch_remove(struct xs_server *srv, struct xs_conn *conn, const char *path,
		    const char *token);
void xs_watches_reset(struct xs_server *srv, struct xs_conn *conn);

/**
 * The node at @p path has changed: tells the watches on it and its parents whose clients may read.
 * @param node   it, in the store
 * @param former permissions that it had before, if they changed: those who could read it then are
 *		 told too.  NULL if they did not change.
 */
void xs_watch_fire(struct xs_server *srv, const char *path, const struct xs_node *node,
		   const struct xs_node *former);
/** The node at @p path is about to be removed with all below: watches below are told as well, each
 *  about its own path. */
void xs_watch_fire_removal(struct xs_server *srv, const char *path, const struct xs_node *node);
/** A domain came or went: @p name is "@introduceDomain" or "@releaseDomain". */
void xs_watch_fire_special(struct xs_server *srv, const char *name);
/** Fires what did not fit before, as far as there is room now. */
void xs_watch_fire_missed(struct xs_server *srv, struct xs_conn *conn);

#endif
