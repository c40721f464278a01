/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Event channels (xen/event_channel.h), 2-level ABI.
 *
 * A port's pending bit is first recorded here, in the hypervisor's memory, and copied to the guest's
 * shared_info only by evtchn_publish(), which runs inside the guest's own calls.  See there for why.
 * Everything: interrupts masked.
 */
#ifndef DOMAIN_EVTCHN_H
#define DOMAIN_EVTCHN_H

#include <exen/domain.h>

#define NR_VIRQS	24		/**< xen/xen.h: VIRQ_* below 24 */
#define EVTCHN_WORDS	(MAX_EVTCHN_PORTS / 32)

/** The guest has sent an event to a port whose other end is the hypervisor.  Must be short. */
typedef void (*evtchn_notify_fn)(struct domain *d);

enum evtchn_state {
	EVTCHN_CLOSED,
	EVTCHN_RESERVED,		/**< port 0 */
	EVTCHN_UNBOUND,
	EVTCHN_INTERDOMAIN,
	EVTCHN_PIRQ,
	EVTCHN_VIRQ,
	EVTCHN_IPI,
	EVTCHN_HYPERVISOR,		/**< the other end is a function of the hypervisor */
};

struct evtchn {
	uint8_t state;			/**< enum evtchn_state */
	uint8_t notify_vcpu;
	uint16_t source;		/**< INTERDOMAIN: port of the peer; PIRQ: interrupt; VIRQ: which */
	union {
		struct domain *peer;	/**< INTERDOMAIN */
		domid_t allowed;	/**< UNBOUND: who may bind */
		evtchn_notify_fn notify;	/**< HYPERVISOR */
	} u;
};

/** Events for a vcpu that are not yet published. */
struct evtchn_vcpu {
	uint32_t words;			/**< bit w: pending[w] != 0 */
	uint32_t pending[EVTCHN_WORDS];
};

struct evtchn_table {
	struct evtchn_vcpu vcpu[MAX_VCPUS];
	struct evtchn port[MAX_EVTCHN_PORTS];
	uint16_t global_virq[NR_VIRQS];			/**< port, 0: not bound */
	uint16_t vcpu_virq[MAX_VCPUS][NR_VIRQS];	/**< likewise, of per-vcpu VIRQs */
	uint16_t pirq[EXEN_NR_IRQS];			/**< port, 0: not bound */
};

/** Gives @p d an empty table.  Its shared_info has no pending bits either. */
void evtchn_init(struct domain *d);
/** Closes every port, also the hypervisor's: @p d has ended. */
void evtchn_end(struct domain *d);

/** A port of @p d whose other end is @p notify.  @return the port or -ENOSPC */
int evtchn_bind_hypervisor(struct domain *d, evtchn_notify_fn notify);
/** Makes a port of @p d pending; @p port is one of the hypervisor's own choice, not a guest's. */
void evtchn_raise(struct domain *d, evtchn_port_t port);
/** Raises a VIRQ_* (on vcpu 0, if it is a per-vcpu one); nothing if it isn't bound. */
void virq_raise(struct domain *d, unsigned int virq);
/** @return the port of a per-vcpu VIRQ_*, 0: not bound */
static inline evtchn_port_t virq_port(const struct vcpu *v, unsigned int virq)
{
	return v->domain->evtchn->vcpu_virq[v->id][virq];
}
/** @return false: the interrupt isn't bound to a port */
bool evtchn_pirq_raise(struct domain *d, unsigned int irq);

/** Copies pending events of the current vcpu @p v to its shared_info.  @return its upcall flag */
bool evtchn_publish(struct vcpu *v);
/** Is the event recorded, published or not?  port < MAX_EVTCHN_PORTS */
bool evtchn_is_pending(const struct domain *d, evtchn_port_t port);

/* -- between evtchn.c and evtchn_op.c */

/** @return a closed port, now with notify_vcpu 0, or -ENOSPC */
int evtchn_alloc(struct domain *d);
void evtchn_close(struct domain *d, evtchn_port_t port);
void evtchn_unmask(struct vcpu *v, evtchn_port_t port);
/** The event goes to another vcpu from now on. */
void evtchn_set_vcpu(struct domain *d, evtchn_port_t port, unsigned int vcpu);
bool virq_is_global(unsigned int virq);

static inline struct vcpu_info *vcpu_info(const struct vcpu *v)
{
	return &v->domain->shared_info->vcpu_info[v->id];
}

_Static_assert(MAX_VCPUS <= XEN_LEGACY_MAX_VCPUS, "vcpu_info lies in shared_info");
_Static_assert(EVTCHN_WORDS <= 32, "one word of words");
_Static_assert(MAX_EVTCHN_PORTS <= 4096, "2-level ABI");

#endif
