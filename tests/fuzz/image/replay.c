/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay NAME MUTANTS FILE...: runs a target over inputs, then over as many mutants of them, the same
 * ones each time.  For machines without libFuzzer, and for `make check`.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

#define MAX_INPUT	(256u << 10)
#define MAX_EDITS	4

static uint8_t original[MAX_INPUT], mutant[MAX_INPUT];
static uint32_t seed = 1;

static uint32_t below(uint32_t limit)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)seed * limit) >> 32);
}

static size_t read_input(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		perror(path);
		exit(2);
	}
	size = fread(original, 1, sizeof(original), file);
	fclose(file);
	return size;
}

static void move(size_t to, size_t from, size_t size)
{
	const size_t room = size - (to > from ? to : from);

	memmove(mutant + to, mutant + from, below((uint32_t)room));
}

/* One edit of the kinds that structures of lengths and offsets mind most. */
static size_t edit(size_t size)
{
	static const uint8_t interesting[] = { 0, 1, 0x7f, 0x80, 0xff };
	const uint32_t at = below((uint32_t)size);

	switch (below(5)) {
	case 0:
		mutant[at] ^= (uint8_t)(1u << below(8));
		break;
	case 1:
		mutant[at] = interesting[below(sizeof(interesting))];
		break;
	case 2:
		mutant[at] = (uint8_t)below(256);
		break;
	case 3:				/* a run of it moves */
		move(at, below((uint32_t)size), size);
		break;
	default:
		return at ? at : size;
	}
	return size;
}

static void run_mutant(size_t size)
{
	memcpy(mutant, original, size);
	for (uint32_t edits = 1 + below(MAX_EDITS); edits; edits--)
		size = edit(size);
	LLVMFuzzerTestOneInput(mutant, size);
}

int main(int argc, char **argv)
{
	const unsigned int nr_inputs = argc > 3 ? (unsigned int)argc - 3 : 0;
	unsigned long nr_mutants;

	if (!nr_inputs)
		return 2;
	nr_mutants = strtoul(argv[2], NULL, 10) / nr_inputs;
	for (int i = 3; i < argc; i++) {
		const size_t size = read_input(argv[i]);

		LLVMFuzzerTestOneInput(original, size);
		for (unsigned long m = 0; size && m < nr_mutants; m++)
			run_mutant(size);
	}
	printf("%s: %u inputs, %lu mutants of each\n", argv[1], nr_inputs, nr_mutants);
	return 0;
}
