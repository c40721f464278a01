/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file CONFIG_LATENCY: how long interrupts and wake-ups take to reach a domain.  Everything: interrupts
 * masked; nothing of it is left in a hypervisor without CONFIG_LATENCY.
 */
#ifndef EXEN_LATENCY_H
#define EXEN_LATENCY_H

#include <exen/timer.h>
#include "config.h"
#include "exen.h"

struct domain;
struct vcpu;

enum latency_kind {
	LATENCY_HANDLER = EXEN_LATENCY_HANDLER,
	LATENCY_WAKE = EXEN_LATENCY_WAKE,
};

void latency_note_interrupted(uint32_t pc, uint32_t psr);
void latency_note_begin(struct vcpu *v, enum latency_kind kind, ns_t since_ns);
void latency_note_start(struct vcpu *v);
void latency_note_end(struct vcpu *v, enum latency_kind kind, uint32_t irq);
/**
 * No interrupt is taken from here on, if it isn't so already.  Called from assembly, too.
 * @param kind  EXEN_PATH_*; number, arg: as struct exen_latency_path has them
 */
void latency_note_path(uint32_t kind, uint32_t number, uint32_t arg);
/** Interrupts are taken again. */
void latency_note_path_end(void);
/** An interrupt has been taken, or could have been: what began earlier goes on from here. */
void latency_note_path_point(void);
/** Copies what is known of a domain, and the longest path. */
void latency_get(struct exen_latency *to, const struct domain *d);
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

static inline void latency_path(uint32_t kind, uint32_t number, uint32_t arg)
{
	if (CONFIG_LATENCY)
		latency_note_path(kind, number, arg);
}

static inline void latency_path_end(void)
{
	if (CONFIG_LATENCY)
		latency_note_path_end();
}

static inline void latency_path_point(void)
{
	if (CONFIG_LATENCY)
		latency_note_path_point();
}

#endif
