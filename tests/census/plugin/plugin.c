// SPDX-License-Identifier: Apache-2.0
/*
 * Lists the system operations that a machine emulated by QEMU executes: who, where, how often; and
 * checks what belongs to a switch of address spaces.
 *
 *	out=FILE		where the result goes
 *	ram=PA			start of RAM; the first instruction in it tells where QEMU keeps it
 *	hv=FIRST:END:TEXT	the hypervisor's physical memory, bytes of code at its start
 *	guest=NAME:FIRST:END	a domain's physical memory (or all of RAM without a hypervisor)
 *	start=VA		guests are told apart from here on: until then their memory holds what
 *				the loader put there
 *	enter=VA		an entry into the hypervisor's core
 *	leave=VA		the last instruction of the core
 *	before=, after=, last=, restart=	see switches.c
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <count.h>
#include <plugin.h>

#include "census.h"

#define MAX_POINTS	8
#define KUSER_FIRST	0xffff0f60u	/* of the vector page: Linux's helpers for user space */
#define VECTOR_PAGE_END	0xffff1000u

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_plugin_info *info,
					   int argc, char **argv);

static uint64_t start_va;
static bool started = true;
static struct point {
	uint32_t va;
	void (*reached)(void);
} points[MAX_POINTS];
static unsigned int nr_points;
static uint64_t thumb[MAX_COLUMNS];

static void at_exit(qemu_plugin_id_t id, void *arg)
{
	sites_write(out);
	for (unsigned int i = 0; i < columns_nr(); i++) {
		if (thumb[i])
			fprintf(out, "thumb %u %" PRIu64 "\n", i, thumb[i]);
	}
	switches_write(out);
	fputs("end\n", out);
	if (fclose(out)) {
		perror("census: writing the result");
		_exit(EXIT_FAILURE);
	}
}

static void window_operation_runs(unsigned int cpu, void *arg)
{
	struct site *site = arg;

	if (switches_in_core())
		site->executed_in_core++;
	else if (switches_last_domain() < CENSUS_DOMAINS)
		site->executed_for[switches_last_domain()]++;
	if (!site->is_conditional)
		switches_operation(site->key, site->va);
}

static void point_reached(unsigned int cpu, void *arg)
{
	const struct point *point = arg;

	point->reached();
}

static void guest_block_runs(unsigned int cpu, void *arg)
{
	const uintptr_t value = (uintptr_t)arg;

	switches_guest_runs((unsigned int)(value >> 32), (uint32_t)value);
}

static void start_reached(unsigned int cpu, void *arg)
{
	started = true;
}

static unsigned int column_at(uint64_t va, uint64_t pa)
{
	const unsigned int column = column_of(va, pa);

	if (column < COLUMN_GUESTS)
		return column;
	if (!started)
		return COLUMN_OTHER;
	return column + (va >= KUSER_FIRST && va < VECTOR_PAGE_END);
}

static void watch_window(struct qemu_plugin_insn *insn, uint64_t va)
{
	if (va == start_va)
		on_execution(insn, start_reached, NULL);
	for (unsigned int i = 0; i < nr_points; i++) {
		if (points[i].va == va)
			on_execution(insn, point_reached, &points[i]);
	}
}

static void watch(struct qemu_plugin_insn *insn, uint64_t va, unsigned int column)
{
	struct site *site;
	uint32_t word;

	if (qemu_plugin_insn_size(insn) != sizeof(word)) {
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
							   &thumb[column], 1);
		return;
	}
	memcpy(&word, qemu_plugin_insn_data(insn), sizeof(word));
	if (!key_of(word))
		return;
	site = site_of(column, word, (uint32_t)va);
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
						   &site->executed, 1);
	if (column == COLUMN_HYPERVISOR)
		on_execution(insn, window_operation_runs, site);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const size_t n = qemu_plugin_tb_n_insns(tb);

	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint64_t va = qemu_plugin_insn_vaddr(insn);
		const unsigned int column = column_at(va, physical(insn, va));
		const uint64_t domain = (column - COLUMN_GUESTS) / 2;

		if (i == 0 && column >= COLUMN_GUESTS)
			on_execution(insn, guest_block_runs, (void *)(uintptr_t)(domain << 32 | va));
		watch(insn, va, column);
		if (column == COLUMN_HYPERVISOR)
			watch_window(insn, va);
	}
}

static bool set_start(const char *value)
{
	start_va = strtoull(value, NULL, 0);
	started = false;
	return true;
}

static bool add_point(const char *value, void (*reached)(void))
{
	if (nr_points == MAX_POINTS)
		return false;
	points[nr_points++] = (struct point){ (uint32_t)strtoul(value, NULL, 0), reached };
	return true;
}

static bool add_entry(const char *value)
{
	return add_point(value, switches_enter);
}

static bool add_exit(const char *value)
{
	return add_point(value, switches_leave);
}

static bool set_option(const char *name, const char *value)
{
	static const struct {
		const char *name;
		bool (*set)(const char *value);
	} options[] = {
		{ "hv", columns_set_hypervisor },
		{ "guest", columns_add_guest }, { "start", set_start }, { "enter", add_entry },
		{ "leave", add_exit },
		{ "before", switches_add_before }, { "after", switches_add_after },
		{ "last", switches_add_last }, { "restart", switches_add_restart },
	};

	for (unsigned int i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!strcmp(name, options[i].name))
			return options[i].set(value);
	}
	return false;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_plugin_info *info, int argc,
			char **argv)
{
	return plugin_install(id, argc, argv, "census", set_option, translate, at_exit) ? 0 : -1;
}
