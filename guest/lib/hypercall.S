/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls: through the page at a fixed address, number in r12. */
#include <exen.h>
#include <guest/asm.h>

	.text

/* int32_t hypercall(nr, a0, a1, a2, a3, a4): arguments of the hypercall in r0-r4. */
FUNC(hypercall)
	mov	r12, r0
	stmfd	sp!, {r4, lr}
	mov	lr, r0
	mov	r0, r1
	mov	r1, r2
	mov	r2, r3
	ldr	r3, [sp, #8]
	ldr	r4, [sp, #12]
	mov	lr, lr, lsl #5
	add	lr, lr, #EXEN_HYPERCALL_PAGE
	blx	lr
	ldmfd	sp!, {r4, pc}
END_FUNC(hypercall)

/* int32_t hypercall_raw(slot, r12, a0, a1, a2, a3): the number need not match the slot. */
FUNC(hypercall_raw)
	mov	r12, r1
	stmfd	sp!, {r4, lr}
	mov	lr, r0
	mov	r0, r2
	mov	r1, r3
	ldr	r2, [sp, #8]
	ldr	r3, [sp, #12]
	mov	r4, #0
	mov	lr, lr, lsl #5
	add	lr, lr, #EXEN_HYPERCALL_PAGE
	blx	lr
	ldmfd	sp!, {r4, pc}
END_FUNC(hypercall_raw)

	.arch	armv6
/* bool cmpxchg_v6(uint32_t *p, uint32_t old, uint32_t new): ldrex and strex, v6 and later. */
FUNC(cmpxchg_v6)
1:	ldrex	r3, [r0]
	teq	r3, r1
	movne	r0, #0
	bxne	lr
	strex	r12, r2, [r0]
	teq	r12, #0
	bne	1b
	mov	r0, #1
	bx	lr
END_FUNC(cmpxchg_v6)
