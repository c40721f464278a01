/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the cores' technical reference manuals.  Floating point and NEON are options of most: here they
 * are there; at boot the hypervisor asks the core itself.
 */
#include <string.h>

#include "models.h"

#define VFPV2	IMAGE_CPU_VFPV2
#define VFPV3	(VFPV2 | IMAGE_CPU_VFPV3)
#define NEON	(VFPV3 | IMAGE_CPU_VFPD32 | IMAGE_CPU_NEON)

static const struct {
	const char *name;
	struct image_cpu cpu;
} models[] = {
	{ "arm,arm926ej-s", { IMAGE_ARCH_V5TE, VFPV2 } },	/* VFP9-S */
	{ "arm,arm1136j-s", { IMAGE_ARCH_V6K, 0 } },
	{ "arm,arm1136jf-s", { IMAGE_ARCH_V6K, VFPV2 } },
	{ "arm,arm1176jz-s", { IMAGE_ARCH_V6K, 0 } },
	{ "arm,arm1176jzf-s", { IMAGE_ARCH_V6K, VFPV2 } },
	{ "arm,arm11mpcore", { IMAGE_ARCH_V6K, VFPV2 } },
	{ "arm,cortex-a8", { IMAGE_ARCH_V7, NEON } },
	{ "arm,cortex-a9", { IMAGE_ARCH_V7, NEON } },
};

const struct image_cpu *model_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (!strcmp(models[i].name, name))
			return &models[i].cpu;
	return NULL;
}
