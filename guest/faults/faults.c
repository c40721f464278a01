/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults - a domain that does on demand what no other domain survives, for tests of the whole system
 *
 * A key on its console: "F" masks FIQ and IRQ for ever, "c" computes for ever without masking anything.
 * Each is acknowledged, "faults: F".
 */
#include <guest/guest.h>

#define SAID_NS	(200 * NS_PER_MS)	/* until the hypervisor has sent a line */

static char key(void)
{
	char c;

	while (!console_ring_read(&c, 1))
		sleep_ns(20 * NS_PER_MS);
	return c;
}

static void spin(void) __attribute__((noreturn));
static void spin(void)
{
	for (;;)
		barrier();
}

static void mask_for_ever(void)
{
	__asm__ volatile("msr cpsr_c, %0" : : "r"(cpsr_read() | PSR_I | PSR_F) : "memory");
	spin();
}

void guest_main(void)
{
	char c;

	printf("faults: ready\n");
	for (;;) {
		c = key();
		if (c != 'F' && c != 'c')
			continue;
		printf("faults: %c\n", c);
		sleep_ns(SAID_NS);
		if (c == 'F')
			mask_for_ever();
		spin();
	}
}
