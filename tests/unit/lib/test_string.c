/* SPDX-License-Identifier: Apache-2.0 */
/* Every alignment of both sides with every length up to some blocks: hypervisor/lib/string.c. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The hypervisor's own, beside the C library's. */
#define memcpy	hv_memcpy
#define memmove	hv_memmove
#define memset	hv_memset
#define memcmp	hv_memcmp
#define memchr	hv_memchr
#define strlen	hv_strlen
#define strnlen	hv_strnlen
#define strcmp	hv_strcmp
#define strncmp	hv_strncmp
#define strchr	hv_strchr
#define strrchr	hv_strrchr
#define strtoul	hv_strtoul
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "lib/string.c"
#pragma GCC diagnostic pop
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#include "../tally.h"

#define MAX_LEN		150u
#define MAX_OFFSET	8u

/* Bytes [offset, offset + len) of a block of the heap that ends there. */
static unsigned char *buffer(size_t offset, size_t len, unsigned int seed)
{
	unsigned char *block = malloc(offset + len + !(offset + len));

	for (size_t i = 0; i < offset + len; i++)
		block[i] = (unsigned char)(seed + i * 7);
	return block + offset;
}

static bool copies(size_t to, size_t from, size_t len)
{
	unsigned char *dst = buffer(to, len, 1), *src = buffer(from, len, 99);
	bool is_right = hv_memcpy(dst, src, len) == dst && !memcmp(dst, src, len);

	for (size_t i = 0; i < to; i++)
		is_right &= dst[i - to] == (unsigned char)(1 + i * 7);
	free(dst - to);
	free(src - from);
	return is_right;
}

static bool moves(size_t to, size_t from, size_t len)
{
	const size_t size = (to > from ? to : from) + len;
	unsigned char *ours = buffer(0, size, 5), *theirs = buffer(0, size, 5);
	bool is_right = hv_memmove(ours + to, ours + from, len) == ours + to;

	memmove(theirs + to, theirs + from, len);
	is_right &= !memcmp(ours, theirs, size);
	free(ours);
	free(theirs);
	return is_right;
}

static bool sets(size_t to, size_t len)
{
	unsigned char *dst = buffer(to, len, 1);
	bool is_right = hv_memset(dst, 0x1a5, len) == dst;

	for (size_t i = 0; i < len; i++)
		is_right &= dst[i] == 0xa5;
	for (size_t i = 0; i < to; i++)
		is_right &= dst[i - to] == (unsigned char)(1 + i * 7);
	free(dst - to);
	return is_right;
}

int main(void)
{
	for (size_t to = 0; to < MAX_OFFSET; to++) {
		bool is_set = true;

		for (size_t len = 0; len < MAX_LEN; len++)
			is_set &= sets(to, len);
		check("memset", is_set);
		for (size_t from = 0; from < MAX_OFFSET; from++) {
			bool is_copied = true, is_moved = true;

			for (size_t len = 0; len < MAX_LEN; len++) {
				is_copied &= copies(to, from, len);
				is_moved &= moves(to, from, len) && moves(to + 40, from, len) &&
					    moves(to, from + 40, len);
			}
			check("memcpy", is_copied);
			check("memmove", is_moved);
		}
	}
	check("memcpy of a page, shifted", copies(2, 0, 4096) && copies(0, 2, 4096) && copies(3, 1, 4095));
	return tally();
}
