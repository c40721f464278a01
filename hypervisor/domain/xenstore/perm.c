/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include <exen/string.h>

#include "perm.h"

static const char letters[] = "nrwb";	/* index: XS_ACCESS_* */

static unsigned int access_of(const struct xs_perm *perms, unsigned int nr, unsigned int domid)
{
	unsigned int i;

	if (perms[0].domid == domid)
		return XS_ACCESS_READ | XS_ACCESS_WRITE | XS_ACCESS_OWNER;
	for (i = 1; i < nr; i++)
		if (perms[i].domid == domid)
			return perms[i].access;
	return perms[0].access;
}

unsigned int xs_access(const struct xs_perm *perms, unsigned int nr, const struct xs_who *who)
{
	if (who->privileged)
		return XS_ACCESS_READ | XS_ACCESS_WRITE | XS_ACCESS_OWNER;
	if (nr == 0)
		return XS_ACCESS_NONE;
	if (who->target == who->domid)
		return access_of(perms, nr, who->domid);
	return access_of(perms, nr, who->domid) | access_of(perms, nr, who->target);
}

bool xs_parse_number(const char *text, uint32_t max, uint32_t *number)
{
	uint32_t n = 0;

	if (*text == '\0')
		return false;
	for (; *text; text++) {
		uint32_t digit = (uint32_t)(*text - '0');

		if (digit > 9 || n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*number = n;
	return true;
}

int xs_perms_parse(const char *text, size_t len, struct xs_perm *perms)
{
	const char *end = text + len;
	int nr = 0;

	while (text < end) {
		const char *letter = *text ? strchr(letters, *text) : NULL;
		uint32_t domid;

		if (!letter || !xs_parse_number(text + 1, 0xffff, &domid))
			return -EINVAL;
		if (nr == XS_NODE_PERMS)
			return -ENOSPC;
		perms[nr].domid = domid;
		perms[nr].access = letter - letters;
		nr++;
		text += strlen(text) + 1;
	}
	return nr ? nr : -EINVAL;
}

size_t xs_perm_format(const struct xs_perm *perm, char *dst)
{
	return snprintf(dst, XS_PERM_TEXT, "%c%u", letters[perm->access & 3], perm->domid) + 1;
}
