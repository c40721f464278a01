/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file What programs need of a processor, and what a processor has: architecture and features, by the
 * names that a configuration uses (Documentation/image.md).  The table of names is lib/cpu.c.
 */
#ifndef IMAGE_CPU_H
#define IMAGE_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <image/error.h>

/** Architectures; each runs what was made for those before it. */
enum image_arch {
	IMAGE_ARCH_ANY,			/**< nothing is said */
	IMAGE_ARCH_V5TE,
	IMAGE_ARCH_V6,
	IMAGE_ARCH_V6K,
	IMAGE_ARCH_V7,
	IMAGE_NR_ARCHS,
};

#define IMAGE_CPU_VFPV2		(1u << 0)	/**< floating point, 16 registers of 64 bits */
#define IMAGE_CPU_VFPV3		(1u << 1)
#define IMAGE_CPU_VFPD32	(1u << 2)	/**< 32 registers of 64 bits */
#define IMAGE_CPU_NEON		(1u << 3)
#define IMAGE_CPU_VFPV4		(1u << 4)
#define IMAGE_CPU_LPAE		(1u << 5)	/**< page tables of 64-bit entries */
#define IMAGE_NR_FEATURES	6

/** A processor, or the least one that will do. */
struct image_cpu {
	enum image_arch arch;
	uint32_t features;		/**< IMAGE_CPU_... */
};

/** @return the architecture of that name, IMAGE_ARCH_ANY if there is none */
enum image_arch image_arch_by_name(const char *name);
/** @return the feature's bit, 0 if there is none of that name */
uint32_t image_feature_by_name(const char *name);

/** Writes "armv7 vfpv2 vfpv3 ..." to @p text, cut short if it doesn't fit. */
void image_cpu_print(const struct image_cpu *cpu, char *text, size_t size);

/**
 * Can a processor run this?
 * @return false: @p err says what is needed and what there is
 */
bool image_cpu_check(const struct image_cpu *has, const struct image_cpu *needs,
		     struct image_error *err);

#endif
