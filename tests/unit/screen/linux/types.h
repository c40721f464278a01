/* SPDX-License-Identifier: Apache-2.0 */
/* What of the kernel's types the screen backend's pixels.c uses. */
#include_next <linux/types.h>

#include <stddef.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;

#ifndef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#endif
