/* SPDX-License-Identifier: Apache-2.0 */
/** @file The time fields of shared_info and vcpu_info (xen/xen.h).  Interrupts masked. */
#ifndef DOMAIN_SHARED_TIME_H
#define DOMAIN_SHARED_TIME_H

#include <exen/domain.h>

/** Writes the wall clock of @p d: the time of day when it started, as Xen does on ARM, where Linux adds
 *  its own time since then. */
void shared_time_wallclock(struct domain *d);
/** Writes the system time, as of now: at a domain's start and when the clock is set.  A guest reads
 *  the running time through exen_ops.time_ns; there is no counter that it could extrapolate with,
 *  so the factors stay 0. */
void shared_time_update(struct vcpu *v);

#endif
