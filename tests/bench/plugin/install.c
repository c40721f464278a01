// SPDX-License-Identifier: Apache-2.0
/* What every plugin that attributes instructions to columns has in common; see plugin.h. */
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "plugin.h"

FILE *out;
static uint64_t ram_pa;
static uintptr_t ram_host;	/* where QEMU has the byte at physical address 0; 0: not known yet */

void on_execution(struct qemu_plugin_insn *insn, qemu_plugin_cpu_cb_t cb, void *arg)
{
	qemu_plugin_register_vcpu_insn_exec_cb(insn, cb, QEMU_PLUGIN_CB_NO_REGS, arg);
}

uint64_t physical(const struct qemu_plugin_insn *insn, uint64_t va)
{
	const uintptr_t host = (uintptr_t)qemu_plugin_insn_haddr(insn);

	if (!host)
		return va;
	if (!ram_host && va >= ram_pa)
		ram_host = host - va;	/* the MMU is off at reset */
	return ram_host ? host - ram_host : va;
}

static bool set_common(const char *name, const char *value,
		       bool (*set_option)(const char *name, const char *value))
{
	if (!strcmp(name, "out")) {
		out = fopen(value, "w");
		return out;
	}
	if (!strcmp(name, "ram")) {
		ram_pa = strtoull(value, NULL, 0);
		return true;
	}
	return set_option(name, value);
}

bool plugin_install(qemu_plugin_id_t id, int argc, char **argv, const char *plugin,
		    bool (*set_option)(const char *name, const char *value),
		    qemu_plugin_tb_cb_t translate, qemu_plugin_exit_cb_t at_exit)
{
	for (int i = 0; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (value)
			*value++ = 0;
		if (!value || !set_common(argv[i], value, set_option)) {
			fprintf(stderr, "%s: bad option %s\n", plugin, argv[i]);
			return false;
		}
	}
	if (!out) {
		fprintf(stderr, "%s: out= is missing\n", plugin);
		return false;
	}
	columns_write_names(out);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return true;
}
