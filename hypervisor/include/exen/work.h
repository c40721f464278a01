/* SPDX-License-Identifier: Apache-2.0 */
/** @file What the hypervisor's thread does.  The table is in kernel/main.c, which sees every layer. */
#ifndef EXEN_WORK_H
#define EXEN_WORK_H

#include <stdbool.h>

/** Does one bounded step.  Thread context, interrupts enabled.  @return there is more to do */
typedef bool (*thread_work_fn)(void);

extern const thread_work_fn thread_work[];
extern const unsigned int nr_thread_work;

#endif
