// SPDX-License-Identifier: Apache-2.0
/*
 * Counts the instructions of a machine emulated by QEMU, exactly: by who executes them, between points
 * that the programs mark or that are given by address, and while the hypervisor masks interrupts.
 *
 *	out=FILE			where the result goes
 *	ram=PA				start of RAM; the first instruction in it tells where QEMU keeps it
 *	hv=FIRST:END:TEXT		the hypervisor's physical memory, bytes of code at its start
 *	processor=FIRST:END		virtual addresses of the processor functions in its window
 *	guest=NAME:FIRST:END		a domain's physical memory (or all of RAM without a hypervisor)
 *	begin=ID:VA[:COLUMN], end=...	a section's ends, besides the marks in the programs; only
 *					where that column executes
 *	snapshot=ID:VA[:COLUMN]
 *	masked=EVENT:NAME:VA		see count.h
 *	stops=N				the machine ends at the N-th stop mark (default: at the first)
 *
 * Marks in programs are instructions without effect but on flags: see ../mark.h.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../mark.h"
#include "count.h"
#include "plugin.h"

#define MAX_PLACES	64

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_plugin_info *info,
					   int argc, char **argv);

enum action { ACTION_BEGIN, ACTION_END, ACTION_SNAPSHOT };

/* A point given by address. */
static struct place {
	enum action action;
	unsigned int id;
	uint64_t va;
	unsigned int column;	/* NO_COLUMN: any */
} places[MAX_PLACES];
static unsigned int nr_places;

static unsigned int nr_stops = 1;

static void write_result(void)
{
	masked_write(out);
	sections_write_profiles(out);
	fputs("end\n", out);
	if (fclose(out)) {
		perror("count: writing the result");
		_exit(EXIT_FAILURE);
	}
}

static void at_exit(qemu_plugin_id_t id, void *arg)
{
	write_result();
}

static void stop(unsigned int cpu, void *arg)
{
	if (--nr_stops)
		return;
	write_result();
	_exit(EXIT_SUCCESS);
}

/* A mark's own instruction, in column arg / MAX_IDS, isn't part of the section. */
static void mark_begin(unsigned int cpu, void *arg)
{
	section_begin((uintptr_t)arg % MAX_IDS, (uintptr_t)arg / MAX_IDS);
}

static void mark_end(unsigned int cpu, void *arg)
{
	section_end((uintptr_t)arg % MAX_IDS, (uintptr_t)arg / MAX_IDS, out);
}

static void mark_snapshot(unsigned int cpu, void *arg)
{
	section_snapshot((uintptr_t)arg % MAX_IDS, (uintptr_t)arg / MAX_IDS, out);
}

static void place_hit(unsigned int cpu, void *arg)
{
	const struct place *p = arg;

	if (p->action == ACTION_BEGIN)
		section_begin(p->id, NO_COLUMN);
	else if (p->action == ACTION_END)
		section_end(p->id, p->column, out);
	else
		section_snapshot(p->id, p->column, out);
}

static void masked_point_hit(unsigned int cpu, void *arg)
{
	masked_hit(arg);
}

static void guest_block_runs(unsigned int cpu, void *arg)
{
	masked_guest_runs();
}

static void watch_marks(struct qemu_plugin_insn *insn, unsigned int column)
{
	static const struct {
		uint32_t encoding;
		qemu_plugin_cpu_cb_t cb;
	} marks[] = {
		{ MARK_BEGIN, mark_begin }, { MARK_END, mark_end },
		{ MARK_SNAPSHOT, mark_snapshot }, { MARK_STOP, stop },
	};
	uint32_t word;

	if (qemu_plugin_insn_size(insn) != sizeof(word))
		return;
	memcpy(&word, qemu_plugin_insn_data(insn), sizeof(word));
	for (unsigned int i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if ((word & ~(uint32_t)(MAX_IDS - 1)) == marks[i].encoding)
			on_execution(insn, marks[i].cb,
				     (void *)(uintptr_t)(column * MAX_IDS + word % MAX_IDS));
	}
}

/* A section may end where it begins again, so ends come first. */
static void watch_places(struct qemu_plugin_insn *insn, uint64_t va, unsigned int column)
{
	for (enum action pass = ACTION_SNAPSHOT + 1; pass-- > ACTION_BEGIN;) {
		for (unsigned int i = 0; i < nr_places; i++) {
			struct place *p = &places[i];

			if (p->va == va && p->action == pass &&
			    (p->column == NO_COLUMN || p->column == column))
				on_execution(insn, place_hit, p);
		}
	}
}

static void watch(struct qemu_plugin_insn *insn, uint64_t va, uint64_t pa)
{
	const unsigned int column = column_of(va, pa);

	if (column == COLUMN_HYPERVISOR) {
		const struct masked_point *point = masked_find(va);
		uint64_t *profile = columns_profile(va);

		if (point)
			on_execution(insn, masked_point_hit, (void *)(uintptr_t)point);
		if (profile)
			qemu_plugin_register_vcpu_insn_exec_inline(
				insn, QEMU_PLUGIN_INLINE_ADD_U64, profile, 1);
	}
	watch_places(insn, va, column);
	watch_marks(insn, column);
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
						   &now.n[column], 1);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const size_t n = qemu_plugin_tb_n_insns(tb);

	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint64_t va = qemu_plugin_insn_vaddr(insn);
		const uint64_t pa = physical(insn, va);

		if (i == 0 && column_of(va, pa) >= COLUMN_GUESTS)
			on_execution(insn, guest_block_runs, NULL);
		watch(insn, va, pa);
	}
}

static bool add_place(enum action action, const char *value)
{
	struct place *p = &places[nr_places];

	if (nr_places == MAX_PLACES)
		return false;
	p->action = action;
	p->column = NO_COLUMN;
	if (sscanf(value, "%u:%" SCNi64 ":%u", &p->id, &p->va, &p->column) < 2 || p->id >= MAX_IDS)
		return false;
	nr_places++;
	return true;
}

static bool set_stops(const char *value)
{
	nr_stops = strtoul(value, NULL, 0);
	return nr_stops;
}

static bool set_option(const char *name, const char *value)
{
	static const char *const actions[] = { "begin", "end", "snapshot" };
	static const struct {
		const char *name;
		bool (*set)(const char *value);
	} options[] = {
		{ "hv", columns_set_hypervisor },
		{ "processor", columns_set_processor }, { "guest", columns_add_guest },
		{ "masked", masked_add }, { "stops", set_stops },
	};

	for (unsigned int i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!strcmp(name, options[i].name))
			return options[i].set(value);
	}
	for (enum action a = ACTION_BEGIN; a <= ACTION_SNAPSHOT; a++) {
		if (!strcmp(name, actions[a]))
			return add_place(a, value);
	}
	return false;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_plugin_info *info, int argc,
			char **argv)
{
	return plugin_install(id, argc, argv, "count", set_option, translate, at_exit) ? 0 : -1;
}
