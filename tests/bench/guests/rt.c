// SPDX-License-Identifier: Apache-2.0
/*
 * A real-time domain, more urgent than the Linux beside it: its timer fires at irregular times, and it
 * notes how late its handler reads the clock.  QEMU counts an instruction as a nanosecond.
 */
#include <exentest.h>

#include "mark.h"

#define PERIOD_NS	(50 * NS_PER_US)
#define REPORT_SAMPLES	500

static uint64_t deadline_ns;
static volatile uint32_t samples;
static uint32_t worst_ns;

static void arm(void);

static void tick(void)
{
	const uint32_t late_ns = (uint32_t)(time_ns() - deadline_ns);

	MARK(MARK_END, SECTION_rt_handler);
	if (late_ns > worst_ns)
		worst_ns = late_ns;
	samples++;
	if (samples < REPORT_SAMPLES)
		arm();
}

static void arm(void)
{
	static uint32_t random = 1;

	deadline_ns = time_ns() + PERIOD_NS + exentest_random(&random) % PERIOD_NS;
	timer_set(deadline_ns, tick);
}

static void dom0(void)
{
	for (;;) {
		samples = 0;
		worst_ns = 0;
		arm();
		while (samples < REPORT_SAMPLES) {
			const uint32_t psr = irq_save();

			if (samples < REPORT_SAMPLES)
				sched_block();
			irq_restore(psr);
		}
		exentest_note("%u interrupts, latest %u ns", samples, worst_ns);
	}
}

EXENTEST(dom0);
