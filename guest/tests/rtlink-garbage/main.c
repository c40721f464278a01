/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtlink-garbage - a peer that writes garbage into the shared rings harms nobody but itself
 *
 * Dom0 writes random and chosen words over both rings, indices most, 2,000 times.  Each time domain 1
 * sends, receives all that seems to be there, and asks for an event: every call ends within 50 us, no
 * message is longer than it may be, memory around its buffer stays as it was.  Then both close and
 * open again, and messages cross.
 */
#include <exentest.h>
#include <guest/rtlink.h>

#define ROUNDS		2000
#define REF		16
#define LIMIT_NS	(50 * NS_PER_US)
#define CANARY		0xc0ffee11

enum { WORD_PROD, WORD_CONS };		/* in the mailbox: domain 1's own indices */

static struct rtlink link;

/* ---- dom0 ---------------------------------------------------------------------------------- */

static uint32_t wild_word(uint32_t *random)
{
	static const uint32_t chosen[] = { 0, 1, 31, 32, 33, 119, 120, 121, 0x7fffffff, 0x80000000,
					   0xffffffe0, 0xffffffff };
	const uint32_t n = exentest_random(random);

	if (n % 4 == 0)
		return exentest_random(random);
	return chosen[n / 4 % (sizeof(chosen) / sizeof(chosen[0]))];
}

/* @p near	this end's index as the other one expects it, more or less */
static void garble(volatile struct rtlink_ring *ring, uint32_t near, uint32_t *random)
{
	volatile uint32_t *word = (volatile uint32_t *)ring;

	for (uint32_t i = exentest_random(random) % 16; i; i--)
		word[exentest_random(random) % (sizeof(*ring) / 4)] = wild_word(random);
	for (uint32_t i = 0; i < RTLINK_MESSAGES; i++)
		if (exentest_random(random) % 4 == 0)
			ring->message[i].len = wild_word(random);
	ring->prod = exentest_random(random) % 4 ? near : wild_word(random);
	ring->cons = exentest_random(random) % 4 ? near : wild_word(random);
	ring->prod_event = wild_word(random);
	ring->cons_event = wild_word(random);
}

static void garble_both(uint32_t *random)
{
	const volatile uint32_t *index = mailbox()->word;

	garble(link.in.ring, index[WORD_PROD] - exentest_random(random) % 40, random);
	garble(link.out.ring, index[WORD_CONS] + exentest_random(random) % 40, random);
}

static void dom0(void)
{
	uint32_t random = 1;
	uint8_t bytes[RTLINK_MESSAGE_BYTES];

	REQUIRE(!xs_init());
	CHECK_EQ(rtlink_accept(&link, peer_domid(), 0, 0, EXENTEST_TIMEOUT_NS), 0);
	for (uint32_t round = 1; round <= ROUNDS; round++) {
		garble_both(&random);
		peer_signal(round);
		peer_await(round);
	}
	CHECK(rtlink_close(&link, NS_PER_S));
	CHECK_EQ(rtlink_accept(&link, peer_domid(), 0, 0, EXENTEST_TIMEOUT_NS), 0);
	CHECK_EQ(rtlink_send(&link, "again", 5), 0);
	CHECK(poll_until(rtlink_receive(&link, bytes) == 5 || mailbox()->ended,
			 EXENTEST_TIMEOUT_NS));
	peer_check();
	CHECK(!memcmp(bytes, "again", 5));
}

/* ---- domain 1: the real-time end ------------------------------------------------------------- */

static struct {
	uint32_t before[16];
	uint8_t bytes[RTLINK_MESSAGE_BYTES];
	uint32_t after[16];
} buffer;
static uint32_t nr_received, nr_sent, nr_broken, longest_ns;
static uint64_t call_ns;

static void call_begins(void)
{
	for (uint32_t i = 0; i < 16; i++)
		buffer.before[i] = buffer.after[i] = CANARY;
	call_ns = time_ns();
}

static void call_ended(int result)
{
	const uint32_t ns = (uint32_t)(time_ns() - call_ns);

	longest_ns = ns > longest_ns ? ns : longest_ns;
	nr_broken += result == RTLINK_BROKEN;
	CHECK(result <= RTLINK_MESSAGE_BYTES && result >= RTLINK_BROKEN);
	for (uint32_t i = 0; i < 16; i++)
		CHECK(buffer.before[i] == CANARY && buffer.after[i] == CANARY);
}

static void use_link(void)
{
	const uint32_t psr = irq_save();	/* for the times */
	int result;

	call_begins();
	result = rtlink_send(&link, buffer.bytes, sizeof(buffer.bytes));
	call_ended(result);
	nr_sent += result == 0;
	for (uint32_t i = 0; i < 2; i++) {
		call_begins();
		result = rtlink_receive(&link, buffer.bytes);
		call_ended(result);
		nr_received += result >= 0;
	}
	call_begins();
	call_ended(rtlink_receive_last(&link, buffer.bytes));
	call_begins();
	call_ended(rtlink_want_event(&link));
	irq_restore(psr);
}

static void domu(void)
{
	static struct rtlink_pages pages;

	REQUIRE(!xs_init());
	CHECK_EQ(rtlink_open(&link, 0, &pages, REF, EXENTEST_TIMEOUT_NS), 0);
	for (uint32_t round = 1; round <= ROUNDS; round++) {
		peer_await(round);
		use_link();
		mailbox()->word[WORD_PROD] = link.out.prod;
		mailbox()->word[WORD_CONS] = link.in.cons;
		peer_signal(round);
	}
	exentest_note("%u sent, %u received, %u times broken, the longest call %u ns", nr_sent,
		      nr_received, nr_broken, longest_ns);
	CHECK(nr_sent > 100 && nr_received > 100 && nr_broken > 100);
	CHECK(longest_ns < LIMIT_NS);
	CHECK(poll_until(!rtlink_is_connected(&link), EXENTEST_TIMEOUT_NS));
	CHECK(rtlink_close(&link, EXENTEST_TIMEOUT_NS));
	CHECK_EQ(rtlink_open(&link, 0, &pages, REF, EXENTEST_TIMEOUT_NS), 0);
	CHECK(poll_until(rtlink_receive(&link, buffer.bytes) == 5, EXENTEST_TIMEOUT_NS));
	CHECK_EQ(rtlink_send(&link, buffer.bytes, 5), 0);
	for (;;)
		sched_block();
}

EXENTEST2(dom0, domu);
