/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <libfdt.h>

#include "reader.h"

void reader_enter(struct reader *r, int node)
{
	r->node = node;
	if (fdt_get_path(r->tree, node, r->path, sizeof(r->path)))
		snprintf(r->path, sizeof(r->path), "(a node with a long name)");
}

static const struct property_rule *find_rule(const struct property_rule *rules, size_t nr,
					     const char *name)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return NULL;
}

static bool read_present(struct reader *r, const struct property_rule *rules, size_t nr)
{
	int at;

	fdt_for_each_property_offset(at, r->tree, r->node) {
		struct property p;
		const struct property_rule *rule;

		p.value = fdt_getprop_by_offset(r->tree, at, &p.name, &p.len);
		if (!p.value)
			return image_fail(r->err, "%s: damaged property", r->path);
		rule = find_rule(rules, nr, p.name);
		if (!rule)
			return reader_fail(r, &p, "unknown property");
		if (!rule->read(r, &p))
			return false;
	}
	return true;
}

bool reader_properties(struct reader *r, const struct property_rule *rules, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (rules[i].is_required && !fdt_getprop(r->tree, r->node, rules[i].name, NULL))
			return image_fail(r->err, "%s: %s: not there", r->path, rules[i].name);
	return read_present(r, rules, nr);
}

bool reader_fail(struct reader *r, const struct property *p, const char *what)
{
	return image_fail(r->err, "%s: %s: %s", r->path, p->name, what);
}

bool reader_u32(struct reader *r, const struct property *p, uint32_t *value)
{
	if (p->len != sizeof(fdt32_t))
		return reader_fail(r, p, "must be one cell");
	*value = fdt32_ld((const fdt32_t *)(const void *)p->value);
	return true;
}

uint64_t reader_cells(const struct property *p, int at, int cells)
{
	uint64_t value = 0;

	for (int i = 0; i < cells; i++)
		value = value << 32 | fdt32_ld((const fdt32_t *)(const void *)(p->value + at + 4 * i));
	return value;
}

bool reader_string(struct reader *r, const struct property *p, char *text, size_t size)
{
	const size_t len = p->len > 0 ? strnlen(p->value, (size_t)p->len) : 0;

	if (!len || len != (size_t)p->len - 1)
		return reader_fail(r, p, "must be one string");
	if (len >= size)
		return image_fail(r->err, "%s: %s: longer than %u characters", r->path, p->name,
				  (unsigned int)size - 1);
	memcpy(text, p->value, len + 1);
	return true;
}

bool reader_flag(struct reader *r, const struct property *p, bool *value)
{
	if (p->len)
		return reader_fail(r, p, "takes no value");
	*value = true;
	return true;
}

bool reader_ignore(struct reader *r, const struct property *p)
{
	(void)r;
	(void)p;
	return true;
}
