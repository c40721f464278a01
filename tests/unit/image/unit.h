/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Tests in C: a table per file, one program, each test run by name (test_c.py makes each an
 * item of pytest).  A check that does not hold ends the program with status 1 and says where.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdio.h>
#include <stdlib.h>

struct unit_test {
	const char *name;
	void (*run)(void);
};

/** Each ends with a row of NULLs. */
extern const struct unit_test sha256_tests[], slot_tests[], layout_tests[], damage_tests[],
	fdt_tests[], build_tests[], tree_tests[], splash_tests[];

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

/** A whole file, in memory of exactly its size (8-byte aligned).  Ends the program if there is none. */
void *unit_read_file(const char *path, size_t *size);

#endif
