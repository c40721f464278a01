/* SPDX-License-Identifier: Apache-2.0 */
/* CONFIG_LATENCY: until interrupts and wake-ups reach a domain; without interrupts.  No division, no loop. */
#include <exen/domain.h>
#include <exen/latency.h>
#include <exen/string.h>

/* What a vcpu waits for at the moment. */
struct wait {
	ns_t since_ns;			/* 0: nothing */
	uint32_t domid, pc, psr;	/* who ran when it began */
};

static struct {
	struct wait wait[EXEN_NR_LATENCIES];
	struct exen_latency_times times[EXEN_NR_LATENCIES];
} latency[MAX_DOMAINS];

/* The time without interrupts that goes on, and the longest one. */
static struct {
	ns_t since_ns;			/* 0: interrupts are taken */
	struct exen_latency_path now, longest;
} path;

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

/* At most what the last bucket begins with. */
static uint32_t between(ns_t since, ns_t now)
{
	return now - since > INT32_MAX ? INT32_MAX : (uint32_t)(now - since);
}

static void note_worst(struct exen_latency_times *s, const struct wait *w, uint32_t ns, ns_t now)
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
	struct exen_latency_times *s;
	struct wait *w;
	uint32_t ns;
	ns_t now;

	if (domid >= MAX_DOMAINS || !latency[domid].wait[kind].since_ns)
		return;
	s = &latency[domid].times[kind];
	w = &latency[domid].wait[kind];
	now = time_now_ns();
	ns = between(w->since_ns, now);
	s->bucket[ns ? 32 - (unsigned int)__builtin_clz(ns) : 0]++;
	if (ns > s->worst_ns) {
		note_worst(s, w, ns, now);
		s->worst_irq = irq;
	}
	w->since_ns = 0;
}

void latency_note_path(uint32_t kind, uint32_t number, uint32_t arg)
{
	if (path.since_ns)
		return;
	path.now.kind = kind;
	path.now.number = number;
	path.now.arg = arg;
	path.now.domid = current_domain()->domid;
	path.since_ns = time_now_ns();
}

void latency_note_path_point(void)
{
	const ns_t now = time_now_ns();
	const uint32_t ns = between(path.since_ns, now);

	if (!path.since_ns)
		return;
	if (ns > path.longest.ns) {
		path.longest = path.now;
		path.longest.ns = ns;
		path.longest.at_ns = now;
	}
	path.since_ns = now;
}

void latency_note_path_end(void)
{
	latency_note_path_point();
	path.since_ns = 0;
}

void latency_get(struct exen_latency *to, const struct domain *d)
{
	memcpy(to->name, d->name, sizeof(to->name));
	to->longest = path.longest;
	memcpy(to->times, latency[d->domid].times, sizeof(to->times));
}

void latency_reset(void)
{
	memset(latency, 0, sizeof(latency));
	memset(&path.longest, 0, sizeof(path.longest));
}
