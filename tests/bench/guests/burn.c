// SPDX-License-Identifier: Apache-2.0
/* A real-time domain that computes 100 us of each millisecond. */
#include <guest/guest.h>

#define PERIOD_NS	NS_PER_MS
#define BUSY_NS		(PERIOD_NS / 10)

void guest_main(void)
{
	uint64_t next_ns = time_ns();

	for (;;) {
		next_ns += PERIOD_NS;
		while (time_ns() < next_ns)
			sleep_ns(next_ns - time_ns());
		while (time_ns() < next_ns + BUSY_NS)
			;
	}
}
