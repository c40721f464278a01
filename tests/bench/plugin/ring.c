// SPDX-License-Identifier: Apache-2.0
/*
 * Remembers the last blocks of instructions that a machine emulated by QEMU has executed, and writes
 * them down whenever a program executes MARK_LATE (../mark.h): what a late interrupt was waiting for.
 *
 *	out=FILE	for each mark "late", a line "VA INSTRUCTIONS" for each block, the oldest first, "end"
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../mark.h"
#include "qemu_plugin.h"

#define NR_BLOCKS	1024u	/* a power of two; several thousand instructions */
#define MAX_WRITTEN	1000

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_plugin_info *info,
					   int argc, char **argv);

static FILE *out;
static uint64_t nr_instructions;	/* each is counted: QEMU leaves a block where one accesses a device */
static struct {
	uintptr_t va;
	uint64_t begin;			/* in instructions */
} ring[NR_BLOCKS];
static unsigned int nr_executed, nr_written;

static void executed(unsigned int cpu, void *va)
{
	ring[nr_executed % NR_BLOCKS].va = (uintptr_t)va;
	ring[nr_executed++ % NR_BLOCKS].begin = nr_instructions;
}

static void late(unsigned int cpu, void *unused)
{
	if (nr_written++ == MAX_WRITTEN)
		fputs("no more are written\n", out);
	if (nr_written > MAX_WRITTEN)
		return;
	fputs("late\n", out);
	for (unsigned int i = 0; i < NR_BLOCKS - 1; i++) {
		const unsigned int at = (nr_executed + i) % NR_BLOCKS;

		fprintf(out, "%" PRIxPTR " %" PRIu64 "\n", ring[at].va,
			ring[(at + 1) % NR_BLOCKS].begin - ring[at].begin);
	}
	fputs("end\n", out);
	fflush(out);
}

static bool is_mark(const struct qemu_plugin_insn *insn)
{
	uint32_t word;

	if (qemu_plugin_insn_size(insn) != sizeof(word))
		return false;
	memcpy(&word, qemu_plugin_insn_data(insn), sizeof(word));
	return word == MARK_LATE;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		if (i == 0)
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, executed, QEMU_PLUGIN_CB_NO_REGS,
				(void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
		if (is_mark(insn))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, late, QEMU_PLUGIN_CB_NO_REGS, NULL);
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
							   &nr_instructions, 1);
	}
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_plugin_info *info, int argc, char **argv)
{
	if (argc == 1 && !strncmp(argv[0], "out=", 4))
		out = fopen(argv[0] + 4, "w");
	if (!out) {
		fputs("ring: out=FILE is missing or cannot be written\n", stderr);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
