/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include <exen/string.h>

#include "path.h"
#include "ring.h"
#include "server.h"
#include "xenstore.h"

static struct xs_server *server;
static struct xs_ring rings[XENSTORE_MAX_DOMAINS];

static struct xs_ring *ring_of(domid_t domid)
{
	return domid < XENSTORE_MAX_DOMAINS && rings[domid].page ? &rings[domid] : NULL;
}

int xenstore_init(void *arena, size_t size)
{
	memset(rings, 0, sizeof(rings));
	server = xs_server_init(arena, size, XENSTORE_MAX_DOMAINS);
	if (!server)
		return -EINVAL;
	xs_domain_add(server, 0);
	return xenstore_mkdir_local("/local/domain", NULL, 0);
}

static void flush_and_notify(void)
{
	unsigned int i;

	xs_server_flush(server);
	for (i = 0; i < XENSTORE_MAX_DOMAINS; i++)
		if (rings[i].page)
			xs_ring_notify(&rings[i]);
}

int xenstore_connect(domid_t domid, bool privileged, struct xenstore_domain_interface *page,
		     void (*notify)(void *arg), void *arg)
{
	struct xs_ring *ring;

	if (domid >= XENSTORE_MAX_DOMAINS)
		return -EINVAL;
	ring = &rings[domid];
	if (ring->page)
		return -EBUSY;
	xs_ring_init(ring, page, notify, arg);
	ring->conn = xs_conn_open(server, domid, privileged, &xs_ring_transport, ring);
	xs_domain_add(server, domid);
	flush_and_notify();
	return 0;
}

void xenstore_shutdown(domid_t domid)
{
	xs_domain_shutdown(server, domid);
	flush_and_notify();
}

void xenstore_disconnect(domid_t domid)
{
	struct xs_ring *ring = ring_of(domid);
	char path[sizeof("/local/domain/65535")];

	if (!ring)
		return;
	ring->page = NULL;
	xs_conn_close(server, ring->conn);
	snprintf(path, sizeof(path), "/local/domain/%u", domid);
	xenstore_rm_local(path);
	xs_domain_remove(server, domid);
	flush_and_notify();
}

bool xenstore_service(domid_t domid)
{
	struct xs_ring *ring = ring_of(domid);
	bool has_more;

	if (!ring)
		return false;
	if (xs_ring_wants_reconnect(ring)) {
		xs_conn_reset(server, ring->conn);
		xs_ring_reconnect(ring);
	}
	has_more = xs_conn_service(server, ring->conn);
	if (ring->conn->state == XS_CONN_PROTOCOL)
		xs_ring_set_error(ring, XENSTORE_ERROR_PROTO);
	flush_and_notify();
	return has_more;
}

/* -- the hypervisor's own access */

static struct xs_view local_view(void)
{
	return (struct xs_view){ .srv = server, .who = { .privileged = true } };
}

/* Checks an absolute path and puts it into server->path. */
static int local_path(const char *path)
{
	return path[0] == '/' ? xs_path_resolve(0, path, server->path) : -EINVAL;
}

/* @value NULL: just make the node. */
static int put_local(const char *path, const char *value, const struct xs_perm *perms,
		     unsigned int nr_perms)
{
	const struct xs_view v = local_view();
	size_t len = value ? strlen(value) : 0;
	int rc = local_path(path);

	if (rc == 0 && len > XENSTORE_PAYLOAD_MAX)
		rc = -E2BIG;
	if (rc == 0 && nr_perms > XS_NODE_PERMS)
		rc = -ENOSPC;
	if (rc)
		return rc;
	rc = value ? xs_store_write(&v, server->path, value, len) :
		     xs_store_mkdir(&v, server->path);
	if (rc == 0 && nr_perms)
		rc = xs_store_set_perms(&v, server->path, perms, nr_perms);
	flush_and_notify();
	return rc;
}

int xenstore_write_local(const char *path, const char *value, const struct xs_perm *perms,
			 unsigned int nr_perms)
{
	return put_local(path, value, perms, nr_perms);
}

int xenstore_mkdir_local(const char *path, const struct xs_perm *perms, unsigned int nr_perms)
{
	return put_local(path, NULL, perms, nr_perms);
}

int xenstore_rm_local(const char *path)
{
	const struct xs_view v = local_view();
	int rc = local_path(path);

	if (rc == 0)
		rc = xs_store_rm(&v, server->path);
	flush_and_notify();
	return rc == -ENOENT ? 0 : rc;
}

int xenstore_read_local(const char *path, char *buf, size_t size)
{
	const struct xs_view v = local_view();
	const struct xs_node *n;
	int rc = local_path(path);

	if (rc == 0)
		rc = xs_store_read(&v, server->path, &n);
	if (rc)
		return rc;
	buf[xs_text_read_part(server, &n->value, buf, size - 1)] = '\0';
	return n->value.len;
}

/* -- for the console */

void xenstore_get_statistics(struct xenstore_statistics *s)
{
	const struct xs_counters *c = &server->counters;
	const struct xs_account *a;

	*s = (struct xenstore_statistics){
		.nodes = server->nr_nodes - 1 - server->free_nodes,
		.nodes_max = server->nr_nodes - 1,
		.chunks = server->nr_chunks - 1 - server->free_chunks,
		.chunks_max = server->nr_chunks - 1,
		.requests = c->requests,
		.errors = c->errors,
		.events = c->events,
		.events_folded = c->folded,
		.commits = c->commits,
		.conflicts = c->conflicts,
	};
	for (a = server->accounts; a < server->accounts + XS_NR_ACCOUNTS; a++) {
		s->watches += a->watches;
		s->transactions += a->transactions;
	}
}

void xenstore_dump(void (*line)(void *arg, const char *text), void *arg)
{
	xs_dump(server, line, arg);
}
