/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The one serial console: output lines of every source with its prefix, input to one of them.
 * Sources are the hypervisor and the domains.  A source that has the keyboard is shown character by
 * character; another's lines appear when they are complete.
 */
#ifndef EXEN_CONSOLE_H
#define EXEN_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

struct domain;

/** Starts the port, polled.  Boot only. */
void console_init(volatile void *base);
/** The port's registers have moved; input by interrupt from now on.  Boot only, after irq_init(). */
void console_start(volatile void *base);

/** Is there room for 8 bytes of a domain, whatever they are?  Else sending them masks interrupts. */
bool console_has_room(void);
/** Sends one queued byte, waiting for the port.  Interrupts masked. */
void console_send(void);
/** Output of a domain, any bytes, at least one; console_domain_show() is to follow.  Interrupts masked.
 *  @return how many of them were taken, so that they are masked no longer: 1 to 8 */
size_t console_domain_output(struct domain *d, const char *buf, size_t len);
/** Shows what has been taken, or has the thread show it.  Interrupts masked; may be let in in between. */
void console_domain_show(struct domain *d);
/** Output of the hypervisor.  Any context. */
void console_hypervisor_output(const char *buf, size_t len);
/** Everything goes to the port at once from now on.  Any context. */
void console_emergency(void);
/** From now on the thread sends what is queued (thread_work).  Boot only. */
void console_defer(void);
/** Sends some queued output.  Thread work. */
bool console_work(void);

/** Turns the keyboard to a domain, or to the hypervisor (NULL).  Interrupts masked. */
void console_focus(struct domain *d);
/** Prints the last output of @p d (NULL: the hypervisor's) again.  Thread context. */
void console_replay(const struct domain *d);

/** Implemented by domain/: a character for @p d.  Interrupts masked. */
void domain_console_input(struct domain *d, char c);
/** Implemented by debug/: a character for the hypervisor's command line.  Interrupts masked. */
void command_input(char c);

#endif
