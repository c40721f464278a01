/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two pages at the start of the window that guests know by address: the hypercall page, where
 * number n is called at 32 * n with r12 = n, and the operations page (struct exen_ops).
 */
#include <asm/assembler.h>
#include <exen.h>

	.section .text.pages, "ax"
	@ Numbers 0 and 1 are the zImage header (boot/head.S, .text.header)
	.rept	(EXEN_OPS_PAGE - EXEN_HYPERCALL_PAGE) / EXEN_HYPERCALL_SLOT - 2
	b	hypercall_entry
	.balign	EXEN_HYPERCALL_SLOT
	.endr
	.global	ops_page
ops_page:
	.space	4096
