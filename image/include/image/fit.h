/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The container behind the hypervisor: a FIT as mkimage -E makes it (U-Boot's
 * doc/uImage.FIT/source_file_format.txt): a device tree, and behind it the payloads.
 *
 * Every payload that is used has a sha256 hash node, and is verified before it is.
 */
#ifndef IMAGE_FIT_H
#define IMAGE_FIT_H

#include <stdbool.h>
#include <stdint.h>

#include <image/error.h>

/** The FIT starts at the next such boundary behind the hypervisor's binary. */
#define IMAGE_FIT_ALIGN		4096u
/** Longest device tree of a FIT, bytes: bounds the work on a damaged one. */
#define IMAGE_FIT_HEADER_MAX	(64u << 10)
/** Longest configuration tree, and longest board device tree, bytes. */
#define IMAGE_CONFIG_MAX	(64u << 10)
#define IMAGE_DTB_MAX		(128u << 10)

/** An image that image_fit_open() has accepted.  Read-only for callers. */
struct image_fit {
	const void *base;		/**< the FIT's first byte, 8-byte aligned */
	uint32_t header_size;		/**< bytes of the device tree; payloads follow */
	uint32_t size;			/**< bytes up to the end of the last payload */
};

/** One payload.  Offsets, not pointers: the FIT may be moved after it was read. */
struct image_payload {
	uint32_t offset;		/**< from the FIT's first byte, a multiple of 4096 */
	uint32_t size;			/**< bytes, 0: there is none */
};

/** What the FIT's configuration node for one board names. */
struct image_board {
	struct image_payload config;	/**< domain configuration, a device tree blob */
	struct image_payload dtb;	/**< the board's device tree */
};

/**
 * Checks the container's structure; no payload is read.
 * @param base       where the FIT starts, 8-byte aligned
 * @param available  bytes of the image that are there, counted from @p base
 * @return false: @p err says why
 */
bool image_fit_open(struct image_fit *fit, const void *base, uint32_t available,
		    struct image_error *err);

/** Finds the payload /images/@p name.  @p node_path and @p property say who wants it, for the message. */
bool image_fit_find(const struct image_fit *fit, const char *name, const char *node_path,
		    const char *property, struct image_payload *payload, struct image_error *err);

/** Compares the payload's bytes with its sha256.  Takes some 40 instructions a byte. */
bool image_fit_verify(const struct image_fit *fit, const struct image_payload *payload,
		      struct image_error *err);

/**
 * Finds, verifies and checks what belongs to the board: configuration and device tree.
 * @param compatible  one string of the root node of the board's device tree
 * @return false: no such board, or a payload is damaged
 */
bool image_fit_board(const struct image_fit *fit, const char *compatible,
		     struct image_board *board, struct image_error *err);

static inline const void *image_payload_start(const struct image_fit *fit,
					      const struct image_payload *payload)
{
	return (const char *)fit->base + payload->offset;
}

#endif
