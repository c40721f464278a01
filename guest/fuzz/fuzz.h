/* SPDX-License-Identifier: BSD-2-Clause */
/** @file pv-fuzz: what its parts share.  The manual page is in main.c. */
#ifndef FUZZ_H
#define FUZZ_H

#include <guest/guest.h>

/* xen/io/ring.h wants these. */
#define xen_mb()	memory_barrier()
#define xen_rmb()	memory_barrier()
#define xen_wmb()	memory_barrier()

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* ---- random.c ------------------------------------------------------------------------------ */

void random_seed(uint64_t seed);
uint64_t random64(void);
/** @return 0 .. n - 1; n > 0 */
uint32_t below(uint32_t n);
/** True once in @p n times. */
bool one_in(uint32_t n);
void random_fill(void *to, uint32_t len);
/** A number as an attacker would choose it: limits, powers of two, off by one, any. */
uint64_t wild_number(void);
/** A text for a xenstore node, likewise; valid until the next call. */
const char *wild_text(void);

/* ---- grants.c: this domain's grant entries ------------------------------------------------- */

#define NR_DATA		32		/* pages that requests name */
#define NR_RING		16		/* pages of a ring, at most */

enum {
	REF_BLK_RING = 16,
	REF_NET_TX = REF_BLK_RING + NR_RING,
	REF_NET_RX,
	REF_SND_RING,
	REF_SND_EVENTS,
	REF_DATA,
	REF_READONLY = REF_DATA + NR_DATA,
	REF_OTHERS,			/* granted to somebody else */
	REF_FOREIGN,			/* of a frame that is not ours */
	REF_FLAGS,			/* with flags of any kind */
	REF_REVOKED,			/* taken back at any time */
	REF_NEVER,			/* never granted */
	REF_END
};

extern uint8_t data_page[NR_DATA][GUEST_PAGE_SIZE];

/** All entries of requests anew, for @p backend; the bad ones at random. */
void grants_make(domid_t backend);
/** One of data_page[]. */
grant_ref_t good_ref(void);
/** One that the backend must not get through with, mostly. */
grant_ref_t bad_ref(void);
/** Takes the access away, whether or not it is used: what a hostile domain can do. */
void grants_revoke(grant_ref_t ref);
/** Takes all of [first, end) back, and the bad ones.  @return entry that stays in use, 0: none */
grant_ref_t grants_end(grant_ref_t first, grant_ref_t end);

/* ---- main.c ------------------------------------------------------------------------------ */

/** One line, then this domain stops for good. */
void failure(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

struct attack {
	const char *name;
	void (*run)(void);
};

/** Any of @p nr attacks that the boot argument "skip" (names with commas) has not. */
const struct attack *choose_attack(const struct attack *menu, uint32_t nr);
/** Runs one of them, which sets @p is_broken if the backend cannot serve any more.  @return its name */
const char *run_attack(const struct attack *menu, uint32_t nr, bool *is_broken);
/** Events for @p duration_ns, without a pause, on two ports or one. */
void flood_events(evtchn_port_t port, evtchn_port_t other, uint64_t duration_ns);

#endif
