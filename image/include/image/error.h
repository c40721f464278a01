/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Why an image was refused: one line that names node and property.
 *
 * The code under image/ runs in the hypervisor at boot and in the build machine's image-check.  It
 * depends on libfdt, the C library's mem*, str* and vsnprintf, and nothing else; no malloc, no recursion.
 */
#ifndef IMAGE_ERROR_H
#define IMAGE_ERROR_H

#include <stdbool.h>

#define IMAGE_ERROR_LEN	224

struct image_error {
	char text[IMAGE_ERROR_LEN];	/**< no newline at the end; cut short if it does not fit */
};

/** Stores the message.  @return false, so that a check can end with `return image_fail(...)`. */
bool image_fail(struct image_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
