/* SPDX-License-Identifier: Apache-2.0 */
/* One paravirtual device of a domain: a node with the frontend's and the backend's xenstore nodes. */
#include <string.h>

#include <libfdt.h>

#include "reader.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_VALUE	128		/* with the 0 at the end */

static struct image_pv_device *device(struct reader *r)
{
	return &r->domain->pv.device[r->domain->pv.nr];
}

/* What xenstore allows in a name or, with @p separator '/', in a path of them below the device's node. */
static bool is_node_name(const char *name, char separator)
{
	char last = separator;

	for (; *name; last = *name++)
		if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
		      (*name >= '0' && *name <= '9') || *name == '-' || *name == '_' ||
		      (*name == separator && last != separator)))
			return false;
	return !separator || last != separator;
}

/* Appends a string to the domain's texts.  @return where it starts, 0: no room (said) */
static uint16_t add_text(struct reader *r, const char *text)
{
	struct image_pv_devices *pv = &r->domain->pv;
	const size_t len = strlen(text) + 1;
	uint32_t start;

	if (!pv->text_len)
		pv->text_len = 1;
	start = pv->text_len;
	if (len > IMAGE_PV_TEXT - start) {
		image_fail(r->err, "%s: more than %u bytes of device nodes", r->path, IMAGE_PV_TEXT);
		return 0;
	}
	memcpy(pv->text + start, text, len);
	pv->text_len += (uint32_t)len;
	return (uint16_t)start;
}

static bool read_class(struct reader *r, const struct property *p)
{
	struct image_pv_device *d = device(r);

	if (!reader_string(r, p, d->class, sizeof(d->class)))
		return false;
	return is_node_name(d->class, 0) || reader_fail(r, p, "only letters, digits, - and _ are allowed");
}

static bool read_handle(struct reader *r, const struct property *p)
{
	return reader_u32(r, p, &device(r)->handle);
}

static bool read_backend(struct reader *r, const struct property *p)
{
	char name[IMAGE_NAME_LEN];

	if (!reader_string(r, p, name, sizeof(name)))
		return false;
	device(r)->backend_name = add_text(r, name);
	return device(r)->backend_name;
}

static const struct property_rule device_rules[] = {
	{ "compatible", reader_ignore, true },
	{ "exen,class", read_class, true },
	{ "exen,handle", read_handle, true },
	{ "exen,backend", read_backend, true },
};

static bool read_nodes(struct reader *r, uint16_t *start)
{
	struct property p;
	char value[MAX_VALUE];
	int offset;

	if (*start)
		return image_fail(r->err, "%s: there are two of them", r->path);
	*start = (uint16_t)(r->domain->pv.text_len ? r->domain->pv.text_len : 1);
	fdt_for_each_property_offset(offset, r->tree, r->node) {
		p.value = fdt_getprop_by_offset(r->tree, offset, &p.name, &p.len);
		if (!p.value)
			return image_fail(r->err, "%s: damaged node", r->path);
		if (!is_node_name(p.name, '/'))
			return reader_fail(r, &p, "not a name for xenstore");
		if (!reader_string(r, &p, value, sizeof(value)) || !add_text(r, p.name) ||
		    !add_text(r, value))
			return false;
	}
	return add_text(r, "");
}

static bool read_both_nodes(struct reader *r, int device_node)
{
	int node;

	fdt_for_each_subnode(node, r->tree, device_node) {
		const char *name = fdt_get_name(r->tree, node, NULL);

		reader_enter(r, node);
		if (name && !strcmp(name, "frontend")) {
			if (!read_nodes(r, &device(r)->frontend_nodes))
				return false;
		} else if (name && !strcmp(name, "backend")) {
			if (!read_nodes(r, &device(r)->backend_nodes))
				return false;
		} else {
			return image_fail(r->err, "%s: must be \"frontend\" or \"backend\"", r->path);
		}
	}
	reader_enter(r, device_node);
	return true;
}

static bool is_new(struct reader *r)
{
	const struct image_pv_device *d = device(r);

	for (const struct image_pv_device *other = r->domain->pv.device; other < d; other++)
		if (!strcmp(other->class, d->class) && other->handle == d->handle)
			return image_fail(r->err, "%s: exen,handle: the domain has %s %u already",
					  r->path, d->class, (unsigned int)d->handle);
	return true;
}

bool read_device(struct reader *r)
{
	if (r->domain->pv.nr == IMAGE_MAX_PV_DEVICES)
		return image_fail(r->err, "%s: more than %u devices", r->path, IMAGE_MAX_PV_DEVICES);
	if (!reader_properties(r, device_rules, ARRAY_SIZE(device_rules)) ||
	    !read_both_nodes(r, r->node) || !is_new(r))
		return false;
	r->domain->pv.nr++;
	return true;
}

static bool find_backend(struct image_config *config, const struct domain_config *d,
			 struct image_pv_device *pv, struct image_error *err)
{
	const char *name = d->pv.text + pv->backend_name;

	for (pv->backend = 0; pv->backend < config->nr_domains; pv->backend++) {
		const struct domain_config *backend = &config->domain[pv->backend];

		if (!strcmp(backend->name, name))
			return backend != d ||
			       image_fail(err, "%s: exen,backend: %s %u is served by its own domain",
					  d->node, pv->class, (unsigned int)pv->handle);
	}
	return image_fail(err, "%s: exen,backend: %s %u: no domain is called \"%s\"", d->node,
			  pv->class, (unsigned int)pv->handle, name);
}

bool find_backends(struct image_config *config, struct image_error *err)
{
	for (unsigned int i = 0; i < config->nr_domains; i++) {
		struct domain_config *d = &config->domain[i];

		for (unsigned int nr = 0; nr < d->pv.nr; nr++)
			if (!find_backend(config, d, &d->pv.device[nr], err))
				return false;
	}
	return true;
}
