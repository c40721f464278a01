/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What both kinds of tree have: memory, /chosen, /hypervisor, timer; and the tree for a domain
 * without hardware.  Bindings: Devicetree Specification 0.3; Linux's
 * Documentation/devicetree/bindings/arm/xen.txt; Documentation/image.md for "exen,...".
 */
#include <libfdt.h>

#include <exen/string.h>
#include "build_fdt.h"
#include "build_fdt_internal.h"
#include "exen.h"

/* Interrupt specifier: per-CPU (1), number from 16 on, active low level for one CPU. */
#define PER_CPU		1
#define FLAGS		0xf08

static const struct fdt_intc minimal_intc = { .phandle = 1, .cells = 3 };

static int append_reg(void *fdt, int node, uint64_t value, int cells)
{
	int err = 0;

	if (cells == 2)
		err = fdt_appendprop_u32(fdt, node, "reg", (uint32_t)(value >> 32));
	return err ? err : fdt_appendprop_u32(fdt, node, "reg", (uint32_t)value);
}

/* Base and size, in the root node's cells.  fdt_appendprop_addrrange() refuses address 0. */
static int set_reg(void *fdt, int node, uint64_t base, uint64_t size)
{
	int err = fdt_setprop(fdt, node, "reg", NULL, 0);

	if (!err)
		err = append_reg(fdt, node, base, fdt_address_cells(fdt, 0));
	if (!err)
		err = append_reg(fdt, node, size, fdt_size_cells(fdt, 0));
	return err;
}

static int set_interrupt(void *fdt, int node, const struct fdt_intc *intc, unsigned int irq)
{
	int err = fdt_setprop_u32(fdt, node, "interrupt-parent", intc->phandle);

	if (err)
		return err;
	if (intc->cells == 1)
		return fdt_setprop_u32(fdt, node, "interrupts", EXEN_IRQ_CELL_PERCPU | irq);
	if (intc->cells == 2) {
		err = fdt_setprop_u32(fdt, node, "interrupts", EXEN_IRQ_CELL_PERCPU);
		return err ? err : fdt_appendprop_u32(fdt, node, "interrupts", irq);
	}
	err = fdt_setprop_u32(fdt, node, "interrupts", PER_CPU);
	if (!err)
		err = fdt_appendprop_u32(fdt, node, "interrupts", irq - 16);
	if (!err)
		err = fdt_appendprop_u32(fdt, node, "interrupts", FLAGS);
	return err;
}

static int delete_property(void *fdt, int node, const char *name)
{
	const int err = fdt_delprop(fdt, node, name);

	return err == -FDT_ERR_NOTFOUND ? 0 : err;
}

/* The root's child of that name, made if it is not there.  libfdt takes "name@address" for "name"
 * too, so @p name must be one that no board uses for a device.  Negative: libfdt error. */
static int get_node(void *fdt, const char *name)
{
	const int node = fdt_subnode_offset(fdt, 0, name);

	return node == -FDT_ERR_NOTFOUND ? fdt_add_subnode(fdt, 0, name) : node;
}

static int set_memory(void *fdt, const struct fdt_domain *d)
{
	char name[sizeof("memory@00000000")];
	int node, err;

	snprintf(name, sizeof(name), "memory@%x", (unsigned int)d->memory_base);
	node = fdt_add_subnode(fdt, 0, name);
	if (node < 0)
		return node;
	err = fdt_setprop_string(fdt, node, "device_type", "memory");
	if (!err)
		err = set_reg(fdt, node, d->memory_base, d->memory_size);
	return err;
}

static int set_ramdisk(void *fdt, int chosen, const struct fdt_domain *d)
{
	int err = delete_property(fdt, chosen, "linux,initrd-start");

	if (!err)
		err = delete_property(fdt, chosen, "linux,initrd-end");
	if (err || !d->ramdisk_size)
		return err;
	err = fdt_setprop_u32(fdt, chosen, "linux,initrd-start", d->ramdisk_base);
	if (!err)
		err = fdt_setprop_u32(fdt, chosen, "linux,initrd-end",
				      d->ramdisk_base + d->ramdisk_size);
	return err;
}

/* The console of the board's tree is the hypervisor's: what bootargs say is all there is. */
static int set_chosen(void *fdt, const struct fdt_domain *d)
{
	const int chosen = get_node(fdt, "chosen");
	int err;

	if (chosen < 0)
		return chosen;
	err = delete_property(fdt, chosen, "stdout-path");
	if (!err)
		err = delete_property(fdt, chosen, "linux,stdout-path");
	if (!err)
		err = fdt_setprop_string(fdt, chosen, "bootargs", d->bootargs);
	if (!err)
		err = set_ramdisk(fdt, chosen, d);
	return err;
}

static int set_hypervisor(void *fdt, const struct fdt_domain *d, const struct fdt_intc *intc)
{
	static const char compatible[] = "xen,xen-4.17\0xen,xen";
	const int node = get_node(fdt, "hypervisor");
	int err;

	if (node < 0)
		return node;
	err = fdt_setprop(fdt, node, "compatible", compatible, sizeof(compatible));
	if (!err)
		err = set_reg(fdt, node, d->grant_base, d->grant_size);
	if (!err)
		err = set_interrupt(fdt, node, intc, EXEN_IRQ_EVTCHN);
	return err;
}

static int set_timer(void *fdt, const struct fdt_intc *intc)
{
	const int node = get_node(fdt, "pv-timer");
	int err;

	if (node < 0)
		return node;
	err = fdt_setprop_string(fdt, node, "compatible", "exen,pv-timer");
	if (!err)
		err = set_interrupt(fdt, node, intc, EXEN_IRQ_TIMER);
	return err;
}

int build_fdt_common(void *fdt, const struct fdt_domain *domain, const struct fdt_intc *intc)
{
	int err = set_memory(fdt, domain);

	if (!err)
		err = set_chosen(fdt, domain);
	if (!err)
		err = set_hypervisor(fdt, domain, intc);
	if (!err)
		err = set_timer(fdt, intc);
	return err ? err : fdt_pack(fdt);
}

static int add_root(void *fdt)
{
	int err = fdt_setprop_u32(fdt, 0, "#address-cells", 1);

	if (!err)
		err = fdt_setprop_u32(fdt, 0, "#size-cells", 1);
	if (!err)
		err = fdt_setprop_u32(fdt, 0, "interrupt-parent", minimal_intc.phandle);
	if (!err)
		err = fdt_setprop_string(fdt, 0, "compatible", "xen,xenvm");
	if (!err)
		err = fdt_setprop_string(fdt, 0, "model", "EmbeddedXEN domain");
	return err;
}

/* One CPU, called as the board's tree calls its first. */
static int add_cpu(void *fdt, int cpus, const void *board_dtb)
{
	const int board_cpu = fdt_node_offset_by_prop_value(board_dtb, -1, "device_type", "cpu",
							    sizeof("cpu"));
	int cpu = fdt_add_subnode(fdt, cpus, "cpu@0"), err, len;
	const void *compatible = board_cpu < 0 ? NULL :
				 fdt_getprop(board_dtb, board_cpu, "compatible", &len);

	if (cpu < 0)
		return cpu;
	err = fdt_setprop_string(fdt, cpu, "device_type", "cpu");
	if (!err && compatible)
		err = fdt_setprop(fdt, cpu, "compatible", compatible, len);
	if (!err)
		err = fdt_setprop_u32(fdt, cpu, "reg", 0);
	return err;
}

static int add_cpus(void *fdt, const void *board_dtb)
{
	const int cpus = fdt_add_subnode(fdt, 0, "cpus");
	int err;

	if (cpus < 0)
		return cpus;
	err = fdt_setprop_u32(fdt, cpus, "#address-cells", 1);
	if (!err)
		err = fdt_setprop_u32(fdt, cpus, "#size-cells", 0);
	if (!err)
		err = add_cpu(fdt, cpus, board_dtb);
	return err;
}

static int add_intc(void *fdt)
{
	const int node = fdt_add_subnode(fdt, 0, "interrupt-controller");
	int err;

	if (node < 0)
		return node;
	err = fdt_setprop_string(fdt, node, "compatible", "exen,pv-intc");
	if (!err)
		err = fdt_setprop_empty(fdt, node, "interrupt-controller");
	if (!err)
		err = fdt_setprop_u32(fdt, node, "#interrupt-cells", minimal_intc.cells);
	if (!err)
		err = fdt_setprop_u32(fdt, node, "#address-cells", 0);
	if (!err)
		err = fdt_setprop_u32(fdt, node, "phandle", minimal_intc.phandle);
	return err;
}

/* A tree of a root node only, as fdt_create_empty_tree() makes it with 3 KiB of code. */
static int create_empty(void *buf, uint32_t space)
{
	enum { NR_HEADER = 10, NR_RESERVED = 4, NR_STRUCT = 4 };
	static const uint32_t words[NR_HEADER + NR_RESERVED + NR_STRUCT] = {
		FDT_MAGIC, sizeof(words), 4 * (NR_HEADER + NR_RESERVED), sizeof(words), 4 * NR_HEADER,
		FDT_LAST_SUPPORTED_VERSION, FDT_FIRST_SUPPORTED_VERSION, 0, 0, 4 * NR_STRUCT,
		[NR_HEADER + NR_RESERVED] = FDT_BEGIN_NODE, 0, FDT_END_NODE, FDT_END,
	};
	fdt32_t tree[ARRAY_SIZE(words)];

	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++)
		tree[i] = cpu_to_fdt32(words[i]);
	return fdt_open_into(tree, buf, (int)space);
}

int build_fdt_minimal(void *buf, uint32_t space, const void *board_dtb,
		      const struct fdt_domain *domain)
{
	int err = create_empty(buf, space);

	if (!err)
		err = add_root(buf);
	if (!err)
		err = add_cpus(buf, board_dtb);
	if (!err)
		err = add_intc(buf);
	return err ? err : build_fdt_common(buf, domain, &minimal_intc);
}
