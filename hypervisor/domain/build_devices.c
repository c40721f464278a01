/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paravirtual devices in xenstore: the nodes at which frontend and backend meet, as Xen's tools write them
 * (xen/io/blkif.h, xenbus.h), when a domain starts, and what its backends are told when it ends.
 */
#include <exen/arch.h>
#include <exen/domain.h>
#include <exen/string.h>
#include <image/config.h>
#include "build.h"
#include "xenstore/xenstore.h"

/* XenbusState of xen/io/xenbus.h */
#define INITIALISING	"1"
#define CLOSED		"6"

struct end {
	char dir[64];			/* /local/domain/7/backend/1234567/7/4294967295 */
	struct xs_perm perms[2];	/* one end owns it, the other may read it */
};

struct ends {
	struct end frontend, backend;
};

static void find_ends(struct ends *e, const struct domain *d, const struct image_pv_device *pv)
{
	const domid_t backend = (domid_t)pv->backend;

	snprintf(e->frontend.dir, sizeof(e->frontend.dir), "/local/domain/%u/device/%s/%u",
		 d->domid, pv->class, (unsigned int)pv->handle);
	snprintf(e->backend.dir, sizeof(e->backend.dir), "/local/domain/%u/backend/%s/%u/%u",
		 backend, pv->class, d->domid, (unsigned int)pv->handle);
	e->frontend.perms[0] = (struct xs_perm){ d->domid, XS_ACCESS_NONE };
	e->frontend.perms[1] = (struct xs_perm){ backend, XS_ACCESS_READ };
	e->backend.perms[0] = (struct xs_perm){ backend, XS_ACCESS_NONE };
	e->backend.perms[1] = (struct xs_perm){ d->domid, XS_ACCESS_READ };
}

static int put(const struct end *e, const char *name, const char *value)
{
	char path[sizeof(e->dir) + 32];

	snprintf(path, sizeof(path), "%s/%s", e->dir, name);
	return xenstore_write_local(path, value, e->perms, ARRAY_SIZE(e->perms));
}

static int put_domid(const struct end *e, const char *name, uint32_t domid)
{
	char value[sizeof("65535")];

	snprintf(value, sizeof(value), "%u", (unsigned int)domid);
	return put(e, name, value);
}

/* @p text: name, 0, value, 0, ... and an empty name */
static int put_all(const struct end *e, const char *text)
{
	int err = 0;

	while (!err && *text) {
		const char *value = text + strlen(text) + 1;

		err = put(e, text, value);
		text = value + strlen(value) + 1;
	}
	return err;
}

/* First byte of a node of the backend, 0: there is none. */
static char look(const struct end *e, const char *name)
{
	char path[sizeof(e->dir) + 32], value[2];

	snprintf(path, sizeof(path), "%s/%s", e->dir, name);
	return xenstore_read_local(path, value, sizeof(value)) > 0 ? value[0] : 0;
}

/* What a former life has left goes, with it what its backend had found out.  The configuration may say
 * another state of the frontend's, so that it waits for its backend; nobody looks before the last node is
 * there. */
static int add_device(const struct domain *d, const struct image_pv_device *pv)
{
	const char *text = d->config->pv.text;
	struct ends e;
	int err;

	find_ends(&e, d, pv);
	xenstore_rm_local(e.backend.dir);
	err = xenstore_mkdir_local(e.backend.dir, e.backend.perms, ARRAY_SIZE(e.backend.perms));
	if (!err)
		err = xenstore_mkdir_local(e.frontend.dir, e.frontend.perms,
					   ARRAY_SIZE(e.frontend.perms));
	if (!err)
		err = put(&e.backend, "frontend", e.frontend.dir);
	if (!err)
		err = put_domid(&e.backend, "frontend-id", d->domid);
	if (!err)
		err = put(&e.backend, "online", "1");
	if (!err)
		err = put_all(&e.backend, text + pv->backend_nodes);
	if (!err)
		err = put(&e.frontend, "backend", e.backend.dir);
	if (!err)
		err = put_domid(&e.frontend, "backend-id", pv->backend);
	if (!err)
		err = put(&e.frontend, "state", INITIALISING);
	if (!err)
		err = put_all(&e.frontend, text + pv->frontend_nodes);
	return err ? err : put(&e.backend, "state", INITIALISING);
}

int build_devices_add(const struct domain *d)
{
	int err = 0;

	for (unsigned int i = 0; d->config && i < d->config->pv.nr && !err; i++)
		err = add_device(d, &d->config->pv.device[i]);
	return err;
}

/*
 * A device that is not online goes when its frontend is closed.  Linux's backends do that when they see
 * the state written, and not later on by themselves: blkback with requests in flight is told again.
 */
static bool is_released(const struct ends *e)
{
	const bool was_told = look(&e->backend, "online") == '0';
	char state;

	put(&e->backend, "online", "0");
	put(&e->frontend, "state", CLOSED);
	state = look(&e->backend, "state");
	return was_told && (!state || state == INITIALISING[0] || state == CLOSED[0]);
}

bool build_devices_release(const struct domain *d)
{
	bool released = true;

	for (unsigned int i = 0; d->config && i < d->config->pv.nr; i++) {
		struct ends e;

		find_ends(&e, d, &d->config->pv.device[i]);
		if (!is_released(&e))
			released = false;
	}
	return released;
}
