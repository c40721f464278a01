// SPDX-License-Identifier: Apache-2.0
/*
 * A real-time domain beside Linux: its timer fires after 20,000 to 40,000 instructions, a million
 * times, and a histogram counts how late its IRQ vector has read the clock, which is the first thing
 * it does.  All times are instructions; "ns=N" in its bootargs says how many nanoseconds QEMU takes
 * one for (default 1).
 *
 * Starts when the systems beside it have had the time to boot.  Every hundred thousand periods one line:
 * "periods N: min A median B p9999 C max D", the last with what is in 9,999 of 10,000; then the machine ends.
 */
#include <guest/guest.h>
#include "mark.h"

#define START		12000000000ULL
#define PERIOD		20000
#define NR_PERIODS	1000000
#define REPORT_PERIODS	100000
#define PER_BIN		10		/* what the hypervisor's clock can tell at best */
#define NR_BINS		10000

/* Where the IRQ vector leads: notes the time, goes on to the kit's code. */
void timed_irq(void);
__asm__(".text\n"
	".global timed_irq\n"
	"timed_irq:\n\t"
	"stmfd	sp!, {r0-r3, r12, lr}\n\t"
	"ldr	r0, =time_function\n\t"
	"ldr	r0, [r0]\n\t"
	"blx	r0\n\t"
	"ldr	r2, =entered_ns\n\t"
	"stmia	r2, {r0, r1}\n\t"
	"ldmfd	sp!, {r0-r3, r12, lr}\n\t"
	"b	vector_irq");

uint32_t time_function;		/* of struct exen_ops */
uint64_t entered_ns;
static uint64_t deadline_ns;
static volatile uint32_t periods;
static uint32_t bin[NR_BINS];		/* the last one: and all that are later */
static uint32_t least = UINT32_MAX, worst;
static uint32_t ns = 1;			/* an instruction's time */
static uint32_t marked_above = UINT32_MAX;	/* "late=N" in bootargs: for plugin/ring.c */

static void arm(void);

static void tick(void)
{
	const uint32_t late = (uint32_t)(entered_ns - deadline_ns) / ns;
	const uint32_t number = late / PER_BIN;

	bin[number < NR_BINS ? number : NR_BINS - 1]++;
	if (late < least)
		least = late;
	if (late > worst)
		worst = late;
	if (late > marked_above)
		MARK(MARK_LATE, 0);
	periods++;
	if (periods % REPORT_PERIODS)
		arm();
}

/* xorshift */
static uint32_t next_random(void)
{
	static uint32_t x = 1;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

static void arm(void)
{
	deadline_ns = time_ns() + ns * (PERIOD + next_random() % PERIOD);
	timer_set(deadline_ns, tick);
}

/* @return instructions within which `per_10000` of 10,000 periods are */
static uint32_t within(uint32_t per_10000)
{
	const uint32_t wanted = periods / 10000 * per_10000;
	uint32_t sum = 0, i = 0;

	for (; i < NR_BINS - 1; i++) {
		sum += bin[i];
		if (sum >= wanted)
			break;
	}
	return i * PER_BIN;
}

void guest_main(void)
{
	ns = (uint32_t)bootarg_number("ns", 1);
	marked_above = (uint32_t)bootarg_number("late", UINT32_MAX);
	time_function = exen_ops()->time_ns;
	irq_set_entry(timed_irq);
	sleep_ns(ns * START - time_ns());
	while (periods < NR_PERIODS) {
		const uint32_t end = periods + REPORT_PERIODS;

		arm();
		while (periods < end) {
			const uint32_t psr = irq_save();

			if (periods < end)
				sched_block();
			irq_restore(psr);
		}
		printf("periods %u: min %u median %u p9999 %u max %u\n", periods, least, within(5000), within(9999), worst);
	}
	machine_exit(0);
}
