/* SPDX-License-Identifier: BSD-2-Clause */
/* Pseudo-random numbers (splitmix64), the same for the same seed, and what an attacker makes of them. */
#include "fuzz.h"

static uint64_t state;

void random_seed(uint64_t seed)
{
	state = seed;
}

uint64_t random64(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

uint32_t below(uint32_t n)
{
	return (uint32_t)random64() % n;
}

bool one_in(uint32_t n)
{
	return below(n) == 0;
}

void random_fill(void *to, uint32_t len)
{
	uint8_t *byte = to;

	for (uint32_t i = 0; i < len; i += sizeof(uint64_t)) {
		const uint64_t word = random64();

		memcpy(byte + i, &word, len - i < sizeof(word) ? len - i : sizeof(word));
	}
}

uint64_t wild_number(void)
{
	switch (below(6)) {
	case 0:
		return below(16);
	case 1:
		return (1ull << below(64)) + below(3) - 1;
	case 2:
		return UINT64_MAX - below(16);
	case 3:
		return UINT32_MAX - below(16);
	case 4:
		return below(4096);
	default:
		return random64();
	}
}

const char *wild_text(void)
{
	static const char *const fixed[] = {
		"", " ", "0", "-1", "+1", "abc", "0x10", "1 2", "%s%n%x", "/", "../..", "1e9",
		"\x01\xff\x7f", "18446744073709551616", "99999999999999999999999999999999",
		"arm-abi", "x86_32-abi", "x86_64-abi", "\n\n\n",
	};
	static char text[128];

	switch (below(4)) {
	case 0:
		snprintf(text, sizeof(text), "%llu", (unsigned long long)wild_number());
		return text;
	case 1:
		memset(text, 'A' + (int)below(26), sizeof(text) - 1);
		text[below(sizeof(text))] = '\0';
		return text;
	default:
		return fixed[below(ARRAY_SIZE(fixed))];
	}
}
