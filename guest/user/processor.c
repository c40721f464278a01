// SPDX-License-Identifier: BSD-2-Clause
/* What processor this is, as far as the kernel tells. */
#include <asm/hwcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include "user.h"

unsigned int cpu_architecture(void)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	unsigned int architecture = 0;
	char line[256];

	CHECK(file);
	while (!architecture && fgets(line, sizeof(line), file))
		if (sscanf(line, "CPU architecture: %u", &architecture) != 1)
			architecture = 0;
	fclose(file);
	CHECK(architecture >= 5 && architecture <= 7);
	return architecture;
}

bool kernel_is_armv5(void)
{
	struct utsname names;

	CHECK_CALL(uname(&names));
	return !strncmp(names.machine, "armv5", 5);
}

unsigned long cpu_hwcap(void)
{
	return getauxval(AT_HWCAP);
}

unsigned int vfp_registers(void)
{
	const unsigned long hwcap = cpu_hwcap();

	if (!(hwcap & HWCAP_VFP))
		return 0;
	return hwcap & HWCAP_VFPD32 ? 32 : 16;
}
