/* SPDX-License-Identifier: Apache-2.0 */
/** @file Permissions: who may do what to a node, and their text form ("n0", "r3"). */
#ifndef XENSTORE_PERM_H
#define XENSTORE_PERM_H

#include "limits.h"

#define XS_ACCESS_NONE	0u
#define XS_ACCESS_READ	1u
#define XS_ACCESS_WRITE	2u
#define XS_ACCESS_OWNER	4u		/**< may change the permissions */

/** One entry of a list.  The first names the owner, its access is everybody else's. */
struct xs_perm {
	uint16_t domid;
	uint16_t access;		/**< XS_ACCESS_READ | XS_ACCESS_WRITE */
};

/** The one on whose behalf something is done. */
struct xs_who {
	uint16_t domid;
	uint16_t target;		/**< also has this domain's rights; domid itself if none */
	bool privileged;		/**< every right, no quota */
};

/** @return the XS_ACCESS_* bits that @p who has under the list */
unsigned int xs_access(const struct xs_perm *perms, unsigned int nr, const struct xs_who *who);

/**
 * Reads "<letter><domid>" strings, each ended by a nul.
 * @param text  @p len bytes, the last one is a nul
 * @param perms room for XS_NODE_PERMS entries
 * @return number of entries; -EINVAL (syntax, none), -ENOSPC (too many)
 */
int xs_perms_parse(const char *text, size_t len, struct xs_perm *perms);

#define XS_PERM_TEXT	7u		/**< room for one entry's text and its nul */
/** Writes an entry's text and nul; @return bytes written. */
size_t xs_perm_format(const struct xs_perm *perm, char *dst);

/** Reads a decimal number that takes the whole string; false if it is none or exceeds @p max. */
bool xs_parse_number(const char *text, uint32_t max, uint32_t *number);

#endif
