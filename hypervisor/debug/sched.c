/* SPDX-License-Identifier: Apache-2.0 */
/* The command "sched": priorities and budgets, shown and changed. */
#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/printk.h>
#include <exen/sched.h>
#include <exen/string.h>
#include "commands.h"

/* What a domain may have: one to be tried, or the one it has. */
struct terms {
	unsigned int priority;
	uint32_t budget_us;
	uint32_t period_us;		/* 0: no budget */
};

static struct terms terms_of(const struct domain *d)
{
	const struct vcpu *v = &d->vcpu[0];

	return (struct terms){ .priority = v->priority, .budget_us = v->budget.budget_ns / NS_PER_US,
			       .period_us = v->budget.period_ns / NS_PER_US };
}

static void list(void)
{
	printk("dom name             prio  budget us  period us    used us  exhausted\n");
	for (const struct domain *d = domain_next(NULL); d; d = domain_next(d)) {
		const struct vcpu *v = &d->vcpu[0];
		const unsigned long flags = irq_save();
		const struct terms t = terms_of(d);
		const uint32_t used_us = sched_budget_used_us(v);
		const bool is_exhausted = v->budget.is_exhausted;

		irq_restore(flags);
		printk("%3u %-16s %4u ", d->domid, d->name, t.priority);
		if (t.period_us)
			printk("%10u %10u %10u %10u%s\n", t.budget_us, t.period_us, used_us,
			       v->budget.nr_exhausted, is_exhausted ? ", now" : "");
		else
			printk("%10s %10s %10s %10s\n", "-", "-", "-", "-");
	}
}

/* As image/lib checks it at boot: the budgets above the privileged domain's priority leave it something.
 * With domain @p changed on terms @p t. */
static bool leaves_some(const struct domain *changed, const struct terms *t)
{
	const unsigned int priority = changed->domid ? terms_of(domain_by_id(0)).priority : t->priority;
	unsigned int sum = 0;
	bool is_limited = false;

	for (const struct domain *d = domain_next(NULL); d; d = domain_next(d)) {
		const struct terms terms = d == changed ? *t : terms_of(d);

		if (!d->domid || terms.priority <= priority || !terms.period_us)
			continue;
		sum += DIV_ROUND_UP(terms.budget_us * 1000, terms.period_us);
	}
	is_limited = sum < 1000;
	if (!is_limited)
		printk("refused: budgets above dom0's priority would be %u.%u %% of the CPU\n",
		       sum / 10, sum % 10);
	return is_limited;
}

static bool parse(struct terms *t, char *arg)
{
	const char *what = command_word(&arg), *first = command_word(&arg);
	const char *second = command_word(&arg);
	uint32_t value;

	if (*arg)
		return false;
	if (!strcmp(what, "prio")) {
		if (*second || !command_number(first, &value) || !value || value >= SCHED_NR_PRIORITIES)
			return false;
		t->priority = value;
		return true;
	}
	if (strcmp(what, "budget"))
		return false;
	if (!strcmp(first, "none") && !*second) {
		t->budget_us = 0;
		t->period_us = 0;
		return true;
	}
	return command_number(first, &t->budget_us) && command_number(second, &t->period_us) &&
	       t->period_us >= SCHED_PERIOD_MIN_US && t->period_us <= SCHED_PERIOD_MAX_US &&
	       t->budget_us >= SCHED_BUDGET_MIN_US && t->budget_us <= t->period_us;
}

static void usage(void)
{
	printk("sched                            lists\n");
	printk("sched DOM prio N                 1 to %u\n", SCHED_NR_PRIORITIES - 1);
	printk("sched DOM budget US PERIOD_US    US from %u to PERIOD_US, that from %u to %u\n",
	       SCHED_BUDGET_MIN_US, SCHED_PERIOD_MIN_US, SCHED_PERIOD_MAX_US);
	printk("sched DOM budget none\n");
}

void cmd_sched(char *arg)
{
	unsigned long flags;
	struct domain *d;
	struct terms t;

	if (!*arg) {
		list();
		return;
	}
	d = command_domain(command_word(&arg));
	if (!d)
		return;
	t = terms_of(d);
	if (!parse(&t, arg)) {
		usage();
		return;
	}
	if (!leaves_some(d, &t))
		return;
	flags = irq_save();
	sched_set_priority(&d->vcpu[0], t.priority);
	sched_set_budget(&d->vcpu[0], t.budget_us, t.period_us);
	irq_restore(flags);
}
