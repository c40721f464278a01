/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the kept corpus, then random inputs, the same ones every time: random CALLS [FILE]... */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

#define INPUT_SIZE	4096

static uint64_t state = 0x9e3779b97f4a7c15;

/* xorshift64*: Marsaglia, "Xorshift RNGs", 2003. */
static uint8_t random_byte(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint8_t)(state * 0x2545f4914f6cdd1d >> 56);
}

static void run_file(const char *path)
{
	static uint8_t bytes[1 << 16];
	FILE *f = fopen(path, "rb");
	size_t size;

	if (!f) {
		perror(path);
		exit(1);
	}
	size = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, size);
}

/* A crash of the core ends the program before the line that says ok. */
int main(int argc, char **argv)
{
	static uint8_t bytes[INPUT_SIZE];
	const unsigned long wanted = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	const struct fuzz_counters *n = &fuzz_counters;

	for (int i = 2; i < argc; i++)
		run_file(argv[i]);
	printf("ok 1 - %d inputs of the corpus, %lu calls\n", argc - 2, n->calls);
	fflush(stdout);
	while (n->calls < wanted) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = random_byte();
		LLVMFuzzerTestOneInput(bytes, sizeof(bytes));
	}
	printf("ok 2 - %lu random calls: %lu without error, %lu maps, %lu copies, %lu binds, %lu ends\n",
	       n->calls, n->ok, n->maps, n->copies, n->binds, n->ends);
	/* A fuzzer that gets nowhere tests nothing. */
	printf("%sok 3 - each kind of success is reached\n",
	       n->maps && n->copies && n->binds && n->ends ? "" : "not ");
	printf("1..3\n");
	return !(n->maps && n->copies && n->binds && n->ends);
}
