/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file In-guest tests.  A test is a folder guest/tests/<claim>/ whose main.c begins with its manual
 * page and ends with EXENTEST(dom0_function) or EXENTEST2(dom0_function, domu_function).
 *
 * One binary runs in domain 0 and, for EXENTEST2, in domain 1.  The test ends when dom0's function
 * returns (SUCCESS) or somebody calls one of the functions below; dom0 prints the result, one line
 *
 *	RESULT <claim> SUCCESS|SKIP|FAILURE|ERROR <detail>
 *
 * and ends the machine with exit status 0, 77, 1 or 2.  What domain 1 says goes through the mailbox.
 */
#ifndef EXENTEST_H
#define EXENTEST_H

#include <guest/guest.h>

#define EXENTEST_PEER_DOMID	1	/* dom0's peer */
#define EXENTEST_MAILBOX_REF	8	/* dom0's grant entry of the mailbox page */
#define EXENTEST_TIMEOUT_NS	(20 * NS_PER_S)

struct exentest {
	const char *name;
	void (*dom0)(void);
	void (*domu)(void);		/* NULL: a test with one domain */
};
extern const struct exentest exentest;

#define EXENTEST2(dom0_fn, domu_fn)						\
	const struct exentest exentest = {					\
		.name = TEST_NAME, .dom0 = (dom0_fn), .domu = (domu_fn),	\
	}
#define EXENTEST(dom0_fn)	EXENTEST2(dom0_fn, NULL)

enum exentest_status {			/* as exit status */
	EXENTEST_SUCCESS = 0,
	EXENTEST_FAILURE = 1,		/* what is tested is wrong */
	EXENTEST_ERROR = 2,		/* the test cannot be carried out */
	EXENTEST_SKIP = 77,		/* not applicable here */
};

/** Ends the test. */
void exentest_end(enum exentest_status status, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
#define exentest_skip(...)	exentest_end(EXENTEST_SKIP, __VA_ARGS__)
#define exentest_failure(...)	exentest_end(EXENTEST_FAILURE, __VA_ARGS__)
#define exentest_error(...)	exentest_end(EXENTEST_ERROR, __VA_ARGS__)

/** A line for the log, with the test's name. */
void exentest_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** What is tested. */
#define CHECK(condition)							\
	do {									\
		if (!(condition))						\
			exentest_failure("line %d: %s", __LINE__, #condition);	\
	} while (0)
#define CHECK_EQ(actual, expected)						\
	do {									\
		const long long actual__ = (long long)(actual);			\
		const long long expected__ = (long long)(expected);		\
										\
		if (actual__ != expected__)					\
			exentest_failure("line %d: %s is %lld, not %s (%lld)",	\
					 __LINE__, #actual, actual__,		\
					 #expected, expected__);		\
	} while (0)
/** What the test needs to be meaningful. */
#define REQUIRE(condition)							\
	do {									\
		if (!(condition))						\
			exentest_error("line %d: %s", __LINE__, #condition);	\
	} while (0)

/* ---- two domains --------------------------------------------------------------------------- */

/** A page that both domains see. */
struct exentest_mailbox {
	uint32_t step[2];		/* how far the domain with this domid has come */
	uint32_t ended;			/* domain 1 has ended the test: status below */
	uint32_t status;
	uint32_t count;			/* domain 1's, for regs_hold(); jumps by 2^30 when it ends
					   the test, so that dom0 doesn't wait for ever */
	char detail[160];
	uint32_t word[512];		/* the test's own */
};

volatile struct exentest_mailbox *mailbox(void);
/** Event channel between the two; its events are counted and wake waits. */
evtchn_port_t peer_port(void);
/** The other domain's id. */
domid_t peer_domid(void);

/** Tells the other domain that this one has come to @p step (growing numbers). */
void peer_signal(uint32_t step);
/** Waits until the other domain has; ends the test if it doesn't in EXENTEST_TIMEOUT_NS. */
void peer_await(uint32_t step);
/** Ends the test if domain 1 has asked for that.  For dom0's own waits. */
void peer_check(void);
/** Has the other end of the channel closed it (its domain has ended)?  Dom0 only. */
bool peer_is_gone(void);

/* ---- registers while another domain runs (exentest_regs.S) --------------------------------- */

/**
 * Keeps r0-r11 at @p seed + number until *counter has reached @p until (another domain counts).
 * @return a bit for each register that has another value then
 */
uint32_t regs_hold(const volatile uint32_t *counter, uint32_t until, uint32_t seed);
/** The same in mode @p mode (PSR_*), I set.  PSR_USR: TRAP_SVC's handler must return behind the
 *  call in SVC mode. */
uint32_t regs_hold_in_mode(const volatile uint32_t *counter, uint32_t until, uint32_t seed,
			   uint32_t mode);
/** Exchanges spsr, sp and lr of a mode other than the current one. */
void regs_bank_exchange(uint32_t mode, uint32_t bank[3]);
/** Load-exclusive, wait until *counter has grown by @p more, store-exclusive.
 *  @return 1: the store failed */
uint32_t regs_exclusive(uint32_t *word, const volatile uint32_t *counter, uint32_t more);

/** Pseudo-random numbers (xorshift32), the same on every run; @p state is not 0. */
uint32_t exentest_random(uint32_t *state);

#endif
