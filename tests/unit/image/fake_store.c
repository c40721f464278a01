/* SPDX-License-Identifier: Apache-2.0 */
/* Xenstore as a list of nodes, for hypervisor/domain/build_devices.c. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake_core.h"
#include "unit.h"
#include "xenstore/xenstore.h"

#define NR_NODES	256

static struct node {
	char path[96];			/* "": free */
	char value[96];
	domid_t owner;
} nodes[NR_NODES];

static struct node *find(const char *path)
{
	for (unsigned int i = 0; i < NR_NODES; i++)
		if (!strcmp(nodes[i].path, path))
			return &nodes[i];
	return NULL;
}

const char *fake_store_read(const char *path)
{
	const struct node *n = find(path);

	return n ? n->value : NULL;
}

void fake_store_remove(const char *prefix)
{
	for (unsigned int i = 0; i < NR_NODES; i++)
		if (!strncmp(nodes[i].path, prefix, strlen(prefix)))
			nodes[i].path[0] = 0;
}

int xenstore_write_local(const char *path, const char *value, const struct xs_perm *perms,
			 unsigned int nr_perms)
{
	struct node *n = find(path);

	if (!n)
		n = find("");
	CHECK(n && strlen(path) < sizeof(n->path) && strlen(value) < sizeof(n->value));
	CHECK(nr_perms == 2 && perms[0].domid != perms[1].domid);
	snprintf(n->path, sizeof(n->path), "%s", path);
	snprintf(n->value, sizeof(n->value), "%s", value);
	n->owner = perms[0].domid;
	return 0;
}

int xenstore_rm_local(const char *path)
{
	fake_store_remove(path);
	return 0;
}

int xenstore_mkdir_local(const char *path, const struct xs_perm *perms, unsigned int nr_perms)
{
	return find(path) ? 0 : xenstore_write_local(path, "", perms, nr_perms);
}

int xenstore_read_local(const char *path, char *buf, size_t size)
{
	const struct node *n = find(path);

	if (!n)
		return -ENOENT;
	snprintf(buf, size, "%s", n->value);
	return (int)strlen(n->value);
}
