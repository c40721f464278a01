/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu-code - code and data are what was written, after each of the personality's cache functions
 *
 * Writes small functions at changing places, calls coherent_range and runs them, thousands of times;
 * copies and clears pages; calls every other maintenance function on dirty memory of odd bounds, which
 * must keep its contents and its neighbours'.  QEMU has no caches: it shows here that the functions
 * exist, touch only what they are given and return.
 */
#include <exentest.h>

#define ROUNDS		4000u
#define CODE_WORDS	2048u
#define DATA_BYTES	3000u
#define DATA_OFFSET	13u

#define MOV_R0(byte)	(0xe3a00000u | (byte))
#define ORR_R0(byte)	(0xe3800c00u | (byte))		/* orr r0, r0, #byte << 8 */
#define BX_LR		0xe12fff1eu

typedef uint32_t (function_t)(void);
typedef void (nothing_t)(void);
typedef void (range_t)(uint32_t start, uint32_t end);
typedef void (flags_t)(uint32_t start, uint32_t end, uint32_t flags);
typedef void (area_t)(void *start, uint32_t bytes);
typedef void (dma_t)(const void *start, uint32_t bytes, uint32_t direction);
typedef void (copy_t)(void *to, const void *from);
typedef void (clear_t)(void *to);

static const struct exen_cpu *const cpu = (const struct exen_cpu *)EXEN_CPU_TABLE;
static uint32_t code[CODE_WORDS] __attribute__((aligned(4096)));
static uint8_t pages[2][4096] __attribute__((aligned(4096)));

static void check_code(void)
{
	uint32_t state = 1;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t *place = code + (i & 1 ? exentest_random(&state) % (CODE_WORDS - 3) : 0);

		place[0] = MOV_R0(i & 0xff);
		place[1] = ORR_R0(i >> 8 & 0xff);
		place[2] = BX_LR;
		((range_t *)cpu->coherent_range)((uint32_t)(uintptr_t)place,
						 (uint32_t)(uintptr_t)(place + 3));
		CHECK_EQ(((function_t *)(uintptr_t)place)(), i);
	}
}

static void fill(uint32_t seed)
{
	for (uint32_t i = 0; i < sizeof(pages[0]); i++)
		pages[0][i] = (uint8_t)(i * 31 + seed);
}

static void check_filled(const uint8_t *bytes, uint32_t seed)
{
	for (uint32_t i = 0; i < sizeof(pages[0]); i++)
		CHECK_EQ(bytes[i], (uint8_t)(i * 31 + seed));
}

static void check_pages(void)
{
	for (uint32_t seed = 0; seed < 50; seed++) {
		fill(seed);
		((copy_t *)cpu->copy_page)(pages[1], pages[0]);
		check_filled(pages[1], seed);
		check_filled(pages[0], seed);
		((clear_t *)cpu->clear_page)(pages[1]);
		for (uint32_t i = 0; i < sizeof(pages[1]); i++)
			CHECK_EQ(pages[1][i], 0);
		check_filled(pages[0], seed);
	}
}

static void check_maintenance(void)
{
	uint8_t *const start = pages[0] + DATA_OFFSET;
	const uint32_t from = (uint32_t)(uintptr_t)start, to = from + DATA_BYTES;

	fill(1);
	((nothing_t *)cpu->flush_icache_all)();
	((nothing_t *)cpu->flush_cache_all)();
	((nothing_t *)cpu->flush_user_all)();
	check_filled(pages[0], 1);
	fill(2);
	((flags_t *)cpu->flush_user_range)(from, to, EXEN_FLUSH_EXEC);
	((range_t *)cpu->coherent_range)(from, to);
	((area_t *)cpu->flush_dcache_area)(start, DATA_BYTES);
	check_filled(pages[0], 2);
	fill(3);
	((area_t *)cpu->clean_dcache_area)(start, DATA_BYTES);
	((range_t *)cpu->dma_flush_range)(from, to);
	((dma_t *)cpu->dma_map)(start, DATA_BYTES, EXEN_DMA_TO_DEVICE);
	((dma_t *)cpu->dma_unmap)(start, DATA_BYTES, EXEN_DMA_TO_DEVICE);
	((dma_t *)cpu->dma_map)(start, DATA_BYTES, EXEN_DMA_BIDIRECTIONAL);
	((dma_t *)cpu->dma_unmap)(start, DATA_BYTES, EXEN_DMA_BIDIRECTIONAL);
	check_filled(pages[0], 3);
}

static void cpu_code(void)
{
	CHECK(cpu->dcache_line >= 16 && cpu->dcache_line <= 128);
	CHECK(cpu->icache_line >= 16 && cpu->icache_line <= 128);
	check_code();
	check_pages();
	check_maintenance();
}

EXENTEST(cpu_code);
