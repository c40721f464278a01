/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file The guest's virtual memory.
 *
 *	0xc0000000	its slot (RAM), up to 256 MiB
 *	0xe0000000	1 MiB of foreign frames (grants), 4 KiB pages
 *	0xe8000000	devices, sections
 *	0xff000000	the hypervisor's window
 *	0xffff0000	exception vectors
 *
 * In the slot: boot information at 0x1000, first-level table at 0x4000, the image at 0x8000.
 */
#ifndef GUEST_LAYOUT_H
#define GUEST_LAYOUT_H

#define GUEST_RAM_VA		0xc0000000
#define GUEST_RAM_MAX		0x10000000
#define GUEST_TABLE_OFFSET	0x4000
#define GUEST_IMAGE_OFFSET	0x8000
#define GUEST_FOREIGN_VA	0xe0000000
#define GUEST_FOREIGN_PAGES	256
#define GUEST_DEVICE_VA		0xe8000000
#define GUEST_DEVICE_SECTIONS	64
#define GUEST_VECTORS_VA	0xffff0000

#define GUEST_SVC_STACK_SIZE	16384
#define GUEST_EXC_STACK_SIZE	4096	/* each of IRQ, ABT, UND */

#endif
