/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Transactions.
 *
 * A transaction holds a shadow tree of the paths that it has looked at or changed.  A shadow knows
 * the generation that the store's node had when it was first seen (0: there was none) and, once
 * changed, the new value and permissions.  To commit is to check that all these generations still
 * stand, and then to move the changes into the store, which cannot fail.  So only a change of
 * something that the transaction has used makes it end with -EAGAIN.  A transaction that has lost
 * goes on showing its own changes until it ends, but for those below a path that another client has
 * removed.
 */
#ifndef XENSTORE_TRANSACTION_H
#define XENSTORE_TRANSACTION_H

#include "node.h"

struct xs_conn;

struct xs_transaction {
	const struct xs_conn *conn;	/**< NULL: free */
	uint32_t id;			/**< not 0 */
	xs_ref_t root;			/**< shadow of "/" */
	uint32_t changes;		/**< made in it so far */
};

/** @param txn becomes the new one; @return 0, -ENOSPC (quota), -ENOMEM */
int xs_transaction_start(struct xs_server *srv, const struct xs_conn *conn,
			 struct xs_transaction **txn);
struct xs_transaction *xs_transaction_find(struct xs_server *srv, const struct xs_conn *conn,
					   uint32_t id);
/**
 * Ends @p txn in any case; commits it if @p commit.
 * @return 0; -EAGAIN: something that it used has changed; -ENOSPC, -ENOMEM: no room for what it
 *	   creates.  On an error the store is as it was.
 */
int xs_transaction_end(struct xs_server *srv, struct xs_transaction *txn, bool commit);
/** Discards all transactions of @p conn. */
void xs_transactions_reset(struct xs_server *srv, const struct xs_conn *conn);

#endif
