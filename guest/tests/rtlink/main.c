/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtlink - messages cross between two domains whole, once and in order
 *
 * Domain 1, on the executive, is the frontend, dom0 the backend; they meet in xenstore.  2,000
 * messages of every length go there and come back, each wait ended by an event; a ring that nobody
 * reads takes 32, refuses the others at once and counts them; a link closed by either end opens again
 * and begins with empty rings.
 */
#include <exentest.h>
#include <exec/exec.h>
#include <guest/rtlink.h>

#define ROUND_TRIPS	2000
#define BURST		40
#define LIVES		3
#define REF		16
#define STACK_BYTES	4096

static struct rtlink link;
static uint8_t bytes[RTLINK_MESSAGE_BYTES];

static uint32_t len_of(uint32_t i)
{
	return i % (RTLINK_MESSAGE_BYTES + 1);
}

static uint8_t byte_of(uint32_t i, uint32_t at)
{
	return (uint8_t)(i * 7 + at);
}

/* ---- dom0 ---------------------------------------------------------------------------------- */

static int await_message(void)
{
	const uint64_t end_ns = time_ns() + EXENTEST_TIMEOUT_NS;

	for (;;) {
		const uint32_t count = evtchn_count(link.port);
		const int len = rtlink_receive(&link, bytes);

		if (len != RTLINK_WOULD_WAIT || time_ns() > end_ns)
			return len;
		if (!rtlink_want_event(&link))
			wait_event(evtchn_count(link.port) != count || mailbox()->ended,
				   EXENTEST_TIMEOUT_NS);
		peer_check();
	}
}

static void echo(void)
{
	for (uint32_t i = 0; i < ROUND_TRIPS; i++) {
		const int len = await_message();

		CHECK_EQ(len, len_of(i));
		CHECK_EQ(rtlink_send(&link, bytes, (uint32_t)len), 0);
	}
}

static void burst(void)
{
	CHECK(rtlink_want_event(&link));	/* no event comes for what is there */
	for (uint32_t i = 0; i < RTLINK_MESSAGES; i++) {
		CHECK_EQ(rtlink_receive(&link, bytes), sizeof(i));
		CHECK(!memcmp(bytes, &i, sizeof(i)));
	}
	CHECK_EQ(rtlink_receive(&link, bytes), RTLINK_WOULD_WAIT);
	CHECK(!rtlink_want_event(&link));
	CHECK_EQ(rtlink_lost(&link), BURST - RTLINK_MESSAGES);
}

static void dom0(void)
{
	REQUIRE(!xs_init());
	for (uint32_t life = 1; life <= LIVES; life++) {
		CHECK_EQ(rtlink_accept(&link, peer_domid(), 0, 0, EXENTEST_TIMEOUT_NS), 0);
		evtchn_unmask(link.port);
		echo();
		peer_await(2 * life - 1);		/* it has sent a burst */
		burst();
		CHECK(rtlink_is_connected(&link));
		if (life == 1)
			CHECK(rtlink_close(&link, NS_PER_S));
		peer_signal(life);
		CHECK(poll_until(!rtlink_is_connected(&link), EXENTEST_TIMEOUT_NS));
		CHECK(rtlink_close(&link, NS_PER_S));
		peer_await(2 * life);
	}
}

/* ---- domain 1 ------------------------------------------------------------------------------ */

static struct rtlink_pages pages;
static struct exec_semaphore arrived;

static void check_echo(uint32_t i)
{
	int len;

	while ((len = rtlink_receive(&link, bytes)) == RTLINK_WOULD_WAIT)
		if (!rtlink_want_event(&link))
			CHECK_EQ(exec_semaphore_take(&arrived, exec_now_ns() + EXENTEST_TIMEOUT_NS), 0);
	CHECK_EQ(len, len_of(i));
	for (uint32_t at = 0; at < len_of(i); at++)
		CHECK_EQ(bytes[at], byte_of(i, at));
}

static void round_trips(void)
{
	uint8_t message[RTLINK_MESSAGE_BYTES + 1] = { 0 };

	CHECK_EQ(rtlink_send(&link, message, sizeof(message)), RTLINK_TOO_LONG);
	for (uint32_t i = 0; i < ROUND_TRIPS; i++) {
		for (uint32_t at = 0; at < len_of(i); at++)
			message[at] = byte_of(i, at);
		CHECK_EQ(rtlink_send(&link, message, len_of(i)), 0);
		check_echo(i);
	}
}

static void send_burst(void)
{
	for (uint32_t i = 0; i < BURST; i++)
		CHECK_EQ(rtlink_send(&link, &i, sizeof(i)),
			 i < RTLINK_MESSAGES ? 0 : RTLINK_WOULD_WAIT);
}

static void frontend(void *unused)
{
	(void)unused;
	REQUIRE(!xs_init());
	for (uint32_t life = 1; life <= LIVES; life++) {
		CHECK_EQ(rtlink_open(&link, 0, &pages, REF, EXENTEST_TIMEOUT_NS), 0);
		exec_semaphore_init(&arrived, 0, 1);
		exec_semaphore_bind(&arrived, link.port);
		round_trips();
		send_burst();
		peer_signal(2 * life - 1);
		peer_await(life);
		CHECK(rtlink_close(&link, EXENTEST_TIMEOUT_NS));
		CHECK_EQ(rtlink_send(&link, bytes, 1), RTLINK_WOULD_WAIT);
		peer_signal(2 * life);
	}
	sched_shutdown(SHUTDOWN_poweroff);
}

static void domu(void)
{
	static struct exec_thread thread;
	static EXEC_STACK(stack, STACK_BYTES);

	exec_thread_create(&thread, "frontend", 1, stack, STACK_BYTES, frontend, NULL);
	exec_start();
}

EXENTEST2(dom0, domu);
