/* SPDX-License-Identifier: Apache-2.0 */
/** @file What to do when the hypervisor itself is wrong.  Never reachable by a guest's input. */
#ifndef EXEN_BUG_H
#define EXEN_BUG_H

/** Prints the message and a register dump on the console and stops the machine (semihosting exit
 *  status 134 where the configuration allows it).  Any context. */
void panic(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

#define BUG()		panic("BUG at %s:%d", __FILE__, __LINE__)
#define BUG_ON(cond) \
	do { \
		if (__builtin_expect(!!(cond), 0)) \
			panic("BUG_ON(%s) at %s:%d", #cond, __FILE__, __LINE__); \
	} while (0)

#endif
