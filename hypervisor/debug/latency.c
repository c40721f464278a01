/* SPDX-License-Identifier: Apache-2.0 */
/* The command "latency", whose output tools/exen-latency reads. */
#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/latency.h>
#include <exen/printk.h>
#include <exen/string.h>
#include "commands.h"

#define PSR_I	BIT(7)

static void show_worst(const struct exen_latency_times *s, enum latency_kind kind)
{
	printk("  worst %u ns at %u ms beside domain %u pc %08x psr %08x%s", s->worst_ns,
	       (unsigned int)(s->worst_at_ns / NS_PER_MS), s->worst_domid, s->worst_pc, s->worst_psr,
	       !s->worst_pc ? ", in the hypervisor" : s->worst_psr & PSR_I ? ", interrupts masked" : "");
	if (kind == LATENCY_HANDLER)
		printk(", interrupt %u", s->worst_irq);
	printk("\n");
}

static void show(const struct domain *d, const struct exen_latency_times *s, enum latency_kind kind)
{
	static const char *const name[] = { "interrupt to handler", "wake to run" };

	printk("latency of domain %u (%s), %s:\n", d->domid, d->name, name[kind]);
	for (unsigned int i = 0; i < EXEN_LATENCY_BUCKETS; i++)
		if (s->bucket[i])
			printk("  below %u ns: %u\n", BIT(i), s->bucket[i]);
	if (s->worst_ns)
		show_worst(s, kind);
}

static void show_longest(const struct exen_latency_path *p)
{
	if (p->kind == EXEN_PATH_NONE)
		return;
	printk("longest time without interrupts: %u ns at %u ms, ", p->ns, (unsigned int)(p->at_ns / NS_PER_MS));
	switch (p->kind) {
	case EXEN_PATH_HYPERCALL:
		printk("hypercall %u (%u) of domain %u\n", p->number, p->arg, p->domid);
		break;
	case EXEN_PATH_INTERRUPT:
		printk("interrupt of domain %u at pc %08x\n", p->domid, p->arg);
		break;
	default:
		printk("the hypervisor's thread, masked before %08x\n", p->arg);
	}
}

void cmd_latency(char *arg)
{
	const struct domain *only = NULL;
	struct exen_latency l = { .longest.kind = EXEN_PATH_NONE };
	unsigned long flags;

	if (!CONFIG_LATENCY) {
		printk("not in this hypervisor: CONFIG_LATENCY\n");
		return;
	}
	if (!strcmp(arg, "reset")) {
		flags = irq_save();
		latency_reset();
		irq_restore(flags);
		return;
	}
	if (*arg) {
		only = command_domain(arg);
		if (!only)
			return;
	}
	for (const struct domain *d = domain_next(NULL); d; d = domain_next(d)) {
		if (only && d != only)
			continue;
		flags = irq_save();
		latency_get(&l, d);
		irq_restore(flags);
		for (unsigned int kind = 0; kind < EXEN_NR_LATENCIES; kind++)
			show(d, &l.times[kind], kind);
	}
	show_longest(&l.longest);
}
