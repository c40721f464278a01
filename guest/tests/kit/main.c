/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kit - the guest kit's own functions do what other tests rely on
 *
 * Formatted output, memory and string functions with overlaps and odd lengths, the device tree
 * reader, compare-and-exchange, probing of addresses, survived exceptions, nested interrupt masks.
 */
#include <exentest.h>

static char text[64];

#define CHECK_FORMAT(expected, ...)						\
	do {									\
		const int len__ = snprintf(text, sizeof(text), __VA_ARGS__);	\
										\
		if (strcmp(text, expected) || len__ != (int)strlen(expected))	\
			exentest_failure("line %d: '%s' is not '%s'", __LINE__, text, expected);	\
	} while (0)

static void formats(void)
{
	CHECK_FORMAT("plain 100%", "plain %d%%", 100);
	CHECK_FORMAT("-1 4294967295 ffffffff", "%d %u %x", -1, 0xffffffffu, 0xffffffffu);
	CHECK_FORMAT("-2147483648", "%d", (int)0x80000000);
	CHECK_FORMAT("18446744073709551615", "%llu", ~0ull);
	CHECK_FORMAT("-9223372036854775808", "%lld", (long long)(1ull << 63));
	CHECK_FORMAT("0000002a|    2a|2a    |", "%08x|%6x|%-6x|", 42, 42, 42);
	CHECK_FORMAT("-042|  ab|ab  |c", "%04d|%4s|%-4s|%c", -42, "ab", "ab", 'c');
	CHECK_EQ(snprintf(text, 4, "%s", "abcdef"), 6);
	CHECK(!strcmp(text, "abc"));
}

static void memory(void)
{
	static uint8_t buf[64];

	for (uint32_t from = 0; from < 8; from++) {
		for (uint32_t to = 0; to < 8; to++) {
			for (uint32_t i = 0; i < sizeof(buf); i++)
				buf[i] = (uint8_t)i;
			memmove(buf + to, buf + from, 40);
			for (uint32_t i = 0; i < 40; i++)
				CHECK_EQ(buf[to + i], from + i);
			CHECK_EQ(buf[to + 40], to + 40);
		}
	}
	memset(buf + 3, 0x5a, 7);
	CHECK(buf[3] == 0x5a && buf[9] == 0x5a && buf[10] != 0x5a);
	CHECK(memcmp("abc", "abd", 3) < 0 && !memcmp("abc", "abd", 2));
	CHECK(!strncmp("abc", "abd", 2) && strcmp("ab", "abc") < 0);
	CHECK(strchr("abc", 'c') && !strchr("abc", 'd'));
}

static void device_tree(void)
{
	const void *fdt = guest_fdt();
	uint32_t len, cell;

	CHECK(fdt_cell(fdt, "/memory", "reg", 0, &cell));
	CHECK_EQ(cell, slot_pa);
	CHECK(fdt_cell(fdt, "/memory", "reg", 1, &cell));
	CHECK_EQ(cell, slot_size);
	CHECK(!fdt_cell(fdt, "/memory", "reg", 100, &cell));
	CHECK(fdt_property(fdt, "/hypervisor", "compatible", &len));
	CHECK(!fdt_property(fdt, "/hypervisor", "none", &len));
	CHECK(!fdt_property(fdt, "/none", "compatible", &len));
	CHECK(!fdt_property(fdt, "/hypervisor/none", "compatible", &len));
	CHECK(fdt_property(fdt, "/", "compatible", &len));
}

static void processor(void)
{
	uint32_t word = 5, value;
	const uint32_t outer = irq_save();
	const uint32_t inner = irq_save();

	CHECK(!cmpxchg(&word, 4, 6));
	CHECK_EQ(word, 5);
	CHECK(cmpxchg(&word, 5, 6));
	CHECK_EQ(word, 6);
	irq_restore(inner);
	CHECK(cpsr_read() & PSR_I);
	irq_restore(outer);
	CHECK(!(cpsr_read() & PSR_I));
	CHECK(probe_read(&word, &value) && value == 6);
	CHECK(probe_write(&word, 7) && *(volatile uint32_t *)&word == 7);
	CHECK(!probe_read((const uint32_t *)0x1000, &value));
	CHECK(!probe_write((uint32_t *)0xdffffffc, 1));
}

static bool skip_instruction(enum trap_kind kind, struct trap_frame *frame)
{
	frame->r[0] = kind;
	frame->pc += 4;
	return true;
}

static void exceptions(void)
{
	register uint32_t kind __asm__("r0") = 0;

	trap_set_handler(TRAP_UNDEF, skip_instruction);
	__asm__ volatile(".word 0xe7f000f0" : "+r"(kind) : : "memory");	/* always undefined */
	CHECK_EQ(kind, TRAP_UNDEF);
	trap_set_handler(TRAP_UNDEF, NULL);
}

static void kit(void)
{
	formats();
	memory();
	device_tree();
	processor();
	exceptions();
}

EXENTEST(kit);
