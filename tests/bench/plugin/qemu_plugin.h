/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The few functions of QEMU's TCG plugin interface (version 1, QEMU 4.2 to 8.x) that are used
 * here.  Debian's qemu-system-arm exports them, but no Debian package has QEMU's own header, so their
 * prototypes stand here; they follow QEMU's docs/devel/tcg-plugins.rst.
 */
#ifndef QEMU_PLUGIN_H
#define QEMU_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_EXPORT	__attribute__((visibility("default")))
#define QEMU_PLUGIN_VERSION	1

typedef uint64_t qemu_plugin_id_t;

struct qemu_plugin_info;	/* what the emulated machine is: not looked at */
struct qemu_plugin_tb;		/* block of translated instructions */
struct qemu_plugin_insn;	/* one instruction of it */

enum { QEMU_PLUGIN_CB_NO_REGS };
enum { QEMU_PLUGIN_INLINE_ADD_U64 };

typedef void (*qemu_plugin_tb_cb_t)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_cpu_cb_t)(unsigned int cpu, void *arg);
typedef void (*qemu_plugin_exit_cb_t)(qemu_plugin_id_t id, void *arg);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_tb_cb_t cb);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_exit_cb_t cb, void *arg);

/** Valid within the translation callback only. */
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
/** Where the instruction lies in QEMU's own memory; NULL if it is not in RAM. */
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);

/** Both run before the instruction, a callback before the addition. */
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, qemu_plugin_cpu_cb_t cb,
					    int flags, void *arg);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int op,
						void *counter, uint64_t addend);

#endif
