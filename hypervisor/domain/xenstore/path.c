/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include <exen/string.h>
#include "xen.h"

#include "path.h"

_Static_assert(XS_PATH_BYTES == XENSTORE_ABS_PATH_MAX + 1, "limits.h repeats xs_wire.h");
_Static_assert(XS_MESSAGE_BYTES == sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX,
	       "limits.h repeats xs_wire.h");

static bool is_valid_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '/' || c == '_' || c == '@';
}

/* Are the characters valid, and is every component non-empty? */
static bool is_valid(const char *path)
{
	const char *p;

	if (path[0] == '/' && path[1] == '\0')
		return true;
	for (p = path; *p; p++)
		if (!is_valid_character(*p) || (p[0] == '/' && (p[1] == '/' || p[1] == '\0')))
			return false;
	return p != path;
}

int xs_path_resolve(unsigned int domid, const char *path, char *out)
{
	size_t len = strlen(path);
	size_t base = 0;

	if (!is_valid(path) || path[0] == '@')
		return -EINVAL;
	if (path[0] != '/') {
		if (len > XENSTORE_REL_PATH_MAX)
			return -EINVAL;
		base = snprintf(out, XS_PATH_BYTES, "/local/domain/%u/", domid);
	}
	if (base + len >= XS_PATH_BYTES)
		return -EINVAL;
	memcpy(out + base, path, len + 1);
	return 0;
}

bool xs_path_is_special(const char *path)
{
	return strcmp(path, "@introduceDomain") == 0 || strcmp(path, "@releaseDomain") == 0;
}

const char *xs_path_component(const char *path, size_t *len)
{
	const char *end;

	if (*path == '/')
		path++;
	for (end = path; *end && *end != '/'; end++)
		;
	*len = end - path;
	return path;
}
