/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owned-device - a domain drives a device of its own, whose interrupts come to it first, whoever runs
 *
 * Domain 1 has a higher priority, by exen,owned-interrupts the line of the board's first SP804, and by
 * exen,owned-devices the clock of the day (an SP804 is disabled in dom0's tree anyway).  Dom0's tree says
 * that this is disabled, and the line is refused to dom0.  While dom0 computes with CPSR.I set, domain 1
 * sleeps and takes 100 interrupts of its timer, none of them late.  (Where physical interrupts arrive as
 * IRQ, dom0 leaves I clear.)  Then domain 1 crashes with its line asserted: dom0 runs on, and the next life
 * drives the device again.
 */
#include <exentest.h>

#define LOAD		(0x00 / 4)
#define CONTROL		(0x08 / 4)
#define INT_CLEAR	(0x0c / 4)
#define CONTROL_ONE_SHOT	0xa3	/* enable, interrupt, 32 bit, one shot */
#define TICKS		100		/* 100 us at 1 MHz */
#define INTERRUPTS	100
#define LATE_NS		(20 * NS_PER_US)	/* more than the SP804's grain and the way to the handler */

enum { LIFE, DONE, LATEST, BASE, IRQ, READY };	/* words of the mailbox */

static const struct place {
	const char *compatible;
	const char *node;		/* as in config.dts */
	uint32_t base;
	uint32_t irq;
} places[] = {
	{ "arm,vexpress,v2p-ca9", "/bus@40000000/motherboard-bus@40000000/iofpga@7,00000000/rtc@17000",
	  0x10011000, 34 },
	{ "arm,versatile-pb", "/amba/rtc@101e8000", 0x101e2000, 36 },
	{ "arm,realview-eb", "/fpga/rtc@10017000", 0x10011000, 36 },
};

/* ---- dom0 ---------------------------------------------------------------------------------- */

static const struct place *find_place(void)
{
	uint32_t len;
	const char *compatible = fdt_property(guest_fdt(), "/", "compatible", &len);

	for (uint32_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (compatible && !strcmp(compatible, places[i].compatible))
			return &places[i];
	exentest_error("unknown board");
}

static void is_not_ours(const struct place *place)
{
	uint32_t len;
	const char *status = fdt_property(guest_fdt(), place->node, "status", &len);
	evtchn_port_t port;

	CHECK(status && !strcmp(status, "disabled"));
	CHECK_EQ(irq_unmask(place->irq), -XEN_EPERM);
	CHECK_EQ(evtchn_bind_pirq(place->irq, &port), -XEN_EPERM);
}

/* Computes until domain 1's life has had its interrupts. */
static void run_beside(uint32_t life, bool is_masked)
{
	volatile uint32_t *word = mailbox()->word;
	const uint64_t end_ns = time_ns() + EXENTEST_TIMEOUT_NS;
	uint32_t psr;

	wait_event(word[READY] >= life || mailbox()->ended, EXENTEST_TIMEOUT_NS);
	psr = is_masked ? irq_save() : 0;
	while (word[DONE] < life && !mailbox()->ended && time_ns() < end_ns)
		for (volatile uint32_t i = 0; i < 1000; i++)
			;
	if (is_masked)
		irq_restore(psr);
	peer_check();
	CHECK(word[DONE] >= life);
	exentest_note("life %u: latest %u ns", life, word[LATEST]);
	CHECK(word[LATEST] < LATE_NS);
}

static void dom0(void)
{
	const struct place *place = find_place();
	const bool is_fiq = exen_ops()->features & EXEN_FEATURE_FIQ;

	is_not_ours(place);
	mailbox()->word[BASE] = place->base;
	mailbox()->word[IRQ] = place->irq;
	peer_signal(1);
	run_beside(1, is_fiq);
	for (uint32_t i = 0; i < 20; i++)
		sleep_ns(NS_PER_MS);
	run_beside(2, is_fiq);
	is_not_ours(place);
}

/* ---- domain 1 ------------------------------------------------------------------------------ */

static volatile uint32_t *sp804;
static volatile uint32_t interrupts;
static uint64_t due_ns;
static uint32_t latest_ns;

static void start(void)
{
	sp804[CONTROL] = 0;
	sp804[LOAD] = TICKS;
	sp804[CONTROL] = CONTROL_ONE_SHOT;
	due_ns = time_ns() + TICKS * NS_PER_US;
}

static void handle_irq(uint32_t irq)
{
	const uint64_t now_ns = time_ns();

	(void)irq;
	sp804[INT_CLEAR] = 1;
	if (now_ns > due_ns && now_ns - due_ns > latest_ns)
		latest_ns = (uint32_t)(now_ns - due_ns);
	interrupts++;
}

static void domu(void)
{
	volatile uint32_t *word = mailbox()->word;
	uint32_t irq;

	peer_await(1);
	irq = word[IRQ];
	sp804 = map_device(word[BASE], GUEST_PAGE_SIZE);
	REQUIRE(sp804);
	sp804[CONTROL] = 0;
	sp804[INT_CLEAR] = 1;		/* of a former life */
	word[READY] = ++word[LIFE];
	evtchn_send(peer_port());
	irq_set_handler(irq, handle_irq);
	CHECK_EQ(irq_unmask(irq), 0);
	for (uint32_t i = 1; i <= INTERRUPTS; i++) {
		start();
		CHECK(wait_event(interrupts == i, NS_PER_S));
	}
	word[LATEST] = latest_ns;
	memory_barrier();
	word[DONE] = word[LIFE];
	if (word[LIFE] > 1)
		return;
	irq_disable();
	start();
	for (const uint64_t end_ns = time_ns() + NS_PER_MS; time_ns() < end_ns; )
		;
	sched_shutdown(SHUTDOWN_crash);
}

EXENTEST2(dom0, domu);
