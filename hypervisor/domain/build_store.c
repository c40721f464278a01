/* SPDX-License-Identifier: Apache-2.0 */
/* What a domain finds in xenstore when it starts. */
#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/string.h>
#include "build.h"
#include "xenstore/xenstore.h"

static int add_nodes(const struct domain *d)
{
	char uuid[sizeof("00000000-0000-0000-0000-000000000000")];
	const struct xenstore_domain_nodes nodes = {
		.domid = d->domid,
		.name = d->name,
		.uuid = uuid,
		.memory_kib = d->slot.size >> 10,
		.nr_vcpus = d->nr_vcpus,
		.store_gfn = paddr_to_mfn(shared_page_paddr(d->store_ring)).nr,
		.store_port = d->store_port,
		.console_gfn = paddr_to_mfn(shared_page_paddr(d->console_ring)).nr,
		.console_port = d->console_port,
		.console_type = "xenconsoled",
	};

	snprintf(uuid, sizeof(uuid), "00000000-0000-0000-0000-%012u", d->domid);
	return xenstore_add_domain_nodes(&nodes);
}

int build_store_connect(struct domain *d)
{
	int err;

	/* What a former run has left goes in this very step: no backend sees its frontend missing. */
	xenstore_disconnect(d->domid);
	err = domain_store_connect(d);
	if (!err)
		err = add_nodes(d);
	return err ? err : build_devices_add(d);
}
