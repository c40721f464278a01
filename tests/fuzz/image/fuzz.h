/* SPDX-License-Identifier: Apache-2.0 */
/** @file Shared by the targets.  Each defines LLVMFuzzerTestOneInput() as libFuzzer calls it. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <image/config.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/** What must be true whatever the input: else the program ends, and the input is kept. */
#define MUST(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

#define FUZZ_RAM_BASE	0x60000000u
#define FUZZ_RAM_SIZE	(64u << 20)

/** An image that was accepted keeps all promises of image/config.h. */
void fuzz_check_config(const struct image_config *config, uint32_t available);

#endif
