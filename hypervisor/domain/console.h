/* SPDX-License-Identifier: Apache-2.0 */
/** @file A domain's console: its PV ring (xen/io/console.h), and console_io of the privileged one. */
#ifndef DOMAIN_CONSOLE_H
#define DOMAIN_CONSOLE_H

#include <exen/domain.h>

#define CONSOLE_INPUT_SIZE	256	/**< bytes typed ahead for console_io */

/** The hypervisor's own indices: those in the ring page are the guest's word only.  Interrupts
 *  masked. */
struct domain_console {
	uint32_t out_cons;
	uint32_t in_prod;
	bool has_output;		/**< the thread has to look at the ring */
	char input[CONSOLE_INPUT_SIZE];	/**< ring, for CONSOLEIO_read */
	uint32_t input_in, input_out;	/**< bytes ever put in and taken out */
};

/** Empties ring and buffer.  Interrupts masked. */
void domain_console_init(struct domain *d);
/** The guest has notified its console port. */
void domain_console_event(struct domain *d);
/** The guest has notified its xenstore port. */
void domain_store_event(struct domain *d);

#endif
