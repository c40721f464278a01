/* SPDX-License-Identifier: Apache-2.0 */
/* FIPS 180-4; names of variables and functions are the standard's. */
#include <string.h>

#include <image/sha256.h>

#define BLOCK_LEN	64
#define NR_ROUNDS	64

/* Section 4.2.2: fractional parts of the cube roots of the first 64 primes. */
static const uint32_t K[NR_ROUNDS] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotr(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

static inline uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void store_be32(uint8_t *p, uint32_t x)
{
	p[0] = (uint8_t)(x >> 24);
	p[1] = (uint8_t)(x >> 16);
	p[2] = (uint8_t)(x >> 8);
	p[3] = (uint8_t)x;
}

/*
 * Section 4.1.2.  The sums, of rotations by 2, 13, 22 and by 6, 11, 25, are nested: ARM rotates the second
 * operand of an instruction for nothing, so that each is two and the addition of the result.
 */
static inline uint32_t sum0(uint32_t x)
{
	return rotr(x ^ rotr(x ^ rotr(x, 9), 11), 2);
}

static inline uint32_t sum1(uint32_t x)
{
	return rotr(x ^ rotr(x ^ rotr(x, 14), 5), 6);
}

static inline uint32_t sigma0(uint32_t x)
{
	return rotr(x, 7) ^ rotr(x, 18) ^ x >> 3;
}

static inline uint32_t sigma1(uint32_t x)
{
	return rotr(x, 17) ^ rotr(x, 19) ^ x >> 10;
}

/* Section 6.2.2, step 1: the message schedule of one block. */
static void expand(uint32_t w[NR_ROUNDS], const uint8_t block[BLOCK_LEN])
{
	memcpy(w, block, BLOCK_LEN);
	for (unsigned int t = 0; t < 16; t++)
		w[t] = load_be32((const uint8_t *)&w[t]);	/* aligned: one word */
	for (unsigned int t = 16; t < NR_ROUNDS; t++)
		w[t] = sigma1(w[t - 2]) + w[t - 7] + sigma0(w[t - 15]) + w[t - 16];
}

/*
 * Section 6.2.2, step 3, where the caller renames the variables instead of moving them: @d becomes e, @h a.
 * Maj(a, b, c) is b where b is c, else a; @bc is b ^ c, and then that of the next round.
 */
static inline void hash_round(uint32_t a, uint32_t b, uint32_t *d, uint32_t e, uint32_t f, uint32_t g,
			      uint32_t *h, uint32_t *bc, uint32_t k, uint32_t w)
{
	const uint32_t ab = a ^ b;

	*h += k + w + sum1(e) + (g ^ (e & (f ^ g)));
	*d += *h;
	*h += sum0(a) + (b ^ (ab & *bc));
	*bc = ab;
}

/* Section 6.2.2, steps 2 to 4. */
static void hash_block(uint32_t hash[8], const uint8_t block[BLOCK_LEN])
{
	uint32_t w[NR_ROUNDS];
	uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3];
	uint32_t e = hash[4], f = hash[5], g = hash[6], h = hash[7];
	uint32_t bc = b ^ c;

	expand(w, block);
	for (unsigned int t = 0; t < NR_ROUNDS; t += 8) {
		hash_round(a, b, &d, e, f, g, &h, &bc, K[t], w[t]);
		hash_round(h, a, &c, d, e, f, &g, &bc, K[t + 1], w[t + 1]);
		hash_round(g, h, &b, c, d, e, &f, &bc, K[t + 2], w[t + 2]);
		hash_round(f, g, &a, b, c, d, &e, &bc, K[t + 3], w[t + 3]);
		hash_round(e, f, &h, a, b, c, &d, &bc, K[t + 4], w[t + 4]);
		hash_round(d, e, &g, h, a, b, &c, &bc, K[t + 5], w[t + 5]);
		hash_round(c, d, &f, g, h, a, &b, &bc, K[t + 6], w[t + 6]);
		hash_round(b, c, &e, f, g, h, &a, &bc, K[t + 7], w[t + 7]);
	}
	hash[0] += a;
	hash[1] += b;
	hash[2] += c;
	hash[3] += d;
	hash[4] += e;
	hash[5] += f;
	hash[6] += g;
	hash[7] += h;
}

/* Section 5.1.1: the rest of the message, one 1 bit, zeros, and the length in bits. */
static void hash_tail(uint32_t hash[8], const uint8_t *rest, size_t rest_len, uint64_t message_len)
{
	uint8_t block[2 * BLOCK_LEN] = { 0 };
	const size_t end = rest_len + 1 + 8 <= BLOCK_LEN ? BLOCK_LEN : 2 * BLOCK_LEN;

	memcpy(block, rest, rest_len);
	block[rest_len] = 0x80;
	store_be32(block + end - 8, (uint32_t)(message_len >> 29));
	store_be32(block + end - 4, (uint32_t)(message_len << 3));
	for (size_t at = 0; at < end; at += BLOCK_LEN)
		hash_block(hash, block + at);
}

void sha256(const void *bytes, size_t len, uint8_t digest[SHA256_LEN])
{
	/* Section 5.3.3: fractional parts of the square roots of the first 8 primes. */
	uint32_t hash[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	const uint8_t *p = bytes;
	const size_t rest_len = len % BLOCK_LEN;

	for (const uint8_t *end = p + (len - rest_len); p < end; p += BLOCK_LEN)
		hash_block(hash, p);
	hash_tail(hash, p, rest_len, len);
	for (unsigned int i = 0; i < 8; i++)
		store_be32(digest + 4 * i, hash[i]);
}
