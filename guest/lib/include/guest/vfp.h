/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file VFP registers.  Off until somebody calls vfp_is_there(); from then on the hypervisor switches
 * them with the domain (Documentation/decisions/0003).  The kit uses none, nor may interrupt handlers.
 */
#ifndef GUEST_VFP_H
#define GUEST_VFP_H

/** FPEXC's enable bit (ARM DDI 0406C, B6.1.38). */
#define FPEXC_EN	(1 << 30)

#ifndef __ASSEMBLY__
#include <stdbool.h>
#include <stdint.h>

/**
 * FPSCR: NaNs are the default one, denormals zero, round to nearest, no traps.  VFP11 hands all else to
 * support code (RunFast mode, ARM DDI 0274H), of which the kit has none.
 */
#define FPSCR_RUN_FAST	0x03000000u

struct vfp_registers {
	uint64_t d[32];		/**< 16 of them where there are no more */
	uint32_t fpscr;
};

/** Are there d16-d31?  vfp_is_there() has found out. */
extern bool vfp_has_32;

/** Has the processor a VFP?  Then it is on.  Not in interrupt handlers. */
bool vfp_is_there(void);

/** On or off; off, each use is an undefined instruction.  There is a VFP. */
static inline void vfp_set_enabled(bool is_on)
{
	__asm__ volatile("mcr p10, 7, %0, cr8, cr0, 0" : : "r"(is_on ? FPEXC_EN : 0) : "memory");
}

/** All registers from memory, or to it.  VFP is on. */
void vfp_load(const struct vfp_registers *from);
void vfp_save(struct vfp_registers *to);
#endif

#endif
