/* SPDX-License-Identifier: Apache-2.0 */
/* What programs may count on: architecture by the table, floating point by asking (ARM DDI 0406C,
 * B4.1.40 CPACR, B6.1.39 FPSID, B6.1.66 MVFR0 and MVFR1). */
#include <asm/cpu.h>
#include <exen/arch.h>
#include <image/cpu.h>

#define CP10_CP11	(0xfu << 20)	/* CPACR: full access; stays 0 without the coprocessors */
#define FPSID_VERSION	16
#define MVFR0_D32	2		/* A_SIMD registers */
#define MVFR1_SIMD	0x000fff00	/* load/store, integer, single precision */
#define MVFR1_HAS_SIMD	0x00011100
#define MVFR1_FMAC	28

static uint32_t read_cpacr(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c1, c0, 2" : "=r"(value));
	return value;
}

static void write_cpacr(uint32_t value)
{
	__asm__ volatile("mcr p15, 0, %0, c1, c0, 2\n\t"
			 "mcr p15, 0, %1, c7, c5, 4"	/* flush prefetch buffer, ISB */
			 : : "r"(value), "r"(0));
}

/* Coprocessor 10 can be reached.  Before VFPv3 there may be no MVFR. */
static uint32_t vfp_features(void)
{
	uint32_t fpsid, mvfr0, mvfr1, features = IMAGE_CPU_VFPV2;

	__asm__ volatile("mrc p10, 7, %0, c0, c0, 0" : "=r"(fpsid));
	if ((fpsid >> FPSID_VERSION & 0x7f) < 2)
		return features;
	__asm__ volatile("mrc p10, 7, %0, c7, c0, 0" : "=r"(mvfr0));
	__asm__ volatile("mrc p10, 7, %0, c6, c0, 0" : "=r"(mvfr1));
	features |= IMAGE_CPU_VFPV3;
	if ((mvfr0 & 0xf) == MVFR0_D32)
		features |= IMAGE_CPU_VFPD32;
	if ((mvfr1 & MVFR1_SIMD) == MVFR1_HAS_SIMD)
		features |= IMAGE_CPU_NEON;
	if (mvfr1 >> MVFR1_FMAC)
		features |= IMAGE_CPU_VFPV4;
	return features;
}

void arch_cpu(struct image_cpu *found)
{
	unsigned long flags;
	uint32_t cpacr;

	*found = (struct image_cpu){ .arch = cpu->arch };
	if (cpu->arch < IMAGE_ARCH_V6) {
		found->features = v5_has_vfp ? IMAGE_CPU_VFPV2 : 0;
		return;
	}
	flags = irq_save();
	cpacr = read_cpacr();
	write_cpacr(cpacr | CP10_CP11);
	if ((read_cpacr() & CP10_CP11) == CP10_CP11)
		found->features = vfp_features();
	write_cpacr(cpacr);
	irq_restore(flags);
}
