// SPDX-License-Identifier: BSD-2-Clause
/*
 * Unaligned loads and stores, in the modes of /proc/cpu/alignment: 2 corrects them, 4 sends SIGBUS
 * for what the processor does not do itself.  LDM, STM, LDRD and STRD always need the kernel.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "user.h"

#define MODE_FIXUP	2
#define MODE_SIGNAL	4
#define AREA		64u
#define NR_PAGES	2u

static void mode_set(int mode)
{
	char text[2] = { (char)('0' + mode), '\n' };
	const int file = open("/proc/cpu/alignment", O_WRONLY | O_CLOEXEC);

	if (file < 0)
		test_skip("no /proc/cpu/alignment");
	CHECK_EQ(write(file, text, 1), 1);
	close(file);
}

static int mode_get(void)
{
	FILE *file = fopen("/proc/cpu/alignment", "re");
	int mode = -1;
	char line[80];

	if (!file)
		test_skip("no /proc/cpu/alignment");
	while (fgets(line, sizeof(line), file))
		sscanf(line, "User faults: %d", &mode);
	fclose(file);
	return mode;
}

/* Expected little-endian number of @p len bytes. */
static uint64_t bytes_at(const uint8_t *at, size_t len)
{
	uint64_t value = 0;

	memcpy(&value, at, len);
	return value;
}

static void check_loads(const uint8_t *at)
{
	uint32_t word, half, low, high, r[3];
	int32_t signed_half;

	__asm__ volatile("ldr %0, [%1]" : "=r"(word) : "r"(at) : "memory");
	CHECK_EQ(word, bytes_at(at, 4));
	__asm__ volatile("ldrh %0, [%1]" : "=r"(half) : "r"(at) : "memory");
	CHECK_EQ(half, bytes_at(at, 2));
	__asm__ volatile("ldrsh %0, [%1]" : "=r"(signed_half) : "r"(at) : "memory");
	CHECK_EQ(signed_half, (int16_t)bytes_at(at, 2));
	__asm__ volatile("ldrd r2, r3, [%2]\n\tmov %0, r2\n\tmov %1, r3"
			 : "=r"(low), "=r"(high) : "r"(at) : "r2", "r3", "memory");
	CHECK_EQ((uint64_t)high << 32 | low, bytes_at(at, 8));
	__asm__ volatile("ldmia %3, {r2, r3, r4}\n\tmov %0, r2\n\tmov %1, r3\n\tmov %2, r4"
			 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]) : "r"(at) : "r2", "r3", "r4", "memory");
	for (unsigned int i = 0; i < 3; i++)
		CHECK_EQ(r[i], bytes_at(at + 4 * i, 4));
}

/* After a store of @p len bytes of @p value, and nothing else, in an area of zeros. */
static void check_stored(uint8_t *at, size_t len, uint64_t value)
{
	CHECK_EQ(bytes_at(at, len < 8 ? len : 8), value);
	for (size_t i = 1; i <= 8; i++) {
		CHECK_EQ(at[-(long)i], 0);
		CHECK_EQ(at[len - 1 + i], 0);
	}
	memset(at, 0, len);
}

static void check_stores(uint8_t *at)
{
	const uint32_t value = 0x89abcdef;

	__asm__ volatile("str %0, [%1]" : : "r"(value), "r"(at) : "memory");
	check_stored(at, 4, value);
	__asm__ volatile("strh %0, [%1]" : : "r"(value), "r"(at) : "memory");
	check_stored(at, 2, value & 0xffff);
	__asm__ volatile("mov r2, %0\n\tmov r3, #0x55\n\tstrd r2, r3, [%1]"
			 : : "r"(value), "r"(at) : "r2", "r3", "memory");
	check_stored(at, 8, 0x55ull << 32 | value);
	__asm__ volatile("mov r2, %0\n\tmov r3, #0x66\n\tmov r4, #0\n\tstmia %1, {r2, r3, r4}"
			 : : "r"(value), "r"(at) : "r2", "r3", "r4", "memory");
	check_stored(at, 8, 0x66ull << 32 | value);
}

static sigjmp_buf after_bus_error;

static void on_bus_error(int signal)
{
	siglongjmp(after_bus_error, signal);
}

/* Does an unaligned LDM raise SIGBUS? */
static bool is_ldm_signalled(const uint8_t *at)
{
	struct sigaction action = { .sa_handler = on_bus_error };
	uint32_t r[2];

	CHECK_CALL(sigaction(SIGBUS, &action, NULL));
	if (sigsetjmp(after_bus_error, 1))
		return true;
	__asm__ volatile("ldmia %2, {r2, r3}\n\tmov %0, r2\n\tmov %1, r3"
			 : "=r"(r[0]), "=r"(r[1]) : "r"(at) : "r2", "r3", "memory");
	return false;
}

void test_alignment(unsigned int amount)
{
	uint8_t *area = pages_map(NR_PAGES, PROT_READ | PROT_WRITE);
	const int usual = mode_get();

	mode_set(MODE_FIXUP);
	for (unsigned int i = 0; i < amount; i++) {
		for (unsigned int offset = 0; offset < AREA; offset++) {
			uint8_t *at = area + PAGE - AREA / 2 + offset;	/* across the pages, too */

			memset(area, 0, NR_PAGES * PAGE);
			check_stores(at);
			pattern_fill(area, NR_PAGES * PAGE, i);
			check_loads(at);
		}
	}
	mode_set(MODE_SIGNAL);
	CHECK(!is_ldm_signalled(area + 4));
	for (unsigned int offset = 1; offset < 4; offset++)
		CHECK(is_ldm_signalled(area + offset));
	mode_set(usual);
	test_note("usual mode %d", usual);
}
