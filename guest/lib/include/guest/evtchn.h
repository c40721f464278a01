/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Event channels, the 2-level ABI of Xen's event_channel.h. */
#ifndef GUEST_EVTCHN_H
#define GUEST_EVTCHN_H

#include <stdbool.h>
#include <stdint.h>
#include <guest/hypercall.h>

#define EVTCHN_MAX_PORTS	256	/* as many as the kit has handlers for */

/** Handler: SVC mode, I set; the pending bit has been cleared. */
typedef void (*evtchn_handler_t)(evtchn_port_t port);

/** Each returns 0 or -XEN_E*; ports start masked and without handler. */
int32_t evtchn_alloc_unbound(domid_t remote, evtchn_port_t *port);
int32_t evtchn_bind_interdomain(domid_t remote, evtchn_port_t remote_port, evtchn_port_t *port);
int32_t evtchn_bind_virq(uint32_t virq, evtchn_port_t *port);
int32_t evtchn_bind_pirq(uint32_t pirq, evtchn_port_t *port);
int32_t evtchn_bind_ipi(evtchn_port_t *port);
int32_t evtchn_close(evtchn_port_t port);
int32_t evtchn_send(evtchn_port_t port);
int32_t evtchn_status(domid_t dom, evtchn_port_t port, evtchn_status_t *status);

/** NULL: events of the port are dropped when they arrive. */
void evtchn_set_handler(evtchn_port_t port, evtchn_handler_t handler);
/** Delivers an event that came while the port was masked. */
void evtchn_unmask(evtchn_port_t port);
void evtchn_mask(evtchn_port_t port);
bool evtchn_is_pending(evtchn_port_t port);
void evtchn_clear_pending(evtchn_port_t port);
/** Number of events handled on the port since start. */
uint32_t evtchn_count(evtchn_port_t port);

struct shared_info *shared_info(void);

#endif
