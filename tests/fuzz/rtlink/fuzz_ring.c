/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file One end uses its two rings, the other writes garbage into them.
 *
 * Input: actions.  First byte: 0 to 3 send (then a length), 4 to 7 receive, 8 ask for a message's
 * event, 9 for room, 10: as many acts of the other end at barriers as the next byte says, else the
 * other end acts: kind, then what it needs.
 */
#include <stdio.h>

#include "barrier.h"
#include "fuzz.h"

#define INSIST(condition)							\
	do {									\
		if (!(condition)) {						\
			fprintf(stderr, "line %d: %s\n", __LINE__, #condition);	\
			abort();						\
		}								\
	} while (0)

static struct rtlink_ring *ring[2];
static struct rtlink_producer producer;
static struct rtlink_consumer consumer;
static struct input *in;
static unsigned int acts_at_barriers;

static uint32_t take_word(void)
{
	uint32_t word = 0;

	take_bytes(in, &word, sizeof(word));
	return word;
}

/* What the other end may do: anything, but with a liking for indices and lengths. */
static void other_end_acts(void)
{
	const uint8_t kind = take(in);
	struct rtlink_ring *r = ring[kind & 1];

	switch (kind >> 1 & 7) {
	case 0:
		r->prod += take(in);
		break;
	case 1:
		r->cons += take(in);
		break;
	case 2:
		r->prod = take_word();
		break;
	case 3:
		r->cons = take_word();
		break;
	case 4:
		r->message[take(in) % RTLINK_MESSAGES].len = take(in) * (kind & 0x10 ? 0x01010101u : 1);
		break;
	case 5:
		r->prod_event = r->prod + 1;
		r->cons_event = r->cons + 1;
		break;
	default:
		((uint32_t *)r)[(take(in) << 8 | take(in)) % (sizeof(*r) / 4)] = take_word();
	}
}

static void at_barrier(void)
{
	if (acts_at_barriers && in && in->at < in->end) {
		acts_at_barriers--;
		other_end_acts();
	}
}

static void send_one(void)
{
	const uint32_t len = take(in), before = producer.prod;
	uint8_t *bytes = malloc(len + 1);
	bool must_notify;
	int err;

	memset(bytes, 0x5a, len + 1);
	err = rtlink_push(&producer, bytes, len, &must_notify);
	free(bytes);
	INSIST(err <= 0 && err >= RTLINK_BROKEN);
	INSIST((err == RTLINK_TOO_LONG) == (len > RTLINK_MESSAGE_BYTES));
	INSIST(producer.prod - before == (err ? 0 : 1));
	INSIST(!err || !must_notify);
}

static void receive_one(void)
{
	const uint32_t before = consumer.cons;
	uint8_t *bytes = malloc(RTLINK_MESSAGE_BYTES);
	bool must_notify;
	const int len = rtlink_pop(&consumer, bytes, &must_notify);

	free(bytes);
	INSIST(len <= RTLINK_MESSAGE_BYTES && len >= RTLINK_BROKEN && len != RTLINK_TOO_LONG);
	INSIST(consumer.cons - before <= 1);
	INSIST(len < 0 || consumer.cons - before == 1);
}

static void act(void)
{
	const uint8_t what = take(in);

	if (what < 4)
		send_one();
	else if (what < 8)
		receive_one();
	else if (what == 8)
		rtlink_want_message(&consumer);
	else if (what == 9)
		rtlink_want_room(&producer);
	else if (what == 10)
		acts_at_barriers += take(in);
	else
		other_end_acts();
}

static void start(void)
{
	for (unsigned int i = 0; i < 2; i++)
		rtlink_ring_init(ring[i]);
	producer = (struct rtlink_producer){ .ring = ring[0] };
	consumer = (struct rtlink_consumer){ .ring = ring[1] };
}

static void expect_service(void)
{
	struct rtlink_consumer other = { .ring = ring[0] };
	uint8_t bytes[RTLINK_MESSAGE_BYTES];
	bool must_notify;

	start();
	INSIST(!rtlink_push(&producer, "again", 5, &must_notify) && must_notify);
	INSIST(rtlink_pop(&other, bytes, &must_notify) == 5 && !memcmp(bytes, "again", 5));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input input = { bytes, bytes + size };

	for (unsigned int i = 0; i < 2; i++)
		ring[i] = aligned_alloc(4096, sizeof(*ring[i]));
	acts_at_barriers = 0;
	in = NULL;
	start();
	for (in = &input; in->at < in->end; )
		act();
	in = NULL;
	expect_service();
	for (unsigned int i = 0; i < 2; i++)
		free(ring[i]);
	return 0;
}
