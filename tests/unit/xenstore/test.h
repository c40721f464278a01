/* SPDX-License-Identifier: Apache-2.0 */
/** @file What every test of the server includes. */
#ifndef TEST_H
#define TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "../check.h"

/** What the code under test has printed since the last call, and forgets it. */
const char *test_printed(void);

#endif
