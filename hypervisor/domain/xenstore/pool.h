/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The arena: text in chains of chunks, and what each domain has taken.
 *
 * References are 16-bit indices, 0 is none, so that a node is small and the arena can be moved.
 * Callers first ask xs_budget() for everything that an operation needs, then allocate: allocation
 * itself cannot fail.
 */
#ifndef XENSTORE_POOL_H
#define XENSTORE_POOL_H

#include "limits.h"

struct xs_server;
struct xs_who;

typedef uint16_t xs_ref_t;		/**< index into a pool, 0: none */

struct xs_chunk {
	xs_ref_t next;
	char text[XS_CHUNK_BYTES];
};

/** Text of up to 64 KiB, kept in chunks; all zero is the empty text. */
struct xs_text {
	xs_ref_t head;
	uint16_t len;			/**< bytes */
};

/** What a domain holds, and what is known of it.  Sums over its nodes, watches and transactions. */
struct xs_account {
	uint16_t nodes;
	uint16_t shadows;		/**< nodes of transactions */
	uint16_t chunks;
	uint16_t watches;
	uint16_t transactions;
	uint16_t target;		/**< domid that it acts for (SET_TARGET), or itself */
	bool known;			/**< the embedder has announced the domain */
	bool introduced;		/**< known and not released */
	bool shut_down;			/**< its end has been told to @releaseDomain */
};

/** What an operation is about to take from the pools. */
struct xs_need {
	unsigned int nodes;
	unsigned int shadows;
	unsigned int chunks;
};

/** Lays out the pools in @p base[0 .. size).
 *  @return 0, or -EINVAL when there is no room for a useful number of nodes */
int xs_pool_init(struct xs_server *srv, void *base, size_t size);

struct xs_account *xs_account(struct xs_server *srv, unsigned int domid);

/**
 * May @p who take @p need, to be charged to @p payer?
 * @return 0, -ENOSPC (the payer's quota), -ENOMEM (the pool is empty)
 */
int xs_budget(struct xs_server *srv, const struct xs_who *who, unsigned int payer,
	      const struct xs_need *need);

/** Chunks that @p len bytes of text take. */
static inline unsigned int xs_chunks(size_t len)
{
	return DIV_ROUND_UP(len, XS_CHUNK_BYTES);
}

/** Replaces *@p t by @p len bytes at @p bytes; the budget has been asked. */
void xs_text_set(struct xs_server *srv, unsigned int payer, struct xs_text *t, const char *bytes,
		 size_t len);
/** Replaces *@p t by a copy of @p from; the budget has been asked. */
void xs_text_copy(struct xs_server *srv, unsigned int payer, struct xs_text *t,
		  const struct xs_text *from);
void xs_text_free(struct xs_server *srv, unsigned int payer, struct xs_text *t);
/** Moves the text and its charge; the former text of @p to is freed. */
void xs_text_move(struct xs_server *srv, unsigned int to_payer, struct xs_text *to,
		  unsigned int from_payer, struct xs_text *from);
/** Lets @p to_payer pay for @p t from now on. */
void xs_text_recharge(struct xs_server *srv, const struct xs_text *t, unsigned int from_payer,
		      unsigned int to_payer);
/** Are the first @p len bytes of @p t those at @p bytes?  False if @p t is shorter. */
bool xs_text_starts(const struct xs_server *srv, const struct xs_text *t, const char *bytes,
		    size_t len);
bool xs_text_equal(const struct xs_server *srv, const struct xs_text *t, const char *bytes,
		   size_t len);
/** Copies the whole text to @p dst, without a nul; @return its length. */
size_t xs_text_read(const struct xs_server *srv, const struct xs_text *t, char *dst);
/** Likewise, at most the first @p max bytes. */
size_t xs_text_read_part(const struct xs_server *srv, const struct xs_text *t, char *dst,
			 size_t max);
/** The byte at @p at < len. */
char xs_text_at(const struct xs_server *srv, const struct xs_text *t, size_t at);

#endif
