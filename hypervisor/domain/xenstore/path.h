/* SPDX-License-Identifier: Apache-2.0 */
/** @file Paths: what is valid, and what relative ones mean. */
#ifndef XENSTORE_PATH_H
#define XENSTORE_PATH_H

#include "limits.h"

/**
 * Makes a client's path absolute: one that does not start with '/' lies in /local/domain/<domid>.
 * @param path  nul-terminated, as sent
 * @param out   room for XS_PATH_BYTES
 * @return 0, or -EINVAL: a character outside [A-Za-z0-9-/_@], empty, a doubled or trailing slash,
 *	   an '@' in front, longer than XENSTORE_ABS_PATH_MAX or, if relative, XENSTORE_REL_PATH_MAX
 */
int xs_path_resolve(unsigned int domid, const char *path, char *out);

/** Is it one of the special names "@introduceDomain", "@releaseDomain"? */
bool xs_path_is_special(const char *path);

/**
 * The next component of an absolute path.
 * @param path  at a '/', or at the end
 * @param len   becomes the component's length, 0 at the end
 * @return its first character; the next call takes that plus @p len
 */
const char *xs_path_component(const char *path, size_t *len);

#endif
