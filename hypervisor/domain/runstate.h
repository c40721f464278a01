/* SPDX-License-Identifier: Apache-2.0 */
/** @file Where a vcpu's time went, as its guest sees it (xen/vcpu.h).  Interrupts masked. */
#ifndef DOMAIN_RUNSTATE_H
#define DOMAIN_RUNSTATE_H

#include <exen/vcpu.h>
#include "xen.h"

/** The vcpu's run state as of now. */
void runstate_get(const struct vcpu *v, struct vcpu_runstate_info *info);
/** Writes the registered area of the current vcpu.  @return 0 or -EFAULT */
int runstate_publish(struct vcpu *v);
/** Likewise if the stolen time has grown enough to be worth it; for calls in which a vcpu sleeps. */
void runstate_refresh(struct vcpu *v);

#endif
