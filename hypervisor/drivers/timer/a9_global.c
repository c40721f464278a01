/* SPDX-License-Identifier: Apache-2.0 */
/* Global timer of the Cortex-A9 MPCore (ARM DDI 0407, chapter 4.3): 64 bits, one comparator a CPU. */
#include <exen/clock.h>
#include <exen/io.h>

#define GT_COUNT_LO	0x00
#define GT_COUNT_HI	0x04
#define GT_CONTROL	0x08
#define GT_STATUS	0x0c
#define GT_COMPARE_LO	0x10
#define GT_COMPARE_HI	0x14

#define CONTROL_ENABLE	BIT(0)
#define CONTROL_COMPARE	BIT(1)
#define CONTROL_IRQ	BIT(2)

static volatile void *gt __written_at_boot;

static void a9_global_init(volatile void *base)
{
	gt = base;
	io_write32(gt, GT_CONTROL, 0);
	io_write32(gt, GT_COUNT_LO, 0);
	io_write32(gt, GT_COUNT_HI, 0);
	io_write32(gt, GT_STATUS, 1);
	io_write32(gt, GT_CONTROL, CONTROL_ENABLE);
}

static uint64_t a9_global_read(void)
{
	return clock_read_halves(gt, GT_COUNT_LO, GT_COUNT_HI);
}

static void a9_global_set_deadline(uint64_t count)
{
	io_write32(gt, GT_CONTROL, CONTROL_ENABLE);
	io_write32(gt, GT_COMPARE_LO, (uint32_t)count);
	io_write32(gt, GT_COMPARE_HI, (uint32_t)(count >> 32));
	io_write32(gt, GT_CONTROL, CONTROL_ENABLE | CONTROL_COMPARE | CONTROL_IRQ);
}

static void a9_global_stop(void)
{
	io_write32(gt, GT_CONTROL, CONTROL_ENABLE);
}

static void a9_global_ack(void)
{
	io_write32(gt, GT_CONTROL, CONTROL_ENABLE);	/* else a passed deadline fires again */
	io_write32(gt, GT_STATUS, 1);
}

/* Configuration base address register (ARM DDI 0388, 4.2.29): the private registers lie behind it.  Where
 * it doesn't say (0, as from a core made without them) they may be anywhere. */
static bool a9_global_is_at(paddr_t base)
{
	uint32_t midr, cbar;

	__asm__("mrc p15, 0, %0, c0, c0, 0" : "=r"(midr));
	if ((midr & 0xff00fff0) != 0x4100c090)
		return false;
	__asm__("mrc p15, 4, %0, c15, c0, 0" : "=r"(cbar));
	return !cbar || base == cbar + 0x200;
}

const struct clock_ops a9_global_timer_ops = {
	.name = "Cortex-A9 global timer",
	.is_at = a9_global_is_at,
	.init = a9_global_init,
	.read = a9_global_read,
	.set_deadline = a9_global_set_deadline,
	.stop = a9_global_stop,
	.ack = a9_global_ack,
};
