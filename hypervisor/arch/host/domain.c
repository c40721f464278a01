/* SPDX-License-Identifier: Apache-2.0 */
/* Domains as tests want them. */
#include <asm/host.h>
#include <exen/bug.h>


/* The core never forgets a domain, but what ended ones hold of each other is gone. */
static void forget_domains(void)
{
	struct domain *d, *next;

	for (d = domain_next(NULL); d; d = domain_next(d))
		domain_shutdown(d, SHUTDOWN_poweroff);
	for (d = domain_next(NULL); d; d = next) {
		next = domain_next(d);
		d->state = DOMAIN_NONE;
	}
}

void host_reset(void)
{
	host_enter_hypervisor();
	forget_domains();
	wallclock_set(0);
	host_memory_reset();
	host_time_reset();
	host_devices_reset();
	host_sched_reset();
}

struct domain *host_domain(domid_t domid, bool is_privileged, const uint32_t *irq_owned)
{
	char name[] = "dom0";
	const struct domain_params params = {
		.domid = domid,
		.name = name,
		.slot = { HOST_RAM_BASE + domid * HOST_SLOT_SIZE, HOST_SLOT_SIZE },
		.is_privileged = is_privileged,
		.priority = SCHED_PRIO_DEFAULT,
		.irq_owned = irq_owned,
	};
	struct domain *d;

	name[3] = (char)('0' + domid % 10);
	d = domain_create(&params);
	BUG_ON(!d);
	domain_start(d, d->slot.base + 0x8000, d->slot.base);
	return d;
}
