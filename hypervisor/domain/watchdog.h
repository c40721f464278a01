/* SPDX-License-Identifier: Apache-2.0 */
/** @file A domain's watchdogs (SCHEDOP_watchdog): it ends if it doesn't set one anew.  Interrupts masked. */
#ifndef DOMAIN_WATCHDOG_H
#define DOMAIN_WATCHDOG_H

#include <exen/domain.h>

void watchdogs_init(struct domain *d);
void watchdogs_stop(struct domain *d);

#endif
