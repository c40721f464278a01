/* SPDX-License-Identifier: Apache-2.0 */
/** @file Not in this build. */
#ifndef ASM_ALIAS_CHECK_H
#define ASM_ALIAS_CHECK_H

static inline void alias_check(const void *domain)
{
}

#endif
