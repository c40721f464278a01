/* SPDX-License-Identifier: Apache-2.0 */
/** @file A vcpu's timers (vcpu_op).  Interrupts masked. */
#ifndef DOMAIN_VCPU_TIMER_H
#define DOMAIN_VCPU_TIMER_H

#include <exen/vcpu.h>

/** Later deadlines, in 146 years, are taken as this one: no arithmetic on them can overflow. */
#define MAX_DEADLINE_NS	((ns_t)1 << 62)

void vcpu_timers_init(struct vcpu *v);
void vcpu_timers_stop(struct vcpu *v);

#endif
