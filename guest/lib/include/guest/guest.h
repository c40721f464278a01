/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The guest kit, all of it. */
#ifndef GUEST_GUEST_H
#define GUEST_GUEST_H

#include <string.h>
#include <guest/console.h>
#include <guest/cpu.h>
#include <guest/evtchn.h>
#include <guest/fdt.h>
#include <guest/gnttab.h>
#include <guest/hypercall.h>
#include <guest/irq.h>
#include <guest/mm.h>
#include <guest/sched.h>
#include <guest/time.h>
#include <guest/trap.h>
#include <guest/vfp.h>
#include <guest/xenstore.h>

/** The guest's own code: SVC mode, interrupts enabled.  Its return ends the domain. */
void guest_main(void);

/** Is this domain 0 (XENFEAT_dom0)? */
bool is_dom0(void);
/** Value of "key=value" in /chosen/bootargs; NULL if it isn't there.  Ends at a space or 0. */
const char *bootarg(const char *key);
/** A decimal one; `otherwise` where it isn't there or begins with no digit. */
uint64_t bootarg_number(const char *key, uint64_t otherwise);
/** The device tree that the domain was given. */
const void *guest_fdt(void);

#endif
