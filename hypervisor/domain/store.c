/* SPDX-License-Identifier: Apache-2.0 */
/* Between the domains' event channels and xenstore, which runs in the hypervisor's thread. */
#include <exen/arch.h>
#include <exen/commands.h>
#include <exen/printk.h>
#include <exen/sched.h>

#include "console.h"
#include "evtchn.h"
#include "xenstore/limits.h"
#include "xenstore/xenstore.h"

_Static_assert(XENSTORE_MAX_DOMAINS == MAX_DOMAINS, "xenstore and hypervisor: domains");

static uint32_t has_request;		/* bit domid: its ring is to be looked at.  Interrupts masked */

void domain_store_event(struct domain *d)
{
	has_request |= BIT(d->domid);
	thread_kick();
}

static void notify_guest(void *arg)
{
	struct domain *d = arg;
	const unsigned long flags = irq_save();

	evtchn_raise(d, d->store_port);
	irq_restore(flags);
}

int domain_store_connect(struct domain *d)
{
	return xenstore_connect(d->domid, d->is_privileged, d->store_ring, notify_guest, d);
}

static bool take_request(domid_t domid)
{
	const unsigned long flags = irq_save();
	const bool was = has_request & BIT(domid);

	has_request &= ~BIT(domid);
	irq_restore(flags);
	return was;
}

static void put_request(domid_t domid)
{
	const unsigned long flags = irq_save();

	has_request |= BIT(domid);
	irq_restore(flags);
}

bool domain_store_work(void)
{
	bool more = false;

	if (!READ_ONCE(has_request))
		return false;
	for (const struct domain *d = domain_next(NULL); d; d = domain_next(d)) {
		if (take_request(d->domid) && xenstore_service(d->domid)) {
			put_request(d->domid);
			more = true;
		}
	}
	return more;
}

static void print_line(void *arg, const char *text)
{
	printk("%s\n", text);
}

void command_dump_xenstore(void)
{
	xenstore_dump(print_line, NULL);
}
