/* SPDX-License-Identifier: Apache-2.0 */
/* ARM PrimeCell Real Time Clock PL031 (DDI 0224).  Its device stays the privileged domain's, who sets it. */
#include <exen/io.h>
#include <exen/rtc.h>

#define RTCDR	0x00	/* the count, of seconds */

static uint32_t pl031_seconds(volatile void *base)
{
	return io_read32(base, RTCDR);
}

const struct rtc_ops pl031_ops = { .seconds = pl031_seconds };
