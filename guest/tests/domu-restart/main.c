/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * domu-restart - a domU is restarted 100 times, after reboots and crashes, while dom0 runs on
 *
 * Domain 1 connects, counts itself in the mailbox, and ends: by SHUTDOWN_reboot, by SHUTDOWN_crash,
 * or by jumping to nowhere.  Each life finds its memory as the image has it, the channel and the
 * grant work again, and nothing is used up: dom0's number of free ports stays the same.
 */
#include <exentest.h>

#define LIVES	100

static volatile uint32_t initialised = 0x12345678;
static volatile uint32_t zeroed[4096];

static uint32_t free_ports(void)
{
	static evtchn_port_t port[EVTCHN_MAX_PORTS];
	uint32_t n = 0;

	while (!evtchn_alloc_unbound(DOMID_SELF, &port[n]))
		n++;
	for (uint32_t i = 0; i < n; i++)
		CHECK_EQ(evtchn_close(port[i]), 0);
	return n;
}

static void dom0(void)
{
	const uint32_t before = free_ports();
	volatile uint32_t *lives = &mailbox()->word[0];

	for (uint32_t life = 1; life <= LIVES; life++) {
		wait_event(*lives >= life || mailbox()->ended, EXENTEST_TIMEOUT_NS);
		peer_check();
		if (*lives < life)
			exentest_failure("domain 1 has started %u times, not %u", *lives, life);
	}
	peer_await(LIVES);
	CHECK_EQ(free_ports(), before);
}

static void die(uint32_t life) __attribute__((noreturn));
static void die(uint32_t life)
{
	if (life % 20 == 0)
		((void (*)(void))0x00100000)();
	sched_shutdown(life % 2 ? SHUTDOWN_reboot : SHUTDOWN_crash);
}

static void domu(void)
{
	volatile uint32_t *lives = &mailbox()->word[0];
	uint32_t life;

	CHECK_EQ(initialised, 0x12345678);
	for (uint32_t i = 0; i < sizeof(zeroed) / 4; i++)
		CHECK_EQ(zeroed[i], 0);
	initialised = 0;
	zeroed[100] = 1;
	life = ++*lives;
	evtchn_send(peer_port());
	if (life < LIVES)
		die(life);
	peer_signal(LIVES);
	for (;;)
		sched_block();
}

EXENTEST2(dom0, domu);
