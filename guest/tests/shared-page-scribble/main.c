/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared-page-scribble - a domU that writes over everything it shares hurts nobody else
 *
 * Domain 1 fills its shared_info, its grant table and both its rings with random words, 2,000
 * times, kicks the ports behind them, asks for its interrupts and has its grants used by dom0's
 * copies.  Dom0's timer, xenstore, console and hypercalls go on working all the time.
 */
#include <exentest.h>

#define ROUNDS	2000

static uint32_t rng = 20261122;
static uint8_t local[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));

static void scribble(void *page, uint32_t bytes)
{
	volatile uint32_t *word = page;

	for (uint32_t i = 0; i < bytes / 4; i++)
		word[i] = exentest_random(&rng);
}

static void domu(void)
{
	volatile uint32_t *round = &mailbox()->word[0];

	xs_init();
	peer_signal(1);
	irq_disable();				/* its own handlers would trip over the garbage */
	for (*round = 1; *round <= ROUNDS; (*round)++) {
		scribble(shared_info(), GUEST_PAGE_SIZE);
		scribble(gnttab_table(), GUEST_PAGE_SIZE);
		if (xs_ring()) {
			scribble(xs_ring(), GUEST_PAGE_SIZE);
			evtchn_send(xs_port());
		}
		if (console_ring()) {		/* indices only: no garbage on the console */
			scribble(&console_ring()->in_cons, 4 * sizeof(uint32_t));
			memset(console_ring()->out, '\n', sizeof(console_ring()->out));
			evtchn_send(console_ring_port());
		}
		hypercall2(EXEN_HYPERCALL_irq_ack, 0, 0);
		sched_yield();
	}
	mailbox()->word[1] = 1;
	for (;;)
		sched_block();
}

static void check_alive(bool has_store)
{
	const uint32_t ref = exentest_random(&rng) % gnttab_nr_entries();
	char domid[8];

	gnttab_copy_from(local, peer_domid(), ref, 0, 64);	/* any status, but an answer */
	gnttab_copy_to(peer_domid(), ref, 0, local, 64);
	CHECK_EQ(xen_version(XENVER_version, NULL), 4 << 16 | 17);
	if (has_store)
		CHECK_EQ(xs_read(XS_NO_TRANSACTION, "domid", domid, sizeof(domid)), 1);
}

static void dom0(void)
{
	const uint64_t deadline_ns = time_ns() + 60 * NS_PER_S;
	volatile uint32_t *word = mailbox()->word;
	const bool has_store = !xs_init();

	peer_await(1);
	while (!word[1]) {
		sleep_ns(5 * NS_PER_MS);
		peer_check();
		check_alive(has_store);
		if (time_ns() > deadline_ns || peer_is_gone())
			exentest_failure("domain 1 came to round %u", word[0]);
	}
}

EXENTEST2(dom0, domu);
