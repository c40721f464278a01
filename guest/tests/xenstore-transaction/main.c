/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xenstore-transaction - changes in a transaction are seen by all at once or not at all
 *
 * What a transaction writes is not seen outside before its end, nor after an abort.  Two domains
 * increment one counter 200 times each in transactions, repeating on -EAGAIN: the sum is right, and
 * at least one conflict was seen in all or the store served them one by one.
 */
#include <exentest.h>

#define INCREMENTS	200
#define COUNTER		"/exentest/counter"

static char value[64];

static void visibility(void)
{
	uint32_t tx;

	CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/a", "old"), 0);
	CHECK_EQ(xs_transaction_start(&tx), 0);
	CHECK_EQ(xs_write(tx, "/exentest/a", "new"), 0);
	CHECK_EQ(xs_read(tx, "/exentest/a", value, sizeof(value)), 3);
	CHECK(!strcmp(value, "new"));
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest/a", value, sizeof(value)), 3);
	CHECK(!strcmp(value, "old"));
	CHECK_EQ(xs_transaction_end(tx, true), 0);
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest/a", value, sizeof(value)), 3);
	CHECK(!strcmp(value, "new"));

	CHECK_EQ(xs_transaction_start(&tx), 0);
	CHECK_EQ(xs_rm(tx, "/exentest/a"), 0);
	CHECK_EQ(xs_read(tx, "/exentest/a", value, sizeof(value)), -XEN_ENOENT);
	CHECK_EQ(xs_transaction_end(tx, false), 0);
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest/a", value, sizeof(value)), 3);
	CHECK_EQ(xs_transaction_end(tx, false), -XEN_ENOENT);
}

static void conflict(void)
{
	uint32_t tx;

	CHECK_EQ(xs_transaction_start(&tx), 0);
	CHECK_EQ(xs_read(tx, "/exentest/a", value, sizeof(value)), 3);
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/a", "between"), 0);
	CHECK_EQ(xs_write(tx, "/exentest/b", "from a"), 0);
	CHECK_EQ(xs_transaction_end(tx, true), -XEN_EAGAIN);
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest/b", value, sizeof(value)), -XEN_ENOENT);
}

static bool increment_once(void)
{
	uint32_t tx, n;
	int32_t err;

	CHECK_EQ(xs_transaction_start(&tx), 0);
	CHECK_EQ(xs_read_u32(tx, COUNTER, &n), 0);
	sched_yield();
	CHECK_EQ(xs_printf(tx, COUNTER, "%u", n + 1), 0);
	err = xs_transaction_end(tx, true);
	if (err != -XEN_EAGAIN)
		CHECK_EQ(err, 0);
	return !err;
}

static uint32_t increment(void)
{
	uint32_t conflicts = 0;

	for (uint32_t i = 0; i < INCREMENTS; ) {
		if (increment_once())
			i++;
		else
			conflicts++;
	}
	return conflicts;
}

static void dom0(void)
{
	static const char perms[] = "n0\0b1";
	uint32_t n, conflicts;

	REQUIRE(!xs_init());
	visibility();
	conflict();
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, COUNTER, "0"), 0);
	CHECK_EQ(xs_set_perms(XS_NO_TRANSACTION, COUNTER, perms, sizeof(perms)), 0);
	peer_signal(1);
	conflicts = increment();
	peer_await(1);
	CHECK_EQ(xs_read_u32(XS_NO_TRANSACTION, COUNTER, &n), 0);
	CHECK_EQ(n, 2 * INCREMENTS);
	exentest_note("%u and %u conflicts", conflicts, mailbox()->word[0]);
}

static void domu(void)
{
	REQUIRE(!xs_init());
	peer_await(1);
	mailbox()->word[0] = increment();
	peer_signal(1);
}

EXENTEST2(dom0, domu);
