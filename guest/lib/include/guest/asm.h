/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Assembly functions with type and size, processor modes. */
#ifndef GUEST_ASM_H
#define GUEST_ASM_H

#define PSR_USR		0x10
#define PSR_FIQ		0x11
#define PSR_IRQ		0x12
#define PSR_SVC		0x13
#define PSR_ABT		0x17
#define PSR_UND		0x1b
#define PSR_SYS		0x1f
#define PSR_MODE	0x1f
#define PSR_T		0x20
#define PSR_F		0x40
#define PSR_I		0x80

#ifdef __ASSEMBLY__
	.section .note.GNU-stack, "", %progbits
	.text

#define FUNC(name)	.balign 4; .global name; .type name, %function; name:
#define END_FUNC(name)	.size name, . - name
#endif

#endif
