/* SPDX-License-Identifier: Apache-2.0 */
/** @file The hypervisor's own messages. */
#ifndef EXEN_PRINTK_H
#define EXEN_PRINTK_H

/** To the console with the prefix "(XEN) ".  %s %c %d %i %u %x %p %lu %llu %zu with width, 0 and -;
 *  no floating point.  Any context. */
void printk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
