/* SPDX-License-Identifier: Apache-2.0 */
/** @file The hypervisor's window: one table of addresses.  Also used by assembly and linker script. */
#ifndef ASM_MEMORY_H
#define ASM_MEMORY_H

#define HV_BASE			0xff000000	/* EXEN_WINDOW_BASE: text, rodata */
#define HV_DATA			0xff100000	/* data, bss, stacks, private pools */
#define HV_SHARED		0xff200000	/* pages shared with guests */
#define HV_POOL			0xff300000	/* xenstore's arena */
#define HV_DEVICES		0xff400000	/* device registers, 4 KiB pages */
#define HV_TEMPORARY		0xff500000	/* temporary mappings, 4 KiB pages */
#define HV_OPEN_DEVICES		0xff600000	/* device registers that guests may read: the clock */
#define HV_SECTIONS_RAM		4		/* sections that are RAM, from HV_BASE */
#define HV_RAM_SIZE		0x00400000	/* bytes of RAM behind them */
#define HV_GUARD_DOMAIN		15		/* ARM domain of what is closed to guests (CONFIG_GUARD) */
#define HV_VECTORS		0xffff0000	/* exception vectors of the hypervisor's own thread */

#endif
