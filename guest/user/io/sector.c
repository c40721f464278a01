// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include "sector.h"

void sector_make(uint32_t *words, uint32_t seed, uint32_t number, uint32_t generation)
{
	uint32_t state = (seed ^ number * 2654435761u ^ generation * 2246822519u) | 1;

	words[0] = seed;
	words[1] = number;
	words[2] = generation;
	for (unsigned int i = 3; i < SECTOR_WORDS; i++)
		words[i] = random_next(&state);
}

bool sector_is(const uint32_t *words, uint32_t seed, uint32_t number, uint32_t generation, const char *where)
{
	uint32_t right[SECTOR_WORDS];
	unsigned int i = 0;

	sector_make(right, seed, number, generation);
	if (!memcmp(words, right, SECTOR))
		return true;
	while (words[i] == right[i])
		i++;
	fprintf(stderr, "%s: sector %u in generation %u is wrong from byte %zu on: %#x, not %#x; "
		"it says it is sector %u in generation %u of %#x\n", where, number, generation,
		i * sizeof(*words), words[i], right[i], words[1], words[2], words[0]);
	return false;
}
