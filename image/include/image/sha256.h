/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file SHA-256 as in FIPS 180-4.  Our own, because the hypervisor is freestanding: the object in
 * Debian's libmbedcrypto that holds it also wants calloc, free, printf and gmtime_r
 * (Documentation/decisions/).
 */
#ifndef IMAGE_SHA256_H
#define IMAGE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN	32

/** Digest of @p len bytes at @p bytes, of any alignment. */
void sha256(const void *bytes, size_t len, uint8_t digest[SHA256_LEN]);

#endif
