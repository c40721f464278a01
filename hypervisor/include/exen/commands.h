/* SPDX-License-Identifier: Apache-2.0 */
/** @file The hypervisor's command line. */
#ifndef EXEN_COMMANDS_H
#define EXEN_COMMANDS_H

#include <stdbool.h>

struct domain;

/** Runs a command that has been typed.  Thread work. */
bool command_work(void);

/** What commands show of domain/, printed with printk.  Thread context; implemented there. */
void command_dump_evtchn(struct domain *d);
void command_dump_grants(struct domain *d);
void command_dump_xenstore(void);

#endif
