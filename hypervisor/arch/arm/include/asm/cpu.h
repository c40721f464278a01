/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file What differs between processor generations, as a table chosen by MIDR at boot.
 * Everything else in the hypervisor is armv5te code that runs on all of them.
 */
#ifndef ASM_CPU_H
#define ASM_CPU_H

#include <stdbool.h>
#include <stdint.h>
#include <asm/vcpu.h>
#include <image/cpu.h>

/** Memory types, as first- and second-level descriptor attributes. */
struct cpu_mem_flags {
	uint32_t section_ram;		/**< cacheable, PL1 read/write, executable */
	uint32_t section_device;	/**< strongly ordered, never executed where that can be said */
	uint32_t section_readonly;	/**< added to section_ram; 0: PL1 cannot be stopped from writing */
	uint32_t table;			/**< first-level entry that points to a second-level table */
	uint32_t page_ram;
	uint32_t page_text;		/**< as page_ram, executable */
	uint32_t page_device;
};

/** What a guest's kernel calls as its own processor functions: abi/exen.h, struct exen_cpu. */
struct cpu_personality {
	uint32_t arch;			/**< 5, 6 or 7 */
	uint32_t flags;			/**< EXEN_CPU_* */
	uint32_t hwcap;
	uint32_t section_ram;		/**< struct exen_boot_info */
	uint32_t section_io;
	void (*setup)(void);		/**< cpu_setup of struct exen_boot_info */
	void (*functions[18])(void);	/**< of struct exen_cpu, in its order */
};

extern const struct cpu_personality v5_personality, v6_personality, v7_personality;

/** Fills in EXEN_CPU_TABLE.  Boot only. */
void personality_publish(void);

struct cpu_ops {
	const char *name;
	uint32_t midr_value;
	uint32_t midr_mask;
	struct cpu_mem_flags mem;
	const struct cpu_personality *personality;
	enum image_arch arch;		/**< what programs may be made for */
	uint32_t flags;			/**< EXEN_CPU_* beyond those of its personality */
	/** A frame that is used at two addresses must leave the data cache in between: virtually tagged
	 *  (v5), or indexed by more than the page offset (some v6). */
	bool dcache_aliases;
	/** Saves and loads cp15 and VFP state.  Restore leaves TLB and branch predictor clean and the
	 *  exclusive monitor open.  Runs in the hypervisor's window, interrupts masked. */
	void (*context_save)(struct arch_vcpu *v);
	void (*context_restore)(const struct arch_vcpu *v);
	/** @return 0 if PL1 may read (write) @p va through the current tables, else not 0. */
	uint32_t (*probe_read)(uint32_t va);
	uint32_t (*probe_write)(uint32_t va);
	void (*tlb_flush_all)(void);
	void (*dcache_clean_inv_all)(void);
	void (*icache_inv_all)(void);
	void (*dcache_clean_inv_area)(const void *start, uint32_t len_bytes);
	/** Waits until an interrupt is pending, masked or not. */
	void (*idle)(void);
};

/** The table of the CPU this hypervisor runs on; set by cpu_identify(). */
extern const struct cpu_ops *cpu;

/** Sets @ref cpu by MIDR.  @return false if the CPU is unknown (cpu stays NULL). */
bool cpu_identify(void);
uint32_t cpu_midr(void);
/** Finds out whether there are VFP registers to switch where CPACR doesn't say so.  Boot only, the
 *  hypervisor's own vectors in place. */
void cpu_find_vfp(void);
/** What cpu_find_vfp() found on ARMv5, for v5.S; others tell by CPACR. */
extern uint32_t v5_has_vfp;

#endif
