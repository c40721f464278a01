/* SPDX-License-Identifier: Apache-2.0 */
#include <exen/string.h>

#include "server.h"

static void init_accounts(struct xs_server *srv)
{
	unsigned int i;

	for (i = 0; i < XS_NR_ACCOUNTS; i++)
		srv->accounts[i].target = i;
}

/* A node that dom0 owns and that others may not even read. */
static xs_ref_t init_node(struct xs_server *srv, xs_ref_t parent, const char *name)
{
	const struct xs_perm perm = { .domid = 0, .access = XS_ACCESS_NONE };
	xs_ref_t ref = xs_node_new(srv, parent, name, strlen(name), 0, 0);

	xs_node_set_perms(srv, xs_node(srv, ref), &perm, 1);
	xs_node_changed(srv, xs_node(srv, ref));
	return ref;
}

struct xs_server *xs_server_init(void *arena, size_t size, unsigned int nr_conns)
{
	struct xs_server *srv = arena;
	size_t conns_at = ALIGN_UP(sizeof(*srv), 8u);
	size_t pool_at = conns_at + ALIGN_UP(nr_conns * sizeof(struct xs_conn), 8u);

	if (size < pool_at)
		return NULL;
	memset(arena, 0, pool_at);
	srv->conns = (void *)((char *)arena + conns_at);
	srv->nr_conns = nr_conns;
	if (xs_pool_init(srv, (char *)arena + pool_at, size - pool_at))
		return NULL;
	init_accounts(srv);
	srv->root = init_node(srv, 0, "");
	srv->specials = init_node(srv, 0, "");
	init_node(srv, srv->specials, "@introduceDomain");
	init_node(srv, srv->specials, "@releaseDomain");
	return srv;
}
