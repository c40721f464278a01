/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floating point, to the last bit: single and double precision, library functions, conversions,
 * comparisons with NaN, rounding.  Two processes compute at once, so that the registers change hands.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS	2000

static uint64_t bits(double x)
{
	uint64_t value;

	memcpy(&value, &x, sizeof(value));
	return value;
}

/* A digest of many results (FNV-1a over their bits). */
static uint64_t digest(unsigned int seed)
{
	uint64_t hash = 0xcbf29ce484222325;
	double x = 0.5 + seed;
	float y = 1.25f + (float)seed;

	for (int i = 1; i <= ROUNDS; i++) {
		x = fabs(sin(x) * sqrt(x + i) + exp(-x) + log1p(x) / 3);
		y = y * 0.75f + (float)x / 7;
		hash = (hash ^ bits(x)) * 0x100000001b3;
		hash = (hash ^ bits(y)) * 0x100000001b3;
		hash = (hash ^ (uint64_t)(int64_t)(x * 1000)) * 0x100000001b3;
	}
	return hash;
}

int main(void)
{
	volatile double zero = 0, one = 1, big = 1e308;
	volatile float third = 1;
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		return digest(1) == digest(1) ? 0 : 1;
	printf("digest %016llx\n", (unsigned long long)digest(2));
	printf("sum %a %a\n", one / 3 + 1e-9, (double)(third / 3));
	printf("infinite %d, not a number %d\n", isinf(big * 10) != 0, zero / zero != zero / zero);
	printf("rounded %ld %ld %ld\n", lrint(2.5), lrint(-3.5), lround(2.5));
	printf("text %.17g %g\n", one / 10, big);
	if (waitpid(child, &status, 0) != child || status != 0) {
		printf("the other process got other results\n");
		return 1;
	}
	return 0;
}
