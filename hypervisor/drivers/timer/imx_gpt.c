/* SPDX-License-Identifier: Apache-2.0 */
/* General purpose timer of i.MX25 and i.MX31 (MCIMX31RM, chapter 20): 32 bits, running freely,
 * from the peripheral bus clock; output compare 1 is the comparator. */
#include <exen/clock.h>

#define GPTCR		0x00
#define GPTPR		0x04
#define GPTSR		0x08
#define GPTIR		0x0c
#define GPTOCR1		0x10
#define GPTCNT		0x24

#define CR_EN		BIT(0)
#define CR_ENMOD	BIT(1)		/* start from 0 */
#define CR_WAITEN	BIT(3)		/* go on while the processor waits */
#define CR_CLKSRC_IPG	BIT(6)
#define CR_FRR		BIT(9)
#define OF1		BIT(0)		/* in status and interrupt register */

static volatile void *gpt __written_at_boot;
static volatile uint32_t halves __open;

static inline uint32_t imx_gpt_count(void)
{
	return io_read32(gpt, GPTCNT);
}

static uint64_t imx_gpt_read(void)
{
	return clock_extend(&halves, imx_gpt_count);
}

static void imx_gpt_init(volatile void *base)
{
	gpt = base;
	io_write32(gpt, GPTCR, 0);
	io_write32(gpt, GPTPR, 0);
	io_write32(gpt, GPTSR, ~0u);
	io_write32(gpt, GPTIR, OF1);
	io_write32(gpt, GPTCR, CR_EN | CR_ENMOD | CR_WAITEN | CR_CLKSRC_IPG | CR_FRR);
	halves = 0;
}

static void imx_gpt_set_deadline(uint64_t count)
{
	const uint32_t now = imx_gpt_count();

	clock_count_half(&halves, now);
	clock_set_equal(gpt, GPTCNT, GPTOCR1, clock_delay_extended(count, now));
}

/* The halves still have to be counted, so the comparator never really rests. */
static void imx_gpt_stop(void)
{
	imx_gpt_set_deadline(imx_gpt_read() + CLOCK_MAX_DELAY);
}

static void imx_gpt_ack(void)
{
	io_write32(gpt, GPTSR, OF1);
}

const struct clock_ops imx_gpt_ops = {
	.name = "i.MX GPT",
	.init = imx_gpt_init,
	.read = imx_gpt_read,
	.set_deadline = imx_gpt_set_deadline,
	.stop = imx_gpt_stop,
	.ack = imx_gpt_ack,
};
