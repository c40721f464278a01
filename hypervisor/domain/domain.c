/* SPDX-License-Identifier: Apache-2.0 */
/* The domains: making, starting, ending. */
#include <errno.h>

#include <exen/arch.h>
#include <exen/irq.h>
#include <exen/latency.h>
#include <exen/printk.h>
#include <exen/sched.h>
#include <exen/string.h>
#include <exen/timer.h>

#include "console.h"
#include "evtchn.h"
#include "gnttab.h"
#include "shared_time.h"
#include "vcpu_timer.h"
#include "watchdog.h"

struct domain domain_table[MAX_DOMAINS];

struct domain *domain_next(const struct domain *prev)
{
	for (struct domain *d = prev ? &domain_table[prev->domid] + 1 : domain_table;
	     d < domain_table + MAX_DOMAINS; d++) {
		if (d->state != DOMAIN_NONE)
			return d;
	}
	return NULL;
}

/* -- making -- */

static bool alloc_shared_pages(struct domain *d)
{
	d->shared_info = shared_pages_alloc(1);
	d->store_ring = shared_pages_alloc(1);
	d->console_ring = shared_pages_alloc(1);
	return d->shared_info && d->store_ring && d->console_ring && gnttab_alloc(d);
}

static void assign_irqs(struct domain *d, const uint32_t *irq_owned)
{
	for (unsigned int irq = EXEN_IRQ_LINE; irq < EXEN_NR_IRQS; irq++) {
		if (!(irq_owned[irq / 32] & BIT(irq % 32)))
			continue;
		if (irq_line_assign(irq - EXEN_IRQ_LINE, d))
			printk("domain %u: interrupt %u is not free\n", d->domid, irq);
		else
			d->irq_owned[irq / 32] |= BIT(irq % 32);
	}
}

static void set_hvm_params(struct domain *d)
{
	memset(d->hvm_param, 0, sizeof(d->hvm_param));
	d->hvm_param[HVM_PARAM_STORE_PFN] = paddr_to_mfn(shared_page_paddr(d->store_ring)).nr;
	d->hvm_param[HVM_PARAM_STORE_EVTCHN] = d->store_port;
	d->hvm_param[HVM_PARAM_CONSOLE_PFN] = paddr_to_mfn(shared_page_paddr(d->console_ring)).nr;
	d->hvm_param[HVM_PARAM_CONSOLE_EVTCHN] = d->console_port;
}

static void init_vcpu(struct vcpu *v)
{
	memset(&v->irqs, 0, sizeof(v->irqs));
	v->runstate_va = 0;
	v->runstate_shown_ns = 0;
	v->in_masked_section = false;
	vcpu_timers_init(v);
	latency_start(v);
}

/* What domain and hypervisor share is as at a domain's start: shared_info, rings, ports, grants. */
static void init_shared_state(struct domain *d)
{
	memset(d->shared_info, 0, PAGE_SIZE);
	evtchn_init(d);
	gnttab_init(d);
	domain_console_init(d);
	/* An empty table has room for both. */
	d->store_port = (uint32_t)evtchn_bind_hypervisor(d, domain_store_event);
	d->console_port = (uint32_t)evtchn_bind_hypervisor(d, domain_console_event);
	set_hvm_params(d);
	d->has_exclusives = false;
	for (unsigned int i = 0; i < d->nr_vcpus; i++)
		init_vcpu(&d->vcpu[i]);
	watchdogs_init(d);
}

struct domain *domain_create(const struct domain_params *params)
{
	struct domain *d;

	if (params->domid >= MAX_DOMAINS || domain_table[params->domid].state != DOMAIN_NONE) {
		printk("domain %u: there is one already, or no room\n", params->domid);
		return NULL;
	}
	d = &domain_table[params->domid];
	memset(d, 0, sizeof(*d));
	d->domid = params->domid;
	d->is_privileged = params->is_privileged;
	d->slot = params->slot;
	d->config = params->config;
	d->nr_vcpus = MAX_VCPUS;
	snprintf(d->name, sizeof(d->name), "%s", params->name);
	for (unsigned int i = 0; i < d->nr_vcpus; i++) {
		d->vcpu[i].domain = d;
		d->vcpu[i].id = i;
		d->vcpu[i].state = VCPU_OFFLINE;
		d->vcpu[i].priority = params->priority;
		if (sched_set_budget(&d->vcpu[i], params->budget_us, params->period_us))
			printk("domain %u: budget out of bounds, none is set\n", d->domid);
	}
	if (!alloc_shared_pages(d)) {
		printk("domain %u: no shared pages left\n", d->domid);
		return NULL;
	}
	init_shared_state(d);
	if (params->irq_owned)
		assign_irqs(d, params->irq_owned);
	d->state = DOMAIN_BUILDING;
	return d;
}

void domain_start(struct domain *d, paddr_t entry, paddr_t dtb)
{
	struct vcpu *v = &d->vcpu[0];

	d->state = DOMAIN_RUNNING;
	d->nr_starts++;
	d->started_ns = time_now_ns();
	shared_time_wallclock(d);
	shared_time_update(v);
	arch_vcpu_start(v, entry, dtb);
	sched_start(v);
}

int domain_reset_for_start(struct domain *d)
{
	if (d->state != DOMAIN_SHUTDOWN && d->state != DOMAIN_HALTED)
		return -EBUSY;
	if (gnttab_is_mapped_by_others(d) || d->console->has_output)
		return -EBUSY;
	init_shared_state(d);
	d->state = DOMAIN_BUILDING;
	return 0;
}

/* -- ending -- */

static void mask_irqs(const struct domain *d)
{
	for (unsigned int irq = EXEN_IRQ_LINE; irq < EXEN_NR_IRQS; irq++) {
		if (domain_owns_irq(d, irq))
			irq_line_mask(irq - EXEN_IRQ_LINE);
	}
}

/* Its event channels and its mappings of others' memory go at once; others' mappings of its memory
 * stay until they end them, and keep it from being filled anew. */
static void end(struct domain *d, unsigned int code)
{
	struct domain *dom0 = domain_by_id(0);

	d->shutdown_code = code;
	d->state = DOMAIN_SHUTDOWN;
	mask_irqs(d);
	domain_console_event(d);	/* its last words */
	evtchn_end(d);
	gnttab_end(d);
	for (unsigned int i = 0; i < d->nr_vcpus; i++)
		vcpu_timers_stop(&d->vcpu[i]);
	watchdogs_stop(d);
	if (dom0 && dom0 != d)
		virq_raise(dom0, VIRQ_DOM_EXC);
	domain_ended(d);
}

void domain_end(struct domain *d, unsigned int code)
{
	end(d, code);
	for (unsigned int i = 0; i < d->nr_vcpus; i++)
		sched_stop(&d->vcpu[i]);
}

void domain_shutdown(struct domain *d, unsigned int code)
{
	if (d->state != DOMAIN_RUNNING)
		return;
	domain_end(d, code);
	if (d == current_domain())
		sched_sleep(current_vcpu(), VCPU_OFFLINE);	/* for ever: nothing wakes it */
}

void domain_crash(struct domain *d, const char *fmt, ...)
{
	char text[120];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printk("domain %u (%s) crashed: %s\n", d->domid, d->name, text);
	domain_shutdown(d, SHUTDOWN_crash);
}
