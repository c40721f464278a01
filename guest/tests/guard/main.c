/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guard - a stray pointer into the hypervisor's memory faults in the guest that has it
 *
 * Reads and writes in the middle of each megabyte of the window that is the hypervisor's own (data,
 * pools, devices, temporary mappings) must fault; so must writes to its text from ARMv6 on.  The
 * operations page and the shared pages must stay readable, and hypercalls and time must work
 * afterwards.  SKIP: a hypervisor without guard mode.
 */
#include <exentest.h>

#define CLOSED_FIRST	0xff100000	/* data, bss, stacks */
#define TEXT		(EXEN_OPS_PAGE + 0x1000)

static const uint32_t closed[] = {
	CLOSED_FIRST, CLOSED_FIRST + 0x8000, 0xff300000, 0xff380000, 0xff400000, 0xff500000,
};

static void guard(void)
{
	uint32_t value;

	if (!(exen_ops()->features & EXEN_FEATURE_GUARD))
		exentest_skip("the hypervisor was built without guard mode");
	for (uint32_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		volatile uint32_t *at = (volatile uint32_t *)closed[i];

		if (probe_read(at, &value))
			exentest_failure("%x can be read", closed[i]);
		if (probe_write(at, 0xdeadbeef))
			exentest_failure("%x can be written", closed[i]);
	}
	CHECK(probe_read((const volatile uint32_t *)EXEN_OPS_PAGE, &value));
	CHECK_EQ(value, EXEN_BOOT_MAGIC);
	CHECK(probe_read((const volatile uint32_t *)TEXT, &value));
	if (cpu_is_v6)
		CHECK(!probe_write((volatile uint32_t *)TEXT, value));
	CHECK_EQ(xen_version(XENVER_version, NULL), 4 << 16 | 17);
	sleep_ns(NS_PER_MS);
}

EXENTEST(guard);
