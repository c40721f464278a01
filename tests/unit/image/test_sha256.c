/* SPDX-License-Identifier: Apache-2.0 */
/* Test vectors of FIPS 180-4 (NIST, "Examples with Intermediate Values") and of NIST's CAVP. */
#include <string.h>

#include <image/sha256.h>
#include "unit.h"

static void check_digest(const void *bytes, size_t len, const char *expected)
{
	uint8_t digest[SHA256_LEN];
	char hex[2 * SHA256_LEN + 1];

	sha256(bytes, len, digest);
	for (unsigned int i = 0; i < SHA256_LEN; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	CHECK(!strcmp(hex, expected));
}

static void one_block(void)
{
	check_digest("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void two_blocks(void)
{
	static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

	check_digest(text, strlen(text),
		     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void empty(void)
{
	check_digest("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void million_a(void)
{
	char *text = malloc(1000000);

	CHECK(text);
	memset(text, 'a', 1000000);
	check_digest(text, 1000000,
		     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(text);
}

/* The digest over the digests of 0 .. 200 zero bytes: each place where the padding can end.  The
 * expected value is hashlib's: sha256(b"".join(sha256(bytes(n)).digest() for n in range(201))). */
static void every_padding(void)
{
	static const uint8_t zeros[200];
	uint8_t digests[201][SHA256_LEN];

	for (unsigned int n = 0; n <= 200; n++)
		sha256(zeros, n, digests[n]);
	check_digest(digests, sizeof(digests),
		     "b9c4ebeeb7d1825824131cf7b7d28469cca4f9166473bf51bb519365ae27eccd");
}

static void unaligned(void)
{
	static const char text[] = "?abc";

	check_digest(text + 1, 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

const struct unit_test sha256_tests[] = {
	{ "sha256_one_block", one_block },
	{ "sha256_two_blocks", two_blocks },
	{ "sha256_empty", empty },
	{ "sha256_million_a", million_a },
	{ "sha256_every_padding", every_padding },
	{ "sha256_unaligned", unaligned },
	{ NULL, NULL },
};
