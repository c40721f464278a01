/* SPDX-License-Identifier: Apache-2.0 */
/** @file What store.c has told the fake xenstore, and how that answers. */
#ifndef FAKE_XENSTORE_H
#define FAKE_XENSTORE_H

#include <exen/types.h>
#include "xenstore/xenstore.h"

struct fake_xenstore {
	struct xenstore_domain_interface *ring;
	void (*notify)(void *arg);
	void *arg;
	uint32_t served;		/**< bit domid */
	unsigned int nr_served;
	unsigned int nr_more;		/**< how often there is more to do */
};

extern struct fake_xenstore fake_xenstore;

#endif
