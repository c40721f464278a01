/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Between the kit's own files.  The *_init() functions run once, interrupts masked. */
#ifndef GUEST_INTERNAL_H
#define GUEST_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <guest/trap.h>

void guest_start(uint32_t slot, uint32_t fdt_pa, uint32_t section_flags, uint32_t is_v6);

void mm_init(uint32_t section_flags);
/** Maps the sections that hold [offset, offset + len) of the slot. */
void mm_map_ram(uint32_t offset, uint32_t len);
/** Maps the page of @p vectors (in RAM) at the high vectors' address. */
void mm_map_vectors(const void *vectors);

void traps_init(void);
/** The vector page's own jump at the IRQ vector, where it is not the hypervisor's. */
void traps_set_irq(void (*entry)(void));
void irqs_init(void);
void timer_init(void);
void evtchn_init(void);
void gnttab_init(void);
void console_init(void);

/** Scans shared_info for pending events and calls their handlers.  I set. */
void evtchn_dispatch(void);
/** Makes the timer interrupt come at @p deadline_ns at the latest; no function is called. */
void timer_wake_at(uint64_t deadline_ns);

int raise(int signal);

/* vectors.S, hypercall.S, vfp_registers.S */
void vector_reset(void);
void vector_undef(void);
void vector_svc(void);
void vector_pabt(void);
void vector_dabt(void);
void vector_irq(void);
void trap_handle(enum trap_kind kind, struct trap_frame *frame);
void trap_panic_enter(enum trap_kind kind, const struct trap_frame *frame)
	__attribute__((noreturn));
void trap_panic(enum trap_kind kind, const struct trap_frame *frame, uint32_t sp_svc,
		uint32_t lr_svc) __attribute__((noreturn));
bool cmpxchg_v6(uint32_t *p, uint32_t old, uint32_t value);
bool vfp_enable(uint32_t *mvfr0);

#endif
