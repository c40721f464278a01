/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <image/cpu.h>

#define LIST_LEN	64		/* all names with blanks between them */

/* As GCC's -march has them. */
static const char arch_names[IMAGE_NR_ARCHS][8] = {
	[IMAGE_ARCH_ANY] = "any",
	[IMAGE_ARCH_V5TE] = "armv5te",
	[IMAGE_ARCH_V6] = "armv6",
	[IMAGE_ARCH_V6K] = "armv6k",
	[IMAGE_ARCH_V7] = "armv7",
};

/* By bit.  As /proc/cpuinfo has them, but for VFPv2, which is "vfp" there. */
static const char feature_names[IMAGE_NR_FEATURES][8] = {
	"vfpv2", "vfpv3", "vfpd32", "neon", "vfpv4", "lpae",
};

enum image_arch image_arch_by_name(const char *name)
{
	for (unsigned int i = IMAGE_ARCH_ANY + 1; i < IMAGE_NR_ARCHS; i++)
		if (!strcmp(arch_names[i], name))
			return i;
	return IMAGE_ARCH_ANY;
}

uint32_t image_feature_by_name(const char *name)
{
	for (unsigned int i = 0; i < IMAGE_NR_FEATURES; i++)
		if (!strcmp(feature_names[i], name))
			return 1u << i;
	return 0;
}

void image_cpu_print(const struct image_cpu *cpu, char *text, size_t size)
{
	size_t at = (size_t)snprintf(text, size, "%s", arch_names[cpu->arch]);

	for (unsigned int i = 0; i < IMAGE_NR_FEATURES; i++)
		if (cpu->features & 1u << i && at < size)
			at += (size_t)snprintf(text + at, size - at, " %s", feature_names[i]);
}

bool image_cpu_check(const struct image_cpu *has, const struct image_cpu *needs,
		     struct image_error *err)
{
	char needed[LIST_LEN], there[LIST_LEN];

	if (needs->arch <= has->arch && !(needs->features & ~has->features))
		return true;
	image_cpu_print(needs, needed, sizeof(needed));
	image_cpu_print(has, there, sizeof(there));
	return image_fail(err, "needs a CPU with %s, this one is %s", needed, there);
}
