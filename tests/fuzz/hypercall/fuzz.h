/* SPDX-License-Identifier: Apache-2.0 */
/** @file An input is a program: two domains' calls, what they write into shared pages, and what
 *  happens around them. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include <asm/host.h>

#define NR_FUZZED	2	/**< domains 0 and 1 do what the input says */
#define BYSTANDER	2	/**< never calls: nothing of it may change */

/** Counts over all inputs. */
struct fuzz_counters {
	unsigned long calls;
	unsigned long ok;		/**< of them, with a result that is no error */
	unsigned long maps, binds, copies, ends;	/**< that succeeded */
};

extern struct fuzz_counters fuzz_counters;

/** libFuzzer's entry; also called by random.c. */
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

/** Aborts with a message if the core's tables contradict each other. */
void check_invariants(void);
/** Aborts if a domain that did nothing has changed. */
void check_bystander(void);
void prepare_bystander(void);

#endif
