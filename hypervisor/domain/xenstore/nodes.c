/* SPDX-License-Identifier: Apache-2.0 */
/* The standard nodes of a domain, as Xen's tools lay them out. */
#include <errno.h>

#include <exen/string.h>

#include "xenstore.h"

enum writer {
	DOM0,				/* dom0 owns it, the domain may read it */
	GUEST,				/* the domain owns it, dom0's rights need no entry */
};

struct writing {
	const struct xenstore_domain_nodes *nodes;
	char path[128];			/* the longest base and the longest name fit */
	size_t base;			/* length of what stays in front */
	int rc;				/* of the first failure; nothing is written after it */
};

static unsigned int perms_for(const struct writing *w, enum writer writer, struct xs_perm *perms)
{
	domid_t domid = w->nodes->domid;

	if (writer == GUEST || domid == 0) {
		perms[0] = (struct xs_perm){ domid, XS_ACCESS_NONE };
		return 1;
	}
	perms[0] = (struct xs_perm){ 0, XS_ACCESS_NONE };
	perms[1] = (struct xs_perm){ domid, XS_ACCESS_READ };
	return 2;
}

static void put(struct writing *w, enum writer writer, const char *name, const char *value)
{
	struct xs_perm perms[2];
	unsigned int nr = perms_for(w, writer, perms);

	if (w->rc)
		return;
	snprintf(w->path + w->base, sizeof(w->path) - w->base, "%s", name);
	if (value)
		w->rc = xenstore_write_local(w->path, value, perms, nr);
	else
		w->rc = xenstore_mkdir_local(w->path, perms, nr);
}

static void put_number(struct writing *w, const char *name, uint32_t number)
{
	char value[sizeof("4294967295")];

	snprintf(value, sizeof(value), "%u", (unsigned int)number);
	put(w, DOM0, name, value);
}

/* What follows is written below @base. */
static void set_base(struct writing *w, const char *base)
{
	w->base = snprintf(w->path, sizeof(w->path), "%s", base);
}

static void put_vcpus(struct writing *w)
{
	unsigned int i;

	for (i = 0; i < w->nodes->nr_vcpus; i++) {
		char name[sizeof("/cpu/4294967295/availability")];

		snprintf(name, sizeof(name), "/cpu/%u", i);
		put(w, DOM0, name, NULL);
		snprintf(name, sizeof(name), "/cpu/%u/availability", i);
		put(w, DOM0, name, "online");
	}
}

static const struct entry {
	const char *name;
	enum writer writer;
	const char *value;		/* NULL: a directory */
} entries[] = {
	{ "/memory", DOM0, NULL },
	{ "/store", DOM0, NULL },
	{ "/cpu", DOM0, NULL },
	{ "/device", DOM0, NULL },
	{ "/control", DOM0, NULL },
	{ "/control/platform-feature-multiprocessor-suspend", DOM0, "1" },
	{ "/control/platform-feature-xs_reset_watches", DOM0, "1" },
	{ "/control/shutdown", GUEST, NULL },
	{ "/control/feature-poweroff", GUEST, NULL },
	{ "/control/feature-reboot", GUEST, NULL },
	{ "/control/feature-suspend", GUEST, NULL },
	{ "/control/sysrq", GUEST, NULL },
	{ "/data", GUEST, NULL },
	{ "/drivers", GUEST, NULL },
	{ "/feature", GUEST, NULL },
	{ "/attr", GUEST, NULL },
	{ "/error", GUEST, NULL },
}, console_entries[] = {
	{ "/console", DOM0, NULL },
	{ "/console/limit", DOM0, "1048576" },
	{ "/console/output", DOM0, "pty" },
};

static void put_entries(struct writing *w, const struct entry *e, unsigned int nr)
{
	for (; nr; nr--, e++)
		put(w, e->writer, e->name, e->value);
}

static void put_home(struct writing *w, const char *vm)
{
	const struct xenstore_domain_nodes *n = w->nodes;

	put(w, DOM0, "", NULL);
	put(w, DOM0, "/vm", vm);
	put(w, DOM0, "/name", n->name);
	put_number(w, "/domid", n->domid);
	put_entries(w, entries, ARRAY_SIZE(entries));
	put_number(w, "/memory/static-max", n->memory_kib);
	put_number(w, "/memory/target", n->memory_kib);
	put_number(w, "/store/ring-ref", n->store_gfn);
	put_number(w, "/store/port", n->store_port);
	put_vcpus(w);
	if (!n->console_gfn)
		return;
	put_entries(w, console_entries, ARRAY_SIZE(console_entries));
	put_number(w, "/console/ring-ref", n->console_gfn);
	put_number(w, "/console/port", n->console_port);
	put(w, DOM0, "/console/type", n->console_type);
}

int xenstore_add_domain_nodes(const struct xenstore_domain_nodes *n)
{
	struct writing w = { .nodes = n };
	char vm[64], home[sizeof("/local/domain/65535")];

	if ((size_t)snprintf(vm, sizeof(vm), "/vm/%s", n->uuid) >= sizeof(vm))
		return -EINVAL;
	set_base(&w, vm);
	put(&w, DOM0, "", NULL);
	put(&w, DOM0, "/name", n->name);
	put(&w, DOM0, "/uuid", n->uuid);
	snprintf(home, sizeof(home), "/local/domain/%u", n->domid);
	set_base(&w, home);
	put_home(&w, vm);
	return w.rc;
}
