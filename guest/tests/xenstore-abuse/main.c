/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xenstore-abuse - a client that breaks the protocol, floods or never reads harms only itself
 *
 * Domain 1 lives six times (its policy is restart), each time with another abuse of its ring: unknown
 * types and absurd lengths, indices out of range, random bytes, requests without ever reading a reply,
 * watches whose events it never takes, transactions that it leaves open.  All that time dom0 reads and
 * writes, and each life of domain 1 starts with a store that works for it again.
 */
#include <exentest.h>

enum { WORD_LIFE, WORD_BUSY };

#define LIVES	6

static uint32_t rng = 77;

static void put(const void *bytes, uint32_t len)
{
	volatile struct xenstore_domain_interface *ring = xs_ring();
	const char *from = bytes;
	uint32_t prod = ring->req_prod;

	while (len--)
		ring->req[MASK_XENSTORE_IDX(prod++)] = *from++;
	memory_barrier();
	ring->req_prod = prod;
	evtchn_send(xs_port());
}

static uint32_t room(void)
{
	volatile struct xenstore_domain_interface *ring = xs_ring();

	return XENSTORE_RING_SIZE - (ring->req_prod - ring->req_cons);
}

/* Requests as fast as the server takes them, for a tenth of a second; no reply is read. */
static void flood(uint32_t type, const char *payload, uint32_t len)
{
	const uint64_t end_ns = time_ns() + 100 * NS_PER_MS;
	struct xsd_sockmsg msg = { .type = type, .len = len };

	while (time_ns() < end_ns) {
		if (room() < sizeof(msg) + len || room() > XENSTORE_RING_SIZE) {
			sleep_ns(NS_PER_MS);
			continue;
		}
		msg.req_id++;
		put(&msg, sizeof(msg));
		put(payload, len);
	}
}

static void wrong_headers(void)
{
	struct xsd_sockmsg msg = { .type = 9999, .len = 4 };

	put(&msg, sizeof(msg));
	put("abc", 4);
	sleep_ns(10 * NS_PER_MS);
	msg = (struct xsd_sockmsg){ .type = XS_READ, .len = 0xffffffff };
	put(&msg, sizeof(msg));
	sleep_ns(10 * NS_PER_MS);
}

static void wrong_indices(void)
{
	static const uint32_t offsets[] = { 1025, 5000, 0x80000000, 0xffffffff };
	volatile struct xenstore_domain_interface *ring = xs_ring();

	for (uint32_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		ring->req_prod = ring->req_cons + offsets[i];
		evtchn_send(xs_port());
		sleep_ns(5 * NS_PER_MS);
		ring->rsp_cons = ring->rsp_prod + offsets[i];
		evtchn_send(xs_port());
		sleep_ns(5 * NS_PER_MS);
	}
}

static void random_bytes(void)
{
	for (uint32_t i = 0; i < 200; i++) {
		uint32_t bytes[32];

		for (uint32_t w = 0; w < 32; w++)
			bytes[w] = exentest_random(&rng) & 0x1f1f001f;
		put(bytes, sizeof(bytes));
		sleep_ns(100 * NS_PER_US);
	}
}

static void open_transactions(void)
{
	uint32_t tx;

	for (uint32_t i = 0; i < 1000; i++)
		if (xs_transaction_start(&tx) < 0)
			return;
	exentest_failure("1000 open transactions");
}

static void ignored_watches(void)
{
	char token[16];

	for (uint32_t i = 0; i < 20; i++) {
		struct xsd_sockmsg msg = { .type = XS_WATCH };
		static const char path[] = "/exentest/busy";

		snprintf(token, sizeof(token), "t%u", i);
		msg.len = sizeof(path) + strlen(token) + 1;
		put(&msg, sizeof(msg));
		put(path, sizeof(path));
		put(token, strlen(token) + 1);
		sleep_ns(2 * NS_PER_MS);
	}
	sleep_ns(200 * NS_PER_MS);		/* dom0 writes the node all the time */
}

static void domu(void)
{
	volatile uint32_t *life = &mailbox()->word[WORD_LIFE];
	char value[8];

	REQUIRE(!xs_init());
	if (xs_read(XS_NO_TRANSACTION, "domid", value, sizeof(value)) != 1)
		exentest_failure("life %u starts without a store", *life);
	switch ((*life)++) {
	case 0:
		wrong_headers();
		break;
	case 1:
		wrong_indices();
		break;
	case 2:
		random_bytes();
		break;
	case 3:
		flood(XS_READ, "domid", 6);
		break;
	case 4:
		ignored_watches();
		break;
	case 5:
		open_transactions();
		break;
	default:
		mailbox()->word[WORD_BUSY] = 1;
		for (;;)
			sched_block();
	}
	sched_shutdown(SHUTDOWN_reboot);
}

static void dom0(void)
{
	static const char perms[] = "n0\0r1";
	const uint64_t deadline_ns = time_ns() + 60 * NS_PER_S;
	volatile uint32_t *word = mailbox()->word;
	uint64_t longest_ns = 0;
	uint32_t n = 0, value;

	REQUIRE(!xs_init());
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/busy", "0"), 0);
	CHECK_EQ(xs_set_perms(XS_NO_TRANSACTION, "/exentest/busy", perms, sizeof(perms)), 0);
	while (!word[WORD_BUSY]) {
		const uint64_t start_ns = time_ns();

		CHECK_EQ(xs_printf(XS_NO_TRANSACTION, "/exentest/busy", "%u", ++n), 0);
		CHECK_EQ(xs_read_u32(XS_NO_TRANSACTION, "/exentest/busy", &value), 0);
		CHECK_EQ(value, n);
		if (time_ns() - start_ns > longest_ns)
			longest_ns = time_ns() - start_ns;
		peer_check();
		if (time_ns() > deadline_ns)
			exentest_failure("domain 1 stands in life %u", word[WORD_LIFE]);
		sleep_ns(NS_PER_MS);
	}
	CHECK_EQ(word[WORD_LIFE], LIVES + 1);
	exentest_note("%u rounds of dom0, longest %u us", n, (uint32_t)(longest_ns / 1000));
	CHECK(longest_ns < NS_PER_S);
}

EXENTEST2(dom0, domu);
