/* SPDX-License-Identifier: Apache-2.0 */
/** @file Basic types.  Addresses say what they are; frame numbers are typed. */
#ifndef EXEN_TYPES_H
#define EXEN_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t paddr_t;	/**< physical address, bytes */
typedef uint64_t ns_t;		/**< nanoseconds since boot */

/** Machine frame number: physical address >> 12.  Guests see real frames (gfn == mfn). */
typedef struct { uint32_t nr; } mfn_t;

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1u << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define SECTION_SHIFT	20
#define SECTION_SIZE	(1u << SECTION_SHIFT)

#define KiB(n)	((n) << 10)
#define MiB(n)	((n) << 20)

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define ALIGN_UP(x, a)		(((x) + ((a) - 1)) & ~((typeof(x))(a) - 1))
#define ALIGN_DOWN(x, a)	((x) & ~((typeof(x))(a) - 1))
#define MIN(a, b)		((a) < (b) ? (a) : (b))
#define MAX(a, b)		((a) > (b) ? (a) : (b))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))
#define BIT(n)			(1u << (n))
/** For memory that others write too: read or written exactly once, here. */
#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile typeof(x) *)&(x) = (value))
#define NS_PER_US		1000u
#define NS_PER_MS		1000000u
#define NS_PER_S		1000000000u

/** Variables that are constant after boot, in the read-only text section: guests may read them. */
#define __written_at_boot	__attribute__((section(".written_at_boot")))
/** Variables that code called directly by guests (struct exen_ops) reads; not initialised. */
#define __open			__attribute__((section(".open")))

static inline mfn_t mfn(uint32_t nr)
{
	return (mfn_t){ nr };
}

static inline paddr_t mfn_to_paddr(mfn_t m)
{
	return m.nr << PAGE_SHIFT;
}

static inline mfn_t paddr_to_mfn(paddr_t pa)
{
	return mfn(pa >> PAGE_SHIFT);
}

#endif
