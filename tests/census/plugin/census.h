/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The census plugin's parts: which operations are listed (decode.c), who executed each how often
 * and where (sites.c), what belongs to a switch of address spaces (switches.c).  One emulated CPU, so
 * nothing is locked.  Who executes is told apart as tests/bench/plugin/columns.c does.
 */
#ifndef CENSUS_H
#define CENSUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* -- decode.c */

/** Transfer between a register and the first operand's TTBR0, as key_of() gives it. */
#define KEY_TTBR0_WRITE	0x0e020f10u

/**
 * The operation that an ARM instruction is, without the registers it uses: the encoding with condition
 * and registers 0 (a coprocessor transfer; condition 0xf stays), or a value of classes.def.
 * @return 0: none that is listed
 */
uint32_t key_of(uint32_t instruction);

/* -- sites.c */

/** Domains whose calls of functions in the window are told apart. */
#define CENSUS_DOMAINS	8u

/** An operation at one place, executed by one column. */
struct site {
	struct site *next;
	uint32_t key, va;
	unsigned int column;
	bool is_conditional;		/**< counted whether its condition held or not */
	uint64_t executed;
	uint64_t executed_in_core;	/**< of those, how many after the hypervisor was entered */
	uint64_t executed_for[CENSUS_DOMAINS];	/**< of the others, since which domain's last instruction */
};

/** The same instruction at the same place is one site however often it is translated.  Never NULL: ends
 *  the program without memory. */
struct site *site_of(unsigned int column, uint32_t instruction, uint32_t va);
/** Writes "site COLUMN KEY VA EXECUTED IN-CORE CONDITIONAL FOR-DOMAIN-0 ..." of all that were executed. */
void sites_write(FILE *out);

/* -- switches.c */

/** Options "before=NAME:KEY", "after=NAME:KEY", "last=NAME:KEY", "restart=KEY": see switches.c.
 *  @return false if it can't be had */
bool switches_add_before(const char *value);
bool switches_add_after(const char *value);
bool switches_add_last(const char *value);
bool switches_add_restart(const char *value);
/** The hypervisor's core is entered. */
void switches_enter(void);
/** It ends with this instruction: a guest, the hypervisor's thread or a function that a guest has
 *  called in the window goes on. */
void switches_leave(void);
/** A guest's instruction is executed. */
void switches_guest_runs(unsigned int domain, uint32_t va);
/** Is the hypervisor's core being executed, as opposed to its thread and functions that guests call? */
bool switches_in_core(void);
/** Whose instruction was the last one of a guest; CENSUS_DOMAINS or more: nobody's yet. */
unsigned int switches_last_domain(void);
/** An operation in the hypervisor's window is executed. */
void switches_operation(uint32_t key, uint32_t va);
/** Writes "switches N" and "violation RULE COUNT VA" lines. */
void switches_write(FILE *out);

#endif
