/* SPDX-License-Identifier: Apache-2.0 */
/* CONFIG_LATENCY: times until interrupts and wake-ups reach a domain.  No division, no loop. */
#include <exen/domain.h>
#include <exen/latency.h>
#include <exen/string.h>

/* What a vcpu waits for at the moment. */
struct wait {
	ns_t since_ns;			/* 0: nothing */
	uint32_t domid, pc, psr;	/* who ran when it began */
};

static struct {
	struct wait wait[NR_LATENCY_KINDS];
	struct latency_stats stats[NR_LATENCY_KINDS];
} latency[MAX_DOMAINS];

static uint32_t interrupted_pc, interrupted_psr;

void latency_note_interrupted(uint32_t pc, uint32_t psr)
{
	interrupted_pc = pc;
	interrupted_psr = psr;
}

void latency_note_begin(struct vcpu *v, enum latency_kind kind, ns_t since_ns)
{
	const domid_t domid = v->domain->domid;

	if (domid >= MAX_DOMAINS || latency[domid].wait[kind].since_ns)
		return;
	latency[domid].wait[kind] = (struct wait){
		.since_ns = since_ns ? since_ns : time_now_ns(),
		.domid = current_domain()->domid, .pc = interrupted_pc, .psr = interrupted_psr,
	};
}

void latency_note_start(struct vcpu *v)
{
	memset(latency[v->domain->domid].wait, 0, sizeof(latency[0].wait));
}

static void note_worst(struct latency_stats *s, const struct wait *w, uint32_t ns, ns_t now)
{
	s->worst_ns = ns;
	s->worst_domid = w->domid;
	s->worst_pc = w->pc;
	s->worst_psr = w->psr;
	s->worst_at_ns = now;
}

void latency_note_end(struct vcpu *v, enum latency_kind kind, uint32_t irq)
{
	const domid_t domid = v->domain->domid;
	struct latency_stats *s;
	struct wait *w;
	uint32_t ns;
	ns_t now;

	if (domid >= MAX_DOMAINS || !latency[domid].wait[kind].since_ns)
		return;
	s = &latency[domid].stats[kind];
	w = &latency[domid].wait[kind];
	now = time_now_ns();
	ns = now - w->since_ns > INT32_MAX ? INT32_MAX : (uint32_t)(now - w->since_ns);
	s->bucket[ns ? 32 - (unsigned int)__builtin_clz(ns) : 0]++;
	if (ns > s->worst_ns) {
		note_worst(s, w, ns, now);
		s->worst_irq = irq;
	}
	w->since_ns = 0;
}

void latency_get(struct latency_stats *stats, unsigned int domid, enum latency_kind kind)
{
	*stats = latency[domid].stats[kind];
}

void latency_reset(void)
{
	memset(latency, 0, sizeof(latency));
}
