/* SPDX-License-Identifier: Apache-2.0 */
/** @file Program status register (ARM ARM B1.3.3).  Also used by assembly. */
#ifndef ASM_PSR_H
#define ASM_PSR_H

#define PSR_USR		0x10
#define PSR_FIQ		0x11
#define PSR_IRQ		0x12
#define PSR_SVC		0x13
#define PSR_ABT		0x17
#define PSR_HYP		0x1a
#define PSR_UND		0x1b
#define PSR_SYS		0x1f
#define PSR_MODE	0x1f
#define PSR_T		0x00000020
#define PSR_F		0x00000040
#define PSR_I		0x00000080
#define PSR_A		0x00000100
#define PSR_E		0x00000200
#define PSR_IT		0x0600fc00
#define PSR_J		0x01000000

#endif
