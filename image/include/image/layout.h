/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Where kernel, ramdisk and device tree lie in a domain's slot.
 *
 *	0x1000		struct exen_boot_info (abi/exen.h)
 *	0x8000		kernel: a raw Image; a zImage starts at 0x10000 and unpacks itself to 0x8000
 *	...		room for the kernel's bss (a quarter of its size, and 64 KiB)
 *	end - ...	ramdisk, at a page boundary
 *	end - 64 KiB	device tree
 *
 * The end is that of the slot, or 512 MiB into it: Linux reaches ramdisk and device tree in lowmem.
 */
#ifndef IMAGE_LAYOUT_H
#define IMAGE_LAYOUT_H

#include <image/config.h>

#define IMAGE_KERNEL_OFFSET	0x8000u
#define IMAGE_ZIMAGE_OFFSET	0x10000u
#define IMAGE_DTB_SPACE		(64u << 10)
#define IMAGE_LOWMEM_SIZE	(512u << 20)

/** @return true if what starts at @p kernel (@p size bytes) is a zImage; else it is a raw Image. */
bool image_is_zimage(const void *kernel, uint32_t size);

/**
 * Places everything in the slot; sizes must be set.
 * @return false: the slot is too small for kernel, ramdisk and device tree
 */
bool image_layout_domain(struct domain_config *domain, struct image_error *err);

#endif
