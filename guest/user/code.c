// SPDX-License-Identifier: BSD-2-Clause
/*
 * Self-modifying code: each round writes instructions that return another number, asks the kernel to
 * make them visible to instruction fetches and calls them.
 */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "user.h"

#define ARM_NR_CACHEFLUSH	0xf0002

#define MOV_R0(byte)		(0xe3a00000u | (byte))			/* mov r0, #byte */
#define ORR_R0_SHIFTED(byte)	(0xe3800c00u | (byte))			/* orr r0, r0, #byte << 8 */
#define BX_LR			0xe12fff1eu
#define THUMB_MOVS_R0(byte)	((uint16_t)(0x2000 | (byte)))		/* movs r0, #byte */
#define THUMB_BX_LR		0x4770

#define NR_PAGES		16u

typedef unsigned int (*function_t)(void);

void code_sync(const void *start, const void *end)
{
	CHECK_CALL(syscall(ARM_NR_CACHEFLUSH, start, end, 0));
}

/* Three instructions that return the low 16 bits of @p number. */
static void write_function(uint32_t *at, unsigned int number)
{
	at[0] = MOV_R0(number & 0xff);
	at[1] = ORR_R0_SHIFTED(number >> 8 & 0xff);
	at[2] = BX_LR;
}

static void check_arm(uint32_t *at, unsigned int number)
{
	write_function(at, number);
	code_sync(at, at + 3);
	CHECK_EQ(((function_t)(uintptr_t)at)(), number & 0xffff);
}

static void check_thumb(uint16_t *at, unsigned int number)
{
	at[0] = THUMB_MOVS_R0(number & 0xff);
	at[1] = THUMB_BX_LR;
	code_sync(at, at + 2);
	CHECK_EQ(((function_t)((uintptr_t)at | 1))(), number & 0xff);
}

void test_jit(unsigned int amount)
{
	uint32_t *code = pages_map(NR_PAGES, PROT_READ | PROT_WRITE | PROT_EXEC);
	const unsigned int words = NR_PAGES * PAGE / sizeof(*code);
	uint32_t state = 1;

	for (unsigned int i = 0; i < amount; i++) {
		const unsigned int place = random_next(&state) % (words - 3);

		check_arm(code, i);
		check_arm(code + place, i ^ 0x5a5a);	/* may lie across two lines or pages */
		check_thumb((uint16_t *)(code + place) + (i & 1), i);
	}
	pages_unmap(code, NR_PAGES);
}

/* Writer and runner map the same page; as the two addresses differ in bits 12-15, caches may alias. */
void test_jit_alias(unsigned int amount)
{
	const int file = CHECK_CALL(memfd_create("code", 0));
	uint32_t *writer, *runner;

	CHECK_CALL(ftruncate(file, PAGE));
	for (unsigned int i = 0; i < amount; i++) {
		uint32_t *const hint = (uint32_t *)(uintptr_t)(0x50000000u + (i & 15) * 3 * PAGE);

		writer = (uint32_t *)CHECK_CALL((uintptr_t)mmap(hint, PAGE, PROT_READ | PROT_WRITE,
								MAP_SHARED, file, 0));
		runner = (uint32_t *)CHECK_CALL((uintptr_t)mmap(NULL, PAGE, PROT_READ | PROT_EXEC,
								MAP_SHARED, file, 0));
		for (unsigned int j = 0; j < 4; j++) {
			write_function(writer + j * 16, i + j);
			code_sync(writer + j * 16, writer + j * 16 + 3);
			code_sync(runner + j * 16, runner + j * 16 + 3);
			CHECK_EQ(((function_t)(uintptr_t)(runner + j * 16))(), (i + j) & 0xffff);
		}
		pages_unmap(writer, 1);
		pages_unmap(runner, 1);
	}
}
