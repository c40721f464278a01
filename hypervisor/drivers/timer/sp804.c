/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ARM dual timer (SP804), ARM DDI 0271.  The first counter is the comparator (one-shot), the second
 * runs down for ever and is extended to 64 bits: see clock_extend().
 */
#include <exen/clock.h>
#include <exen/io.h>

#define TIMER1		0x00
#define TIMER2		0x20
#define TIMER_LOAD	0x00
#define TIMER_VALUE	0x04
#define TIMER_CONTROL	0x08
#define TIMER_INTCLR	0x0c

#define CONTROL_ENABLE	BIT(7)
#define CONTROL_IRQ	BIT(5)
#define CONTROL_32BIT	BIT(1)
#define CONTROL_ONESHOT	BIT(0)

static volatile void *sp804 __written_at_boot;
static volatile uint32_t halves __open;

static inline uint32_t sp804_count(void)
{
	return ~io_read32(sp804, TIMER2 + TIMER_VALUE);
}

static uint64_t sp804_read(void)
{
	return clock_extend(&halves, sp804_count);
}

static void sp804_init(volatile void *base)
{
	sp804 = base;
	io_write32(sp804, TIMER1 + TIMER_CONTROL, 0);
	io_write32(sp804, TIMER1 + TIMER_INTCLR, 1);
	io_write32(sp804, TIMER2 + TIMER_CONTROL, 0);
	io_write32(sp804, TIMER2 + TIMER_LOAD, ~0u);
	io_write32(sp804, TIMER2 + TIMER_CONTROL, CONTROL_ENABLE | CONTROL_32BIT);
	halves = 0;
}

static void sp804_set_deadline(uint64_t count)
{
	const uint32_t now = sp804_count();

	clock_count_half(&halves, now);
	io_write32(sp804, TIMER1 + TIMER_CONTROL, 0);
	io_write32(sp804, TIMER1 + TIMER_LOAD, clock_delay_extended(count, now));
	io_write32(sp804, TIMER1 + TIMER_CONTROL,
		   CONTROL_ENABLE | CONTROL_IRQ | CONTROL_32BIT | CONTROL_ONESHOT);
}

/* The halves still have to be counted, so the comparator never really rests. */
static void sp804_stop(void)
{
	sp804_set_deadline(sp804_read() + CLOCK_MAX_DELAY);
}

static void sp804_ack(void)
{
	io_write32(sp804, TIMER1 + TIMER_INTCLR, 1);
}

const struct clock_ops sp804_ops = {
	.name = "SP804",
	.init = sp804_init,
	.read = sp804_read,
	.set_deadline = sp804_set_deadline,
	.stop = sp804_stop,
	.ack = sp804_ack,
};
