/* SPDX-License-Identifier: Apache-2.0 */
/* Timers of Allwinner A10 (A10 User Manual, timer controller): timer 0 is the comparator (one-shot),
 * timer 1 runs down for ever and is extended to 64 bits.  Timer 3 is the interrupt controller's. */
#include <exen/clock.h>

#define IRQ_EN		0x00
#define IRQ_STA		0x04
#define TIMER0		0x10
#define TIMER1		0x20
#define TIMER_CTRL	0x00
#define TIMER_INTV	0x04
#define TIMER_CUR	0x08

#define CTRL_ONESHOT	BIT(7)
#define CTRL_OSC24M	BIT(2)
#define CTRL_RELOAD	BIT(1)
#define CTRL_EN		BIT(0)

#define STOP_TICKS	3

static volatile void *timers __written_at_boot;
static volatile uint32_t halves __open;

static inline uint32_t sun4i_timer_count(void)
{
	return ~io_read32(timers, TIMER1 + TIMER_CUR);
}

static uint64_t sun4i_timer_read(void)
{
	return clock_extend(&halves, sun4i_timer_count);
}

/* A timer stops a few ticks after it is told to. */
static void stop_comparator(void)
{
	const uint32_t since = sun4i_timer_count();

	io_write32(timers, TIMER0 + TIMER_CTRL, 0);
	while (sun4i_timer_count() - since <= STOP_TICKS)
		;
}

static void start(uint32_t timer, uint32_t interval, uint32_t control)
{
	io_write32(timers, timer + TIMER_INTV, interval);
	io_write32(timers, timer + TIMER_CTRL, control | CTRL_OSC24M | CTRL_RELOAD | CTRL_EN);
}

static void sun4i_timer_init(volatile void *base)
{
	timers = base;
	start(TIMER1, ~0u, 0);
	io_write32(timers, IRQ_STA, BIT(0));
	io_write32(timers, IRQ_EN, io_read32(timers, IRQ_EN) | BIT(0));
	halves = 0;
}

static void sun4i_timer_set_deadline(uint64_t count)
{
	const uint32_t now = sun4i_timer_count();

	clock_count_half(&halves, now);
	stop_comparator();
	start(TIMER0, clock_delay_extended(count, now), CTRL_ONESHOT);
}

/* The halves still have to be counted, so the comparator never really rests. */
static void sun4i_timer_stop(void)
{
	sun4i_timer_set_deadline(sun4i_timer_read() + CLOCK_MAX_DELAY);
}

static void sun4i_timer_ack(void)
{
	io_write32(timers, IRQ_STA, BIT(0));
}

const struct clock_ops sun4i_timer_ops = {
	.name = "Allwinner A10 timer",
	.init = sun4i_timer_init,
	.read = sun4i_timer_read,
	.set_deadline = sun4i_timer_set_deadline,
	.stop = sun4i_timer_stop,
	.ack = sun4i_timer_ack,
};
