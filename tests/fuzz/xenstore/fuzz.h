/* SPDX-License-Identifier: Apache-2.0 */
/** @file Input of a fuzz target: bytes taken from the front; past the end they are zero. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct input {
	const uint8_t *at, *end;
};

static inline uint8_t take(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

/** Takes up to @p max bytes into @p dst; @return number */
static inline size_t take_bytes(struct input *in, void *dst, size_t max)
{
	size_t n = (size_t)(in->end - in->at) < max ? (size_t)(in->end - in->at) : max;

	if (n) {
		memcpy(dst, in->at, n);
		in->at += n;
	}
	return n;
}

#endif
