/* SPDX-License-Identifier: Apache-2.0 */
/** @file A domain's watchdogs (SCHEDOP_watchdog): who doesn't set one anew in time is ended.  Interrupts masked. */
#ifndef DOMAIN_WATCHDOG_H
#define DOMAIN_WATCHDOG_H

#include <exen/domain.h>

void watchdogs_init(struct domain *d);
void watchdogs_stop(struct domain *d);

#endif
