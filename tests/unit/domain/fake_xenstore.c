/* SPDX-License-Identifier: Apache-2.0 */
/* Xenstore as the glue in store.c sees it; the real one has its own tests. */
#include "fake_xenstore.h"

struct fake_xenstore fake_xenstore;

int xenstore_connect(domid_t domid, bool privileged, struct xenstore_domain_interface *ring,
		     void (*notify)(void *arg), void *arg)
{
	fake_xenstore.ring = ring;
	fake_xenstore.notify = notify;
	fake_xenstore.arg = arg;
	return 0;
}

bool xenstore_service(domid_t domid)
{
	fake_xenstore.served |= BIT(domid);
	fake_xenstore.nr_served++;
	return fake_xenstore.nr_more && fake_xenstore.nr_more--;
}

void xenstore_dump(void (*line)(void *arg, const char *text), void *arg)
{
	line(arg, "the store");
}
