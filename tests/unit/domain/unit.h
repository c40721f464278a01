/* SPDX-License-Identifier: Apache-2.0 */
/** @file What tests of domains' services are written with. */
#ifndef UNIT_H
#define UNIT_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include <asm/host.h>
#include "evtchn.h"
#include "gnttab.h"

/* Each test starts with the domains dom0 (privileged, owns interrupt 40), dom1 and dom2. */
#include "../check.h"

#define OWNED_IRQ	40u

extern struct domain *dom[3];

/** A hypercall by its number in abi/hypercalls.def. */
enum {
#define HYPERCALL(number, name, privilege)	CALL_##name = number,
#include "hypercalls.def"
#undef HYPERCALL
};

/** Address of the @p n th scratch page of @p d; pages 1 to 255 are free for tests. */
uint32_t page(const struct domain *d, unsigned int n);
/** The same memory, as the test reaches it. */
void *page_ptr(const struct domain *d, unsigned int n);
uint32_t page_frame(const struct domain *d, unsigned int n);

/** A hypercall of vcpu 0 with registers only. */
int32_t call(struct domain *d, uint32_t nr, uint32_t a0, uint32_t a1, uint32_t a2);
/** A hypercall (command, pointer): @p arg goes through the domain's memory and comes back. */
int32_t call_arg(struct domain *d, uint32_t nr, uint32_t cmd, void *arg, uint32_t size);
/** event_channel_op likewise. */
#define EVTCHN(d, op, arg)	call_arg(d, CALL_event_channel_op, EVTCHNOP_##op, arg, sizeof(*(arg)))

uint32_t irq_ack(struct domain *d);
/** Installs a handler address and unmasks the event channel and timer interrupts. */
void start_interrupts(struct domain *d);

/* -- event channels */

evtchn_port_t alloc_unbound(struct domain *d, domid_t remote);
int32_t bind(struct domain *d, domid_t remote, evtchn_port_t port, evtchn_port_t *local);
/** A channel between two domains with nothing pending at either end. */
void connect_domains(struct domain *a, struct domain *b, evtchn_port_t *port_a, evtchn_port_t *port_b);
int32_t send(struct domain *d, evtchn_port_t port);
int32_t close_port(struct domain *d, evtchn_port_t port);
int32_t unmask(struct domain *d, evtchn_port_t port);
uint32_t port_status(struct domain *d, evtchn_port_t port);
bool shared_bit(const xen_ulong_t *bitmap, evtchn_port_t port);
void mask(struct domain *d, evtchn_port_t port);
/** As a guest's handler: takes the events and clears them.  @return bit port < 64 */
uint64_t handle_events(struct domain *d);

/* -- grants */

struct grant_entry_v1 *grant_entry(const struct domain *d, grant_ref_t ref);
void grant(struct domain *d, grant_ref_t ref, domid_t to, uint32_t frame, bool is_readonly);
/** @return status */
int map(struct domain *d, domid_t from, grant_ref_t ref, uint32_t flags,
	struct gnttab_map_grant_ref *result);
int unmap(struct domain *d, grant_handle_t handle);

#endif
