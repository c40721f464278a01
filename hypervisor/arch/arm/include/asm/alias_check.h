/* SPDX-License-Identifier: Apache-2.0 */
/** @file CONFIG_DEBUG_ALIASES: the rule of Documentation/caches.md, checked while guests run. */
#ifndef ASM_ALIAS_CHECK_H
#define ASM_ALIAS_CHECK_H

struct domain;

/**
 * Crashes @p d, whose address space is the current one, if it has a frame cached at two addresses that the
 * data cache takes for two; panics if it is the hypervisor.  Each call looks at the next 64 of 4096
 * first-level entries and the tables behind them.  Interrupts masked; from the scheduler only, because it
 * doesn't return when @p d is crashed.
 */
void alias_check(struct domain *d);

#endif
