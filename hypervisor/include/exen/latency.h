/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file CONFIG_LATENCY: how long interrupts and wake-ups take to reach a domain.  Everything: interrupts
 * masked; nothing of it is left in a hypervisor without CONFIG_LATENCY.
 */
#ifndef EXEN_LATENCY_H
#define EXEN_LATENCY_H

#include <exen/timer.h>
#include "config.h"

struct vcpu;

enum latency_kind {
	LATENCY_HANDLER,	/**< virtual interrupt raised, or timer's deadline, to irq_ack() */
	LATENCY_WAKE,		/**< a sleeping vcpu made runnable, to its running */
	NR_LATENCY_KINDS,
};

/** Bucket n counts times below 2^n ns and not below 2^(n - 1); the last one all that are longer. */
#define NR_LATENCY_BUCKETS	32

/** One domain's times of one kind.  No pointers: a hypercall could hand it out. */
struct latency_stats {
	uint32_t bucket[NR_LATENCY_BUCKETS];
	uint32_t worst_ns;
	uint32_t worst_irq;	/**< HANDLER: which one, by exen.h's numbers */
	uint32_t worst_domid;	/**< who ran when it began */
	uint32_t worst_pc;	/**< where in its guest; 0: in the hypervisor */
	uint32_t worst_psr;
	ns_t worst_at_ns;	/**< when it was over */
};

void latency_note_interrupted(uint32_t pc, uint32_t psr);
void latency_note_begin(struct vcpu *v, enum latency_kind kind, ns_t since_ns);
void latency_note_start(struct vcpu *v);
void latency_note_end(struct vcpu *v, enum latency_kind kind, uint32_t irq);
/** Copies a domain's times.  @p domid  below MAX_DOMAINS */
void latency_get(struct latency_stats *stats, unsigned int domid, enum latency_kind kind);
void latency_reset(void);

/** The CPU was taken from the current vcpu's guest at @p pc; 0, 0: it is given back. */
static inline void latency_interrupted(uint32_t pc, uint32_t psr)
{
	if (CONFIG_LATENCY)
		latency_note_interrupted(pc, psr);
}

/** @p v will have to wait since @p since_ns (0: now), unless it has already been waiting. */
static inline void latency_begin(struct vcpu *v, enum latency_kind kind, ns_t since_ns)
{
	if (CONFIG_LATENCY)
		latency_note_begin(v, kind, since_ns);
}

/** @p v starts: it waits for nothing. */
static inline void latency_start(struct vcpu *v)
{
	if (CONFIG_LATENCY)
		latency_note_start(v);
}

/** @p v waits no more. */
static inline void latency_end(struct vcpu *v, enum latency_kind kind, uint32_t irq)
{
	if (CONFIG_LATENCY)
		latency_note_end(v, kind, irq);
}

#endif
