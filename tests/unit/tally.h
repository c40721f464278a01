/* SPDX-License-Identifier: Apache-2.0 */
/** @file Checks that are counted, of a program that is one file and goes on after one that does not hold. */
#ifndef UNIT_TALLY_H
#define UNIT_TALLY_H

#include <stdbool.h>
#include <stdio.h>

static unsigned int nr_passed, nr_failed;

/** Says what has failed. */
static void check(const char *what, bool is_right)
{
	if (is_right) {
		nr_passed++;
		return;
	}
	nr_failed++;
	printf("not ok - %s\n", what);
}

/** Says how many there were.  @return main()'s result */
static int tally(void)
{
	printf("%u passed, %u failed\n", nr_passed, nr_failed);
	return nr_failed != 0;
}

#endif
