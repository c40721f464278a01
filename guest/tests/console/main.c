/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console - text reaches the machine's console by hypercall and by the ring
 *
 * Both ways print a line that the harness looks for.  8 KiB through the 2 KiB ring arrive (its
 * consumer index follows); ring indices out of range don't stop the console; console_io with a
 * wrong length or pointer is refused.
 */
#include <exentest.h>

static void through_ring(void)
{
	static const char line[] = "console: by the ring\n";
	static const char filler[] = "console: a line of forty characters    \n";

	REQUIRE(console_ring_present());
	console_ring_write(line, sizeof(line) - 1);
	CHECK(console_ring_flush());
	for (uint32_t i = 0; i < 8192 / (sizeof(filler) - 1); i++)
		console_ring_write(filler, sizeof(filler) - 1);
	CHECK(console_ring_flush());
}

static void broken_ring(void)
{
	volatile struct xencons_interface *ring = console_ring();
	static const uint32_t offsets[] = { 100000, 0x80000000, 0xffffffff };

	for (uint32_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		ring->out_prod = ring->out_cons + offsets[i];
		evtchn_send(console_ring_port());
		sleep_ns(10 * NS_PER_MS);
		ring->out_prod = ring->out_cons;
		evtchn_send(console_ring_port());
		sleep_ns(10 * NS_PER_MS);
	}
	console_ring_write("console: after a broken index\n", 30);
	CHECK(console_ring_flush());
}

static void console(void)
{
	static const char line[] = "console: by hypercall\n";
	char buf[16];

	CHECK(console_io_write(line, sizeof(line) - 1) >= 0);
	CHECK(console_io_write(line, 0) >= 0);
	CHECK(console_io_write(line, 0x80000000) < 0);
	CHECK_EQ(console_io_write((const char *)0x1000, 8), -XEN_EFAULT);
	CHECK(console_io_read(buf, sizeof(buf)) >= 0);
	through_ring();
	broken_ring();
}

EXENTEST(console);
