/* SPDX-License-Identifier: Apache-2.0 */
/* One domain's node and its modules. */
#include <string.h>

#include <libfdt.h>

#include <image/layout.h>
#include "reader.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

static bool read_name(struct reader *r, const struct property *p)
{
	if (!reader_string(r, p, r->domain->name, sizeof(r->domain->name)))
		return false;
	for (const char *c = r->domain->name; *c; c++)
		if (!is_name_char(*c))
			return reader_fail(r, p, "only letters, digits, - and _ are allowed");
	return true;
}

/* Xen: a 64-bit number of KiB. */
static bool read_memory(struct reader *r, const struct property *p)
{
	uint64_t kib;

	if (p->len != 8)
		return reader_fail(r, p, "must be two cells: a 64-bit number of KiB");
	kib = reader_cells(p, 0, 2);
	if (!kib || kib > UINT32_MAX >> 10 || kib % (IMAGE_SLOT_ALIGN >> 10))
		return reader_fail(r, p, "must be a multiple of 2048 KiB, below 4 GiB, and not 0");
	r->domain->slot_size = (uint32_t)kib << 10;
	return true;
}

/* Xen: base and size, in the cells of the parent.  Its size is compared in read_domain(). */
static bool read_static_mem(struct reader *r, const struct property *p)
{
	const int parent = fdt_parent_offset(r->tree, r->node);
	const int address_cells = fdt_address_cells(r->tree, parent);
	const int size_cells = fdt_size_cells(r->tree, parent);
	uint64_t base, size;

	if (address_cells < 1 || address_cells > 2 || size_cells < 1 || size_cells > 2 ||
	    p->len != 4 * (address_cells + size_cells))
		return reader_fail(r, p, "must be one base and one size, in the parent's cells");
	base = reader_cells(p, 0, address_cells);
	size = reader_cells(p, 4 * address_cells, size_cells);
	if (base > UINT32_MAX || base % IMAGE_SLOT_ALIGN)
		return reader_fail(r, p, "the base must be 2 MiB aligned and below 4 GiB");
	if (size != r->domain->slot_size)
		return reader_fail(r, p, "the size is not that of \"memory\"");
	r->domain->slot_base = (uint32_t)base;
	r->domain->is_slot_fixed = true;
	return true;
}

static bool read_cpus(struct reader *r, const struct property *p)
{
	if (!reader_u32(r, p, &r->domain->nr_cpus))
		return false;
	return r->domain->nr_cpus == 1 || reader_fail(r, p, "only 1 is supported");
}

static bool read_priority(struct reader *r, const struct property *p)
{
	if (!reader_u32(r, p, &r->domain->priority))
		return false;
	if (r->domain->priority < IMAGE_PRIORITY_MIN || r->domain->priority > IMAGE_PRIORITY_MAX)
		return image_fail(r->err, "%s: %s: must be %u to %u", r->path, p->name,
				  IMAGE_PRIORITY_MIN, IMAGE_PRIORITY_MAX);
	return true;
}

static bool read_us(struct reader *r, const struct property *p, uint32_t *us, uint32_t min)
{
	if (!reader_u32(r, p, us))
		return false;
	if (*us < min || *us > IMAGE_PERIOD_MAX_US)
		return image_fail(r->err, "%s: %s: must be %u to %u", r->path, p->name,
				  (unsigned int)min, IMAGE_PERIOD_MAX_US);
	return true;
}

static bool read_budget_us(struct reader *r, const struct property *p)
{
	return read_us(r, p, &r->domain->budget_us, IMAGE_BUDGET_MIN_US);
}

static bool read_period_us(struct reader *r, const struct property *p)
{
	return read_us(r, p, &r->domain->period_us, IMAGE_PERIOD_MIN_US);
}

static bool check_budget(struct reader *r)
{
	const struct domain_config *d = r->domain;

	if (!d->budget_us != !d->period_us)
		return image_fail(r->err, "%s: exen,budget-us and exen,period-us belong together",
				  r->path);
	return d->budget_us <= d->period_us ||
	       image_fail(r->err, "%s: exen,budget-us: more than exen,period-us", r->path);
}

static bool read_policy(struct reader *r, const struct property *p, enum image_policy *policy)
{
	char text[sizeof("restart")];

	if (!reader_string(r, p, text, sizeof(text)))
		return false;
	if (!strcmp(text, "restart"))
		*policy = IMAGE_POLICY_RESTART;
	else if (!strcmp(text, "halt"))
		*policy = IMAGE_POLICY_HALT;
	else
		return reader_fail(r, p, "must be \"restart\" or \"halt\"");
	return true;
}

static bool read_on_reboot(struct reader *r, const struct property *p)
{
	return read_policy(r, p, &r->domain->on_reboot);
}

static bool read_on_crash(struct reader *r, const struct property *p)
{
	return read_policy(r, p, &r->domain->on_crash);
}

static bool read_privileged(struct reader *r, const struct property *p)
{
	return reader_flag(r, p, &r->domain->is_privileged);
}

static bool read_cpu_arch(struct reader *r, const struct property *p)
{
	char name[16];

	if (!reader_string(r, p, name, sizeof(name)))
		return false;
	r->domain->needs.arch = image_arch_by_name(name);
	return r->domain->needs.arch != IMAGE_ARCH_ANY || reader_fail(r, p, "unknown architecture");
}

static bool read_cpu_features(struct reader *r, const struct property *p)
{
	const int nr = fdt_stringlist_count(r->tree, r->node, p->name);

	if (nr < 0 || nr > IMAGE_NR_FEATURES)
		return reader_fail(r, p, "must be a list of different strings");
	for (int i = 0; i < nr; i++) {
		const char *name = fdt_stringlist_get(r->tree, r->node, p->name, i, NULL);
		const uint32_t feature = image_feature_by_name(name);

		if (!feature)
			return reader_fail(r, p, "unknown feature");
		r->domain->needs.features |= feature;
	}
	return true;
}

static bool read_owned_interrupts(struct reader *r, const struct property *p)
{
	if (!p->len || p->len % 4)
		return reader_fail(r, p, "must be a list of interrupt numbers");
	for (int at = 0; at < p->len; at += 4) {
		const uint64_t irq = reader_cells(p, at, 1);

		if (irq < IMAGE_IRQ_LINE || irq >= IMAGE_NR_IRQS)
			return image_fail(r->err, "%s: %s: %u is not in %u to %u", r->path, p->name,
					  (unsigned int)irq, IMAGE_IRQ_LINE, IMAGE_NR_IRQS - 1);
		r->domain->irq_owned[irq / 32] |= 1u << irq % 32;
	}
	return true;
}

static bool read_owned_devices(struct reader *r, const struct property *p)
{
	struct domain_config *d = r->domain;
	struct property one = *p;

	for (int at = 0; at < p->len; at += one.len) {
		if (d->nr_devices == IMAGE_MAX_DEVICES)
			return image_fail(r->err, "%s: %s: more than %u", r->path, p->name,
					  IMAGE_MAX_DEVICES);
		one.value = p->value + at;
		one.len = (int)strnlen(one.value, (size_t)(p->len - at)) + 1;
		if (at + one.len > p->len)
			return reader_fail(r, p, "must be a list of strings");
		if (!reader_string(r, &one, d->device[d->nr_devices], IMAGE_PATH_LEN))
			return false;
		if (one.value[0] != '/')
			return reader_fail(r, p, "must be paths in the board's device tree");
		d->nr_devices++;
	}
	return true;
}

/* Order matters in one place: memory is read first (read_domain()), for xen,static-mem. */
static const struct property_rule domain_rules[] = {
	{ "compatible", reader_ignore, true },
	{ "#address-cells", reader_ignore, false },
	{ "#size-cells", reader_ignore, false },
	{ "memory", read_memory, true },
	{ "cpus", read_cpus, true },
	{ "xen,static-mem", read_static_mem, false },
	{ "exen,name", read_name, false },
	{ "exen,priority", read_priority, false },
	{ "exen,budget-us", read_budget_us, false },
	{ "exen,period-us", read_period_us, false },
	{ "exen,on-reboot", read_on_reboot, false },
	{ "exen,on-crash", read_on_crash, false },
	{ "exen,privileged", read_privileged, false },
	{ "exen,cpu-arch", read_cpu_arch, false },
	{ "exen,cpu-features", read_cpu_features, false },
	{ "exen,owned-interrupts", read_owned_interrupts, false },
	{ "exen,owned-devices", read_owned_devices, false },
};

static bool read_module_image(struct reader *r, const struct property *p)
{
	char name[64];

	if (!reader_string(r, p, name, sizeof(name)))
		return false;
	return image_fit_find(r->fit, name, r->path, p->name, r->payload, r->err);
}

static bool read_bootargs(struct reader *r, const struct property *p)
{
	if (r->payload != &r->domain->kernel)
		return reader_fail(r, p, "belongs to the kernel's module");
	if (p->len == 1 && !p->value[0])
		return true;
	return reader_string(r, p, r->domain->bootargs, sizeof(r->domain->bootargs));
}

static const struct property_rule module_rules[] = {
	{ "compatible", reader_ignore, true },
	{ "exen,image", read_module_image, true },
	{ "bootargs", read_bootargs, false },
};

/* What the module is, by its compatible; NULL: something unknown. */
static struct image_payload *module_payload(const struct reader *r)
{
	if (!fdt_node_check_compatible(r->tree, r->node, "multiboot,kernel"))
		return &r->domain->kernel;
	if (!fdt_node_check_compatible(r->tree, r->node, "multiboot,ramdisk"))
		return &r->domain->ramdisk;
	if (!fdt_node_check_compatible(r->tree, r->node, "multiboot,device-tree"))
		return &r->domain->device_tree;
	return NULL;
}

static bool read_module(struct reader *r)
{
	if (fdt_first_subnode(r->tree, r->node) >= 0)
		return image_fail(r->err, "%s: has a node: a module has none", r->path);
	r->payload = module_payload(r);
	if (!r->payload)
		return image_fail(r->err,
				  "%s: compatible: must be \"multiboot,kernel\", "
				  "\"multiboot,ramdisk\", \"multiboot,device-tree\" or \"exen,pv-device\"",
				  r->path);
	if (r->payload->size)
		return image_fail(r->err, "%s: compatible: the domain has such a module already",
				  r->path);
	return reader_properties(r, module_rules, ARRAY_SIZE(module_rules));
}

static bool read_modules(struct reader *r, int domain_node)
{
	int node;

	fdt_for_each_subnode(node, r->tree, domain_node) {
		const bool is_device = !fdt_node_check_compatible(r->tree, node, "exen,pv-device");

		reader_enter(r, node);
		if (!(is_device ? read_device(r) : read_module(r)))
			return false;
	}
	reader_enter(r, domain_node);
	if (!r->domain->kernel.size)
		return image_fail(r->err, "%s: no kernel: no module compatible with \"multiboot,kernel\"",
				  r->path);
	return true;
}

static void set_defaults(struct domain_config *d)
{
	d->nr_cpus = 1;
	d->priority = IMAGE_PRIORITY_DEFAULT;
	d->on_reboot = IMAGE_POLICY_RESTART;
	d->on_crash = IMAGE_POLICY_HALT;
}

/* A domain without exen,name is called as its node. */
static bool read_node_name(struct reader *r)
{
	struct property p = { .name = "exen,name" };

	p.value = fdt_get_name(r->tree, r->node, &p.len);
	if (!p.value)
		return image_fail(r->err, "%s: damaged node", r->path);
	p.len++;
	return read_name(r, &p);
}

static bool read_memory_first(struct reader *r)
{
	struct property p = { .name = "memory" };

	p.value = fdt_getprop(r->tree, r->node, p.name, &p.len);
	return !p.value || read_memory(r, &p);
}

bool read_domain(struct reader *r)
{
	const int node = r->node;

	set_defaults(r->domain);
	memcpy(r->domain->node, r->path, sizeof(r->domain->node));
	if (!read_memory_first(r) ||
	    !reader_properties(r, domain_rules, ARRAY_SIZE(domain_rules)) || !check_budget(r))
		return false;
	if (!r->domain->name[0] && !read_node_name(r))
		return false;
	return read_modules(r, node);
}
