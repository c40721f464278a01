/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include <asm/copy.h>
#include <exen/string.h>

static inline int word_aligned(const void *a, const void *b)
{
	return (((uintptr_t)a | (uintptr_t)b) & 3) == 0;
}

/* Eight words a turn: GCC makes ldm/stm pairs of the structure copy. */
struct block { uint32_t w[8]; };
/*
 * Copies most of @n bytes to words from a source that begins within a word: words are read as they lie, those
 * in which it begins and ends included, which AddressSanitizer can't know.  @return bytes that were copied
 */
static __attribute__((noinline, no_sanitize("address"))) size_t
copy_shifted(unsigned char *dst, const unsigned char *src, size_t n)
{
	const unsigned int offset = (uintptr_t)src & 3;
	const unsigned int right = 8 * offset, left = 32 - right;
	const uint32_t *s = (const uint32_t *)(const void *)(src - offset);
	uint32_t *d = (uint32_t *)(void *)dst, last;
	const size_t nr_words = n / 4, nr_blocks = nr_words / 8;

	arch_copy_shifted(d, s, nr_blocks, offset);
	d += 8 * nr_blocks;
	s += 8 * nr_blocks;
	last = *s++;
	for (size_t i = nr_words % 8; i; i--, last = *s++)
		*d++ = last >> right | *s << left;
	return (size_t)((unsigned char *)d - dst);
}

void *memcpy(void *dst, const void *src, size_t n)
{
	unsigned char *d = dst;
	const unsigned char *s = src;

	if (n >= sizeof(struct block)) {
		for (; (uintptr_t)d & 3; n--)
			*d++ = *s++;
		if ((uintptr_t)s & 3) {
			const size_t done = copy_shifted(d, s, n);

			d += done;
			s += done;
			n -= done;
		}
	}
	if (word_aligned(d, s)) {
		for (; n >= sizeof(struct block); n -= sizeof(struct block)) {
			*(struct block *)(void *)d = *(const struct block *)(const void *)s;
			d += sizeof(struct block);
			s += sizeof(struct block);
		}
		for (; n >= 4; n -= 4, d += 4, s += 4)
			*(uint32_t *)(void *)d = *(const uint32_t *)(const void *)s;
	}
	while (n--)
		*d++ = *s++;
	return dst;
}

/* Blocks may overlap by less than a block, and the compiler copies a block in parts: word by word. */
void *memmove(void *dst, const void *src, size_t n)
{
	unsigned char *d = dst;
	const unsigned char *s = src;

	if (d >= s + n || s >= d + sizeof(struct block))
		return memcpy(dst, src, n);
	if (d < s) {
		for (; word_aligned(d, s) && n >= 4; n -= 4, d += 4, s += 4)
			*(uint32_t *)(void *)d = *(const uint32_t *)(const void *)s;
		while (n--)
			*d++ = *s++;
		return dst;
	}
	for (; word_aligned(d + n, s + n) && n >= 4; n -= 4)
		*(uint32_t *)(void *)(d + n - 4) = *(const uint32_t *)(const void *)(s + n - 4);
	while (n--)
		d[n] = s[n];
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	unsigned char *d = dst;
	const uint32_t word = (unsigned char)c * 0x01010101u;

	for (; n && ((uintptr_t)d & 3); n--)
		*d++ = (unsigned char)c;
	for (; n >= 16; n -= 16, d += 16) {
		uint32_t *w = (uint32_t *)(void *)d;

		w[0] = word;
		w[1] = word;
		w[2] = word;
		w[3] = word;
	}
	while (n--)
		*d++ = (unsigned char)c;
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;

	for (; n; n--, p++, q++) {
		if (*p != *q)
			return *p - *q;
	}
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	for (; n; n--, p++) {
		if (*p == (unsigned char)c)
			return (void *)(uintptr_t)p;
	}
	return NULL;
}

size_t strlen(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return (size_t)(p - s);
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n && *a && *a == *b; n--) {
		a++;
		b++;
	}
	return n ? (unsigned char)*a - (unsigned char)*b : 0;
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++) {
		if (!*s)
			return NULL;
	}
	return (char *)(uintptr_t)s;
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)(uintptr_t)last;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	unsigned long value = 0;

	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] | 0x20) == 'x') {
		s += 2;
		base = 16;
	} else if (base == 0) {
		base = s[0] == '0' ? 8 : 10;
	}
	for (; digit_value(*s) < base; s++)
		value = value * (unsigned long)base + (unsigned long)digit_value(*s);
	if (end)
		*end = (char *)(uintptr_t)s;
	return value;
}
