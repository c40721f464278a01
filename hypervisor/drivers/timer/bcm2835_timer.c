/* SPDX-License-Identifier: Apache-2.0 */
/* System timer of BCM2835 (BCM2835 ARM Peripherals, chapter 12): 64 bits, 1 MHz; channel 3 is the
 * comparator (0 and 2 are the GPU's, 1 is the interrupt controller's upcall). */
#include <exen/clock.h>

#define CS		0x00
#define CLO		0x04
#define CHI		0x08
#define C3		0x18
#define CS_M3		BIT(3)

static volatile void *systimer __written_at_boot;

static uint64_t bcm2835_timer_read(void)
{
	return clock_read_halves(systimer, CLO, CHI);
}

static void bcm2835_timer_init(volatile void *base)
{
	systimer = base;
	io_write32(systimer, CS, CS_M3);
}

static void bcm2835_timer_set_deadline(uint64_t count)
{
	clock_set_equal(systimer, CLO, C3, clock_delay(count, bcm2835_timer_read()));
}

/* The comparator fires once a wrap: seldom enough. */
static void bcm2835_timer_stop(void)
{
}

static void bcm2835_timer_ack(void)
{
	io_write32(systimer, CS, CS_M3);
}

const struct clock_ops bcm2835_timer_ops = {
	.name = "BCM2835 system timer",
	.init = bcm2835_timer_init,
	.read = bcm2835_timer_read,
	.set_deadline = bcm2835_timer_set_deadline,
	.stop = bcm2835_timer_stop,
	.ack = bcm2835_timer_ack,
};
