/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Runs a fuzz target without libFuzzer: every kept input, then a fixed number of inputs made
 * from these by a fixed random sequence.  usage: replay NAME NUMBER FILE...
 */
#include <stdio.h>

#include "fuzz.h"

#define MAX_FILES	1024
#define MAX_BYTES	4096

static struct kept {
	uint8_t bytes[MAX_BYTES];
	size_t size;
} kept[MAX_FILES];
static uint32_t state = 1;

static uint32_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Bytes changed, and the tail of another input put at a random place. */
static void run_mutant(unsigned int nr_kept)
{
	const struct kept *a = &kept[next_random() % nr_kept];
	const struct kept *b = &kept[next_random() % nr_kept];
	static uint8_t bytes[2 * MAX_BYTES];
	size_t size = next_random() % (a->size + 1);
	size_t from = next_random() % (b->size + 1);
	unsigned int changes = next_random() % 8;

	memcpy(bytes, a->bytes, size);
	memcpy(bytes + size, b->bytes + from, b->size - from);
	size += b->size - from;
	while (size && changes--)
		bytes[next_random() % size] = next_random() >> 24;
	LLVMFuzzerTestOneInput(bytes, size);
}

int main(int argc, char **argv)
{
	unsigned int nr_kept, i, mutants = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (argc < 4 || argc - 3 > MAX_FILES) {
		fprintf(stderr, "usage: replay NAME NUMBER FILE...\n");
		return 2;
	}
	nr_kept = argc - 3;
	for (i = 0; i < nr_kept; i++) {
		FILE *f = fopen(argv[i + 3], "rb");

		if (!f) {
			perror(argv[i + 3]);
			return 2;
		}
		kept[i].size = fread(kept[i].bytes, 1, MAX_BYTES, f);
		fclose(f);
		LLVMFuzzerTestOneInput(kept[i].bytes, kept[i].size);
	}
	printf("ok - %s: %u kept inputs\n", argv[1], nr_kept);
	for (i = 0; i < mutants; i++)
		run_mutant(nr_kept);
	printf("ok - %s: %u mutants of them\n", argv[1], mutants);
	return 0;
}
