// SPDX-License-Identifier: Apache-2.0
/*
 * What belongs to a switch of address spaces by the hypervisor: a write of TTBR0 between an entry into
 * its core and the next instruction of a guest.
 *
 *	before=NAME:KEY		one operation of that NAME between the entry and the write
 *	after=NAME:KEY		one of that NAME between the write and the guest
 *	last=NAME:KEY		one of that NAME between the last "after" and the guest
 *	restart=KEY		an operation that counts as part of the write: "after" begins after it
 *
 * Switching the domain without such a write is a violation, too.
 */
#include <inttypes.h>
#include <string.h>

#include "census.h"

#define MAX_ITEMS	64
#define NAME_LEN	32

/* Rules are bits of a word; several operations may stand for one rule. */
static struct rule {
	char name[NAME_LEN];
	uint64_t violations;
	uint32_t va;		/* of the last one: the guest's instruction or the TTBR0 write */
} rules[32];
static unsigned int nr_rules;

static struct item {
	enum { BEFORE, AFTER, LAST, RESTART } kind;
	uint32_t key;
	uint32_t rule;		/* its bit */
} items[MAX_ITEMS];
static unsigned int nr_items;

static uint32_t all_before, all_after;		/* rules of each kind; "last" are in all_after */
static uint32_t all_last;
static uint32_t seen_before, seen_after;
static bool in_core;
static bool written;		/* TTBR0, since a guest ran */
static bool unchecked;		/* what must come after that write */
static unsigned int last_domain = ~0u;
static uint64_t nr_switches, nr_unwritten;
static uint32_t unwritten_va;

static uint32_t rule_bit(const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_rules && strcmp(rules[i].name, name); i++)
		;
	if (i == sizeof(rules) / sizeof(rules[0]))
		return 0;
	if (i == nr_rules)
		snprintf(rules[nr_rules++].name, NAME_LEN, "%s", name);
	return 1u << i;
}

static bool add(int kind, const char *value, uint32_t *all)
{
	struct item *item = &items[nr_items];
	char name[NAME_LEN];

	if (nr_items == MAX_ITEMS || sscanf(value, "%31[^:]:%" SCNx32, name, &item->key) != 2)
		return false;
	item->kind = kind;
	item->rule = rule_bit(name);
	*all |= item->rule;
	nr_items++;
	return item->rule;
}

bool switches_add_before(const char *value)
{
	return add(BEFORE, value, &all_before);
}

bool switches_add_after(const char *value)
{
	return add(AFTER, value, &all_after);
}

bool switches_add_last(const char *value)
{
	return add(LAST, value, &all_after) && (all_last |= items[nr_items - 1].rule);
}

bool switches_add_restart(const char *value)
{
	struct item *item = &items[nr_items];

	if (nr_items == MAX_ITEMS || sscanf(value, "%" SCNx32, &item->key) != 1)
		return false;
	item->kind = RESTART;
	nr_items++;
	return true;
}

static void note_missing(uint32_t missing, uint32_t va)
{
	for (unsigned int i = 0; i < nr_rules; i++) {
		if (missing & 1u << i) {
			rules[i].violations++;
			rules[i].va = va;
		}
	}
}

/* Whoever runs next, a guest or the hypervisor's own thread, runs in the new address space. */
static void check_write(uint32_t va)
{
	if (unchecked)
		note_missing(all_after & ~seen_after, va);
	unchecked = false;
}

void switches_enter(void)
{
	check_write(0);
	seen_before = 0;
	in_core = true;
}

void switches_leave(void)
{
	in_core = false;
}

bool switches_in_core(void)
{
	return in_core;
}

unsigned int switches_last_domain(void)
{
	return last_domain;
}

static void write_ttbr0(uint32_t va)
{
	nr_switches++;
	note_missing(all_before & ~seen_before, va);
	seen_before = 0;
	seen_after = 0;
	written = true;
	unchecked = true;
}

void switches_operation(uint32_t key, uint32_t va)
{
	if (!in_core)
		return;
	if (key == KEY_TTBR0_WRITE)
		write_ttbr0(va);
	for (unsigned int i = 0; i < nr_items; i++) {
		if (items[i].key != key)
			continue;
		if (items[i].kind == BEFORE)
			seen_before |= items[i].rule;
		else if (items[i].kind == AFTER)
			seen_after = (seen_after & ~all_last) | items[i].rule;
		else if (items[i].kind == LAST)
			seen_after |= items[i].rule;
		else
			seen_after = 0;
	}
}

void switches_guest_runs(unsigned int domain, uint32_t va)
{
	if (!unchecked && !in_core && !written && domain == last_domain)
		return;
	check_write(va);
	if (!written && domain != last_domain && last_domain != ~0u) {
		nr_unwritten++;
		unwritten_va = va;
	}
	in_core = false;
	written = false;
	last_domain = domain;
}

void switches_write(FILE *out)
{
	fprintf(out, "switches %" PRIu64 "\n", nr_switches);
	for (unsigned int i = 0; i < nr_rules; i++) {
		if (rules[i].violations)
			fprintf(out, "violation %s %" PRIu64 " %08" PRIx32 "\n", rules[i].name,
				rules[i].violations, rules[i].va);
	}
	if (nr_unwritten)
		fprintf(out, "violation domain-without-ttbr0 %" PRIu64 " %08" PRIx32 "\n", nr_unwritten,
			unwritten_va);
}
