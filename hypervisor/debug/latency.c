/* SPDX-License-Identifier: Apache-2.0 */
/* The command "latency", whose output tools/exen-latency reads. */
#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/latency.h>
#include <exen/printk.h>
#include <exen/string.h>
#include "commands.h"

#define PSR_I	BIT(7)

static void show_worst(const struct latency_stats *s, enum latency_kind kind)
{
	printk("  worst %u ns at %u ms beside domain %u pc %08x psr %08x%s", s->worst_ns,
	       (unsigned int)(s->worst_at_ns / NS_PER_MS), s->worst_domid, s->worst_pc, s->worst_psr,
	       !s->worst_pc ? ", in the hypervisor" : s->worst_psr & PSR_I ? ", interrupts masked" : "");
	if (kind == LATENCY_HANDLER)
		printk(", interrupt %u", s->worst_irq);
	printk("\n");
}

static void show(const struct domain *d, enum latency_kind kind)
{
	static const char *const name[] = { "interrupt to handler", "wake to run" };
	struct latency_stats s;
	unsigned long flags;

	flags = irq_save();
	latency_get(&s, d->domid, kind);
	irq_restore(flags);
	printk("latency of domain %u (%s), %s:\n", d->domid, d->name, name[kind]);
	for (unsigned int i = 0; i < NR_LATENCY_BUCKETS; i++)
		if (s.bucket[i])
			printk("  below %u ns: %u\n", BIT(i), s.bucket[i]);
	if (s.worst_ns)
		show_worst(&s, kind);
}

void cmd_latency(char *arg)
{
	const struct domain *only = NULL;
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
		for (unsigned int kind = 0; kind < NR_LATENCY_KINDS; kind++)
			show(d, kind);
	}
}
