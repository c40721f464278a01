/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file What every plugin that attributes instructions to columns has in common: the options out=, ram=,
 * hv= and guest= are handled here or in columns.c, the result file is open before translation begins.
 */
#ifndef PLUGIN_H
#define PLUGIN_H

#include <stdbool.h>
#include <stdio.h>

#include "qemu_plugin.h"

/** The result file, of option "out=FILE". */
extern FILE *out;

/** Calls @p cb with @p arg before each execution of an instruction. */
void on_execution(struct qemu_plugin_insn *insn, qemu_plugin_cpu_cb_t cb, void *arg);

/** Physical address of an instruction at @p va; @p va if it isn't in RAM.  Needs option "ram=PA", start of
 *  RAM: the first instruction in it tells where QEMU keeps it. */
uint64_t physical(const struct qemu_plugin_insn *insn, uint64_t va);

/**
 * Parses the options, writes the columns' names and registers the callbacks.
 * @param plugin	name for messages
 * @param set_option	takes all options but out= and ram=; false: there is none of that name and value
 * @return false after a message on stderr if the options are wrong
 */
bool plugin_install(qemu_plugin_id_t id, int argc, char **argv, const char *plugin,
		    bool (*set_option)(const char *name, const char *value),
		    qemu_plugin_tb_cb_t translate, qemu_plugin_exit_cb_t at_exit);

#endif
