/* SPDX-License-Identifier: Apache-2.0 */
/* The board's own tree, for the domain that owns its devices. */
#include <libfdt.h>

#include <exen/string.h>
#include "build_fdt.h"
#include "build_fdt_internal.h"

#define MAX_DEPTH	12	/* of a node with a register that a rule can name */
#define MAX_INTC_CELLS	3

static uint64_t read_cells(const fdt32_t *cells, int nr)
{
	uint64_t value = 0;

	while (nr--)
		value = value << 32 | fdt32_ld(cells++);
	return value;
}

/*
 * One step up: an address on @p bus becomes one of the bus above.  An empty "ranges" is one to one.
 * Addresses of up to two cells are compared as numbers, chip selects included.
 */
static bool translate_up(const void *fdt, int bus, int parent, uint64_t *address)
{
	const int na = fdt_address_cells(fdt, bus), ns = fdt_size_cells(fdt, bus);
	const int pna = fdt_address_cells(fdt, parent);
	const int entry = na + pna + ns;
	int len;
	const fdt32_t *ranges = fdt_getprop(fdt, bus, "ranges", &len);

	if (!ranges || na < 1 || na > 2 || pna < 1 || pna > 2 || ns < 1 || ns > 2)
		return false;
	if (!len)
		return true;
	for (; len >= 4 * entry; len -= 4 * entry, ranges += entry) {
		const uint64_t offset = *address - read_cells(ranges, na);

		if (offset < read_cells(ranges + na + pna, ns)) {
			*address = read_cells(ranges + na, pna) + offset;
			return true;
		}
	}
	return false;
}

/* @p path: offsets of the node and its parents, root first, @p depth is the node's. */
static bool translate_reg(const void *fdt, const int *path, int depth, uint64_t *address)
{
	const int na = depth > 0 ? fdt_address_cells(fdt, path[depth - 1]) : 0;
	int len;
	const fdt32_t *reg = fdt_getprop(fdt, path[depth], "reg", &len);

	if (!reg || na < 1 || na > 2 || len < 4 * na)
		return false;
	*address = read_cells(reg, na);
	for (int bus = depth - 1; bus > 0; bus--)
		if (!translate_up(fdt, path[bus], path[bus - 1], address))
			return false;
	return true;
}

/* Walks to the first node for which @p address holds the register, or, if @p wanted is a node, to
 * that; keeps the path to it on the way. */
static int find_reg(const void *fdt, int wanted, uint64_t *address)
{
	int path[MAX_DEPTH], depth = 0;
	uint64_t found;

	for (int node = 0; node >= 0 && depth >= 0; node = fdt_next_node(fdt, node, &depth)) {
		if (depth >= MAX_DEPTH)
			continue;
		path[depth] = node;
		if (wanted >= 0 ? node != wanted : !translate_reg(fdt, path, depth, &found))
			continue;
		if (wanted >= 0)
			return translate_reg(fdt, path, depth, address) ? node : -FDT_ERR_NOTFOUND;
		if (found == *address)
			return node;
	}
	return -FDT_ERR_NOTFOUND;
}

bool build_fdt_reg(const void *fdt, int node, uint64_t *address)
{
	return find_reg(fdt, node, address) >= 0;
}

static int disable(void *fdt, int node)
{
	return fdt_setprop_string(fdt, node, "status", "disabled");
}

static int disable_by_path(void *fdt, const char *const *list)
{
	int err = 0;

	for (; list && *list && !err; list++) {
		const int node = fdt_path_offset(fdt, *list);

		if (node >= 0)
			err = disable(fdt, node);
	}
	return err;
}

static int disable_by_reg(void *fdt, const paddr_t *list)
{
	int err = 0;

	for (; list && *list && !err; list++) {
		uint64_t address = *list;
		const int node = find_reg(fdt, -1, &address);

		if (node >= 0)
			err = disable(fdt, node);
	}
	return err;
}

/* A property added to a node leaves the offsets up to that node as they are. */
static int disable_by_compatible(void *fdt, const char *const *list)
{
	int err = 0;

	for (; list && *list; list++) {
		int node = fdt_node_offset_by_compatible(fdt, -1, *list);

		for (; node >= 0 && !err; node = fdt_node_offset_by_compatible(fdt, node, *list))
			err = disable(fdt, node);
		if (err)
			return err;
	}
	return 0;
}

static int delete_paths(void *fdt, const char *const *list)
{
	int err = 0;

	for (; list && *list && !err; list++) {
		const int node = fdt_path_offset(fdt, *list);

		if (node >= 0)
			err = fdt_del_node(fdt, node);
	}
	return err;
}

/* The board's RAM is the hypervisor's to give: all nodes about it and all reservations go. */
static int delete_memory(void *fdt)
{
	int node, err;

	while (fdt_num_mem_rsv(fdt) > 0) {
		err = fdt_del_mem_rsv(fdt, 0);
		if (err)
			return err;
	}
	for (;;) {
		node = fdt_node_offset_by_prop_value(fdt, -1, "device_type", "memory",
						     sizeof("memory"));
		if (node < 0)
			return node == -FDT_ERR_NOTFOUND ? 0 : node;
		err = fdt_del_node(fdt, node);
		if (err)
			return err;
	}
}

/* The @p nr th node that says it is a CPU. */
static int find_cpu(const void *fdt, unsigned int nr)
{
	int node = -1;

	do
		node = fdt_node_offset_by_prop_value(fdt, node, "device_type", "cpu",
						     sizeof("cpu"));
	while (node >= 0 && nr--);
	return node;
}

static int delete_other_cpus(void *fdt, unsigned int nr_cpus)
{
	for (;;) {
		const int node = find_cpu(fdt, nr_cpus);
		int err;

		if (node < 0)
			return node == -FDT_ERR_NOTFOUND ? 0 : node;
		err = fdt_del_node(fdt, node);
		if (err)
			return err;
	}
}

static int find_intc(const void *fdt, const char *const *list)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, "exen,pv-intc");

	for (; list && *list && node == -FDT_ERR_NOTFOUND; list++)
		node = fdt_node_offset_by_compatible(fdt, -1, *list);
	return node;
}

/* Registers stay, for the reader; the paravirtual driver does not look at them. */
static int replace_intc(void *fdt, const char *const *list, struct fdt_intc *intc)
{
	const int node = find_intc(fdt, list);
	const fdt32_t *cells;
	int err, len;

	if (node < 0)
		return node;
	cells = fdt_getprop(fdt, node, "#interrupt-cells", &len);
	intc->cells = cells && len == sizeof(*cells) ? fdt32_ld(cells) : 0;
	if (!intc->cells || intc->cells > MAX_INTC_CELLS)
		return -FDT_ERR_BADNCELLS;
	intc->phandle = fdt_get_phandle(fdt, node);
	if (!intc->phandle) {
		err = fdt_generate_phandle(fdt, &intc->phandle);
		if (!err)
			err = fdt_setprop_u32(fdt, node, "phandle", intc->phandle);
		if (err)
			return err;
	}
	return fdt_setprop_string(fdt, node, "compatible", "exen,pv-intc");
}

static int apply_rules(void *fdt, const struct board_fdt_rules *rules, struct fdt_intc *intc)
{
	int err = delete_paths(fdt, rules->delete_path);

	if (!err)
		err = disable_by_compatible(fdt, rules->disable_compatible);
	if (!err)
		err = disable_by_reg(fdt, rules->disable_reg);
	if (!err)
		err = replace_intc(fdt, rules->intc_compatible, intc);
	return err;
}

int build_fdt_board(void *buf, uint32_t space, const void *board_dtb,
		    const struct board_fdt_rules *rules, const struct fdt_domain *domain)
{
	static const struct board_fdt_rules no_rules;
	struct fdt_intc intc;
	int err = fdt_open_into(board_dtb, buf, (int)space);

	if (!err)
		err = apply_rules(buf, rules ? rules : &no_rules, &intc);
	if (!err)
		err = disable_by_path(buf, domain->disable_path);
	if (!err)
		err = delete_memory(buf);
	if (!err)
		err = delete_other_cpus(buf, domain->nr_cpus);
	return err ? err : build_fdt_common(buf, domain, &intc);
}
