/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration as a whole: which domains there are, and what must be true of them together. */
#include <string.h>

#include <libfdt.h>

#include <image/layout.h>
#include <image/tree.h>
#include "reader.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static const struct property_rule root_rules[] = {
	{ "compatible", reader_ignore, true },
	{ "model", reader_ignore, false },
	{ "#address-cells", reader_ignore, false },
	{ "#size-cells", reader_ignore, false },
};

static bool read_semihosting_exit(struct reader *r, const struct property *p)
{
	return reader_flag(r, p, &r->config->has_semihosting_exit);
}

/* Which numbers are possible the board's watchdog says. */
static bool read_watchdog(struct reader *r, const struct property *p)
{
	r->config->has_watchdog = true;
	return reader_u32(r, p, &r->config->watchdog_s);
}

static bool read_splash(struct reader *r, const struct property *p)
{
	char name[IMAGE_NODE_LEN];

	return reader_string(r, p, name, sizeof(name)) &&
	       image_fit_find(r->fit, name, r->path, p->name, &r->config->splash, r->err);
}

static const struct property_rule chosen_rules[] = {
	{ "#address-cells", reader_ignore, false },
	{ "#size-cells", reader_ignore, false },
	{ "exen,semihosting-exit", read_semihosting_exit, false },
	{ "exen,splash", read_splash, false },
	{ "exen,watchdog", read_watchdog, false },
	{ "exen,console-focus", reader_ignore, false },	/* read_focus(), when names are known */
};

/* Where the next domain goes: the privileged one is domid 0, the others follow in their order. */
static struct domain_config *next_domain(struct reader *r, unsigned int *nr_others)
{
	const bool is_privileged = fdt_getprop(r->tree, r->node, "exen,privileged", NULL);

	if (is_privileged && r->config->domain[0].is_privileged) {
		image_fail(r->err, "%s: exen,privileged: %s has it already", r->path,
			   r->config->domain[0].node);
		return NULL;
	}
	if (is_privileged)
		return &r->config->domain[0];
	if (*nr_others == IMAGE_MAX_DOMAINS - 1) {
		image_fail(r->err, "%s: more than %u domains", r->path, IMAGE_MAX_DOMAINS);
		return NULL;
	}
	return &r->config->domain[++*nr_others];
}

static bool read_domains(struct reader *r, int chosen)
{
	unsigned int nr_others = 0;
	int node;

	fdt_for_each_subnode(node, r->tree, chosen) {
		reader_enter(r, node);
		if (fdt_node_check_compatible(r->tree, node, "xen,domain"))
			return image_fail(r->err, "%s: compatible: must be \"xen,domain\"", r->path);
		r->domain = next_domain(r, &nr_others);
		if (!r->domain || !read_domain(r))
			return false;
	}
	r->config->nr_domains = nr_others + 1;
	if (!r->config->domain[0].is_privileged)
		return image_fail(r->err, "/chosen: no domain has \"exen,privileged\"");
	return true;
}

static const struct domain_config *find_name(const struct image_config *config, const char *name)
{
	for (unsigned int i = 0; i < config->nr_domains; i++)
		if (!strcmp(config->domain[i].name, name))
			return &config->domain[i];
	return NULL;
}

static bool read_focus(struct reader *r, int chosen)
{
	struct property p = { .name = "exen,console-focus" };
	char name[IMAGE_NAME_LEN];
	const struct domain_config *d;

	reader_enter(r, chosen);
	p.value = fdt_getprop(r->tree, chosen, p.name, &p.len);
	if (!p.value)
		return true;
	if (!reader_string(r, &p, name, sizeof(name)))
		return false;
	d = find_name(r->config, name);
	if (d)
		r->config->console_focus = (unsigned int)(d - r->config->domain);
	else if (!strcmp(name, "hypervisor"))
		r->config->console_focus = IMAGE_FOCUS_HYPERVISOR;
	else
		return reader_fail(r, &p, "no domain has this name, and it is not \"hypervisor\"");
	return true;
}

/* What two domains must not share. */
static bool check_pair(const struct domain_config *a, const struct domain_config *b,
		       struct image_error *err)
{
	if (!strcmp(a->name, b->name))
		return image_fail(err, "%s: exen,name: %s is called \"%s\" too", b->node, a->node,
				  a->name);
	for (unsigned int irq = 0; irq < IMAGE_NR_IRQS; irq++)
		if (a->irq_owned[irq / 32] & b->irq_owned[irq / 32] & 1u << irq % 32)
			return image_fail(err, "%s: exen,owned-interrupts: %s owns %u too", b->node,
					  a->node, irq);
	return true;
}

static bool check_pairs(const struct image_config *config, struct image_error *err)
{
	for (unsigned int b = 1; b < config->nr_domains; b++)
		for (unsigned int a = 0; a < b; a++)
			if (!check_pair(&config->domain[a], &config->domain[b], err))
				return false;
	return true;
}

/* In 1/1000 of the CPU, rounded up. */
static unsigned int share(const struct domain_config *d)
{
	return d->period_us ? (d->budget_us * 1000 + d->period_us - 1) / d->period_us : 0;
}

/* What is left beside the budgets of more urgent domains is the privileged one's: some must be. */
static bool check_budgets(const struct image_config *config, struct image_error *err)
{
	unsigned int sum = 0;

	for (unsigned int i = 1; i < config->nr_domains; i++) {
		const struct domain_config *d = &config->domain[i];

		if (d->priority <= config->domain[0].priority)
			continue;
		sum += share(d);
		if (share(d) && sum >= 1000)
			return image_fail(err, "%s: exen,budget-us: leaves no time to %s, with the other "
					  "domains of higher priority %u.%u %% of the CPU", d->node,
					  config->domain[0].node, sum / 10, sum % 10);
	}
	return true;
}

static bool is_same(const struct image_payload *a, const struct image_payload *b)
{
	return a->offset == b->offset && a->size == b->size;
}

/* Payloads that domains share are hashed once.  @p nr payloads of the list have been looked at. */
static bool is_verified(struct image_payload *const *list, unsigned int nr,
			const struct image_payload *payload)
{
	for (unsigned int i = 0; i < nr; i++)
		if (is_same(list[i], payload))
			return true;
	return false;
}

static bool verify_payloads(struct image_config *config, const struct image_fit *fit,
			    struct image_error *err)
{
	struct image_payload *list[3 * IMAGE_MAX_DOMAINS];
	unsigned int nr = 0;

	for (unsigned int i = 0; i < config->nr_domains; i++) {
		list[nr++] = &config->domain[i].kernel;
		list[nr++] = &config->domain[i].ramdisk;
		list[nr++] = &config->domain[i].device_tree;
	}
	for (unsigned int i = 0; i < nr; i++)
		if (list[i]->size && !is_verified(list, i, list[i]) &&
		    !image_fit_verify(fit, list[i], err))
			return false;
	return true;
}

/* What can be said of a payload only when its bytes are known to be right. */
static bool check_payloads(struct domain_config *d, const struct image_fit *fit,
			   struct image_error *err)
{
	d->is_zimage = image_is_zimage(image_payload_start(fit, &d->kernel), d->kernel.size);
	if (!d->device_tree.size)
		return true;
	if (d->device_tree.size > IMAGE_DTB_MAX ||
	    !image_tree_is_sound(image_payload_start(fit, &d->device_tree), d->device_tree.size))
		return image_fail(err, "%s: multiboot,device-tree: not a device tree blob", d->node);
	return true;
}

static bool read_tree(struct reader *r)
{
	int chosen = -FDT_ERR_NOTFOUND, node;

	reader_enter(r, 0);
	if (fdt_node_check_compatible(r->tree, 0, "exen,configuration"))
		return image_fail(r->err, "/: compatible: must be \"exen,configuration\"");
	if (!reader_properties(r, root_rules, ARRAY_SIZE(root_rules)))
		return false;
	fdt_for_each_subnode(node, r->tree, 0) {
		reader_enter(r, node);
		if (strcmp(r->path, "/chosen") || chosen >= 0)
			return image_fail(r->err, "%s: unknown node", r->path);
		chosen = node;
	}
	if (chosen < 0)
		return image_fail(r->err, "/: no node \"chosen\"");
	reader_enter(r, chosen);
	return reader_properties(r, chosen_rules, ARRAY_SIZE(chosen_rules)) &&
	       read_domains(r, chosen) && read_focus(r, chosen) &&
	       find_backends(r->config, r->err);
}

bool image_config_read(struct image_config *config, const struct image_fit *fit,
		       const struct image_payload *tree, struct image_error *err)
{
	struct reader r = {
		.fit = fit,
		.tree = image_payload_start(fit, tree),
		.config = config,
		.err = err,
	};

	memset(config, 0, sizeof(*config));
	return read_tree(&r) && check_pairs(config, err) && check_budgets(config, err);
}

bool image_config_verify(struct image_config *config, const struct image_fit *fit, struct image_error *err)
{
	if (!verify_payloads(config, fit, err))
		return false;
	for (unsigned int i = 0; i < config->nr_domains; i++)
		if (!check_payloads(&config->domain[i], fit, err) ||
		    !image_layout_domain(&config->domain[i], err))
			return false;
	return true;
}

bool image_load_config(struct image_config *config, const struct image_fit *fit, const char *compatible,
		       const struct image_ram *ram, struct image_board *board, struct image_error *err)
{
	return image_fit_board(fit, compatible, board, err) &&
	       image_config_read(config, fit, &board->config, err) && image_place_slots(config, ram, err);
}

bool image_load(struct image_config *config, const struct image_fit *fit, const char *compatible,
		const struct image_ram *ram, struct image_board *board, struct image_error *err)
{
	return image_load_config(config, fit, compatible, ram, board, err) &&
	       image_config_verify(config, fit, err);
}
