/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Domains from the image: made at boot, filled and started by the hypervisor's thread, and
 * filled anew when one has ended and its policy says so.
 */
#ifndef EXEN_DOMAIN_BUILD_H
#define EXEN_DOMAIN_BUILD_H

#include <stdbool.h>

/**
 * Reads and checks the image at boot_info.fit, makes its domains and queues them for building.  A
 * bad image ends in boot_refuse() with one line that names node and property.
 * Context: boot, in the hypervisor's thread.
 */
void domains_build_all(void);

/** One bounded step of filling, starting or burying a domain.  Thread work. */
bool domain_work(void);

#endif
