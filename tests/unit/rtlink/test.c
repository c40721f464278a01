/* SPDX-License-Identifier: Apache-2.0 */
/* The rings of abi/rtlink.h.  A test is a function; CHECK ends the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "barrier.h"

#define CHECK(condition)							\
	do {									\
		if (!(condition)) {						\
			printf("not ok - %s:%d: %s\n", __func__, __LINE__, #condition);	\
			exit(1);						\
		}								\
	} while (0)

static struct rtlink_ring *ring;
static struct rtlink_producer producer;
static struct rtlink_consumer consumer;
static bool must_notify;
static void (*interloper)(void);	/* acts at each barrier */

static void at_barrier(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (interloper)
		interloper();
}

/* @p index: where both ends begin, for wrapping */
static void start(uint32_t index)
{
	free(ring);
	ring = aligned_alloc(4096, sizeof(*ring));
	rtlink_ring_init(ring);
	ring->prod = ring->cons = index;
	ring->prod_event = index + 1;
	producer = (struct rtlink_producer){ .ring = ring, .prod = index };
	consumer = (struct rtlink_consumer){ .ring = ring, .cons = index };
	interloper = NULL;
}

static int push(const void *bytes, uint32_t len)
{
	return rtlink_push(&producer, bytes, len, &must_notify);
}

/* Into memory of just the size that a caller must give. */
static int pop(void *copy)
{
	void *bytes = malloc(RTLINK_MESSAGE_BYTES);
	const int len = rtlink_pop(&consumer, bytes, &must_notify);

	if (len > 0 && copy)
		memcpy(copy, bytes, (size_t)len);
	free(bytes);
	return len;
}

static void fill(void)
{
	for (uint32_t i = 0; i < RTLINK_MESSAGES; i++)
		CHECK(!push(&i, sizeof(i)));
}

static void in_order(void)
{
	uint8_t sent[RTLINK_MESSAGE_BYTES], received[RTLINK_MESSAGE_BYTES];

	start(0xfffffff0);		/* the indices wrap on the way */
	for (uint32_t i = 0; i < 1000; i++) {
		const uint32_t len = i % (RTLINK_MESSAGE_BYTES + 1);

		memset(sent, (int)(i & 0xff), sizeof(sent));
		CHECK(!push(sent, len));
		CHECK(pop(received) == (int)len);
		CHECK(!memcmp(sent, received, len));
	}
	CHECK(pop(NULL) == RTLINK_WOULD_WAIT);
}

static void full(void)
{
	uint32_t value;

	start(0xffffffff);
	fill();
	CHECK(rtlink_room(&producer) == 0);
	CHECK(push("x", 1) == RTLINK_WOULD_WAIT);
	CHECK(push("x", 1) == RTLINK_WOULD_WAIT);
	CHECK(ring->dropped == 2);
	for (uint32_t i = 0; i < RTLINK_MESSAGES; i++)
		CHECK(pop(&value) == sizeof(value) && value == i);
	CHECK(rtlink_room(&producer) == RTLINK_MESSAGES);
}

static void too_long(void)
{
	static const uint8_t bytes[RTLINK_MESSAGE_BYTES + 1];

	start(0);
	CHECK(push(bytes, sizeof(bytes)) == RTLINK_TOO_LONG);
	CHECK(push(bytes, UINT32_MAX) == RTLINK_TOO_LONG);
	CHECK(ring->prod == 0 && ring->dropped == 0);
}

static void notifies_of_messages(void)
{
	start(5);
	CHECK(!push("a", 1) && must_notify);	/* as the ring starts */
	CHECK(!push("b", 1) && !must_notify);
	CHECK(rtlink_want_message(&consumer));	/* two are there */
	CHECK(pop(NULL) == 1 && pop(NULL) == 1);
	CHECK(!rtlink_want_message(&consumer));
	CHECK(!push("c", 1) && must_notify);
}

static void notifies_of_room(void)
{
	start(0xfffffffe);
	CHECK(rtlink_want_room(&producer));	/* all of it */
	fill();
	CHECK(!rtlink_want_room(&producer));
	CHECK(pop(NULL) == 4 && must_notify);
	CHECK(pop(NULL) == 4 && !must_notify);
	CHECK(rtlink_want_room(&producer));
}

/* Whatever the other end's index is: refused unless it can be. */
static void wild_indices(void)
{
	start(100);
	for (uint32_t i = 0; i < 100000; i++) {
		const uint32_t other = i * 42949u;
		const uint32_t used = 100 - other, there = other - 100;

		ring->cons = other;
		producer.prod = 100;
		CHECK(rtlink_room(&producer) == (used <= 32 ? (int)(32 - used) : RTLINK_BROKEN));
		CHECK(push("x", 1) == (used < 32 ? 0 : used == 32 ? RTLINK_WOULD_WAIT : RTLINK_BROKEN));
		ring->prod = other;
		ring->message[100 % RTLINK_MESSAGES].len = 1;
		consumer.cons = 100;
		CHECK(pop(NULL) == (!there ? RTLINK_WOULD_WAIT : there <= 32 ? 1 : RTLINK_BROKEN));
	}
}

static void wild_lengths(void)
{
	static const uint32_t lens[] = { 121, 122, 0x7fffffff, 0x80000000, 0xffffffff };

	start(0);
	for (uint32_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		CHECK(!push("x", 1));
		ring->message[i].len = lens[i];
		CHECK(!push("y", 1));
		CHECK(pop(NULL) == RTLINK_BROKEN);
		CHECK(pop(NULL) == 1);		/* the next one is there */
		ring->message[i].len = lens[i];
		start(i + 1);
	}
}

/* The other end changes the length while it is used. */
static void grow(void)
{
	for (uint32_t i = 0; i < RTLINK_MESSAGES; i++)
		ring->message[i].len = ring->message[i].len == 120 ? 0xffffffff : 120;
}

static void changed_meanwhile(void)
{
	start(0);
	for (uint32_t i = 0; i < 100; i++) {
		int len;

		interloper = NULL;
		CHECK(!push("x", 1));
		interloper = grow;
		len = pop(NULL);
		CHECK(len == 120 || len == RTLINK_BROKEN);
		grow();
	}
}

static void overtake(void)
{
	ring->prod++;
	ring->cons--;
}

/* One index runs away at every barrier: each call still ends, and the private indices are right. */
static void runs_away(void)
{
	uint32_t popped = 0;

	start(0);
	interloper = overtake;
	for (uint32_t i = 0; i < 1000; i++) {
		push("x", 1);
		popped += pop(NULL) != RTLINK_WOULD_WAIT;
	}
	CHECK(consumer.cons <= popped);
}

int main(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
		{ "messages arrive whole, once, in order, across the wrap", in_order },
		{ "a full ring refuses and counts", full },
		{ "a message that is too long changes nothing", too_long },
		{ "an event for a message is asked for and sent once", notifies_of_messages },
		{ "an event for room is asked for and sent once", notifies_of_room },
		{ "indices that cannot be are refused", wild_indices },
		{ "lengths that cannot be are refused, the next message is read", wild_lengths },
		{ "a length that changes while it is used does no harm", changed_meanwhile },
		{ "indices that run away do no harm", runs_away },
	};

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		tests[i].run();
		printf("ok - %s\n", tests[i].name);
	}
	free(ring);
	return 0;
}
