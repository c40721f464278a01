/* SPDX-License-Identifier: Apache-2.0 */
/** @file Battery-backed clocks: read once at boot, so that every domain starts with the time of day. */
#ifndef EXEN_RTC_H
#define EXEN_RTC_H

#include <exen/types.h>

struct rtc_ops {
	/** Seconds since 1970; 0: it has not been set. */
	uint32_t (*seconds)(volatile void *base);
};

extern const struct rtc_ops pl031_ops;

#endif
