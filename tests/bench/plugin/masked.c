// SPDX-License-Identifier: Apache-2.0
/*
 * How long the hypervisor keeps interrupts off: instructions from an entry into its core, or from
 * where its thread masks them, to where they can be taken again.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"

#define MAX_POINTS	512
#define MAX_KINDS	256

static struct masked_point points[MAX_POINTS];
static unsigned int nr_points;

static bool started;
static bool in_core;
static unsigned int depth;		/* of the thread's irq_save() */
static uint64_t run_start;		/* in instructions of the hypervisor */
static const struct masked_point *run_entry, *run_tag;

/* Runs by what they began with and what they were for. */
static struct kind {
	const struct masked_point *entry, *tag;
	uint64_t runs, sum, longest;
} kinds[MAX_KINDS];
static unsigned int nr_kinds;

static const struct {
	const char *name;
	enum masked_event event;
} event_names[] = {
	{ "enter", MASKED_ENTER }, { "leave", MASKED_LEAVE }, { "save", MASKED_SAVE },
	{ "restore", MASKED_RESTORE }, { "poll", MASKED_POLL }, { "tag", MASKED_TAG },
	{ "start", MASKED_START },
};

bool masked_add(const char *value)
{
	struct masked_point *p = &points[nr_points];
	char event[16];

	if (nr_points == MAX_POINTS ||
	    sscanf(value, "%15[^:]:%47[^:]:%" SCNi64, event, p->name, &p->va) != 3)
		return false;
	for (unsigned int i = 0; i < sizeof(event_names) / sizeof(event_names[0]); i++) {
		if (!strcmp(event, event_names[i].name)) {
			p->event = event_names[i].event;
			nr_points++;
			return true;
		}
	}
	return false;
}

const struct masked_point *masked_find(uint64_t va)
{
	for (unsigned int i = 0; i < nr_points; i++) {
		if (points[i].va == va)
			return &points[i];
	}
	return NULL;
}

static void run_begin(const struct masked_point *entry)
{
	run_start = now.n[COLUMN_HYPERVISOR];
	run_entry = entry;
	run_tag = NULL;
}

static struct kind *kind_of_run(void)
{
	for (unsigned int i = 0; i < nr_kinds; i++) {
		if (kinds[i].entry == run_entry && kinds[i].tag == run_tag)
			return &kinds[i];
	}
	if (nr_kinds == MAX_KINDS) {
		fprintf(stderr, "count: too many kinds of masked runs\n");
		abort();
	}
	kinds[nr_kinds] = (struct kind){ .entry = run_entry, .tag = run_tag };
	return &kinds[nr_kinds++];
}

static void run_end(void)
{
	const uint64_t length = now.n[COLUMN_HYPERVISOR] - run_start;
	struct kind *k = kind_of_run();

	if (!started)
		return;
	k->runs++;
	k->sum += length;
	if (length > k->longest)
		k->longest = length;
}

static void leave(void)
{
	if (in_core)
		run_end();
	in_core = false;
}

/* The thread can't be interrupted while it has them masked, so depth counts its calls only. */
static void save(const struct masked_point *point)
{
	if (!in_core && !depth++)
		run_begin(point);
}

static void restore(void)
{
	if (!in_core && depth && !--depth)
		run_end();
}

void masked_hit(const struct masked_point *point)
{
	switch (point->event) {
	case MASKED_ENTER:
		now.n[COLUMN_ENTRIES]++;
		in_core = true;
		run_begin(point);
		break;
	case MASKED_LEAVE:
		leave();
		break;
	case MASKED_SAVE:
		save(point);
		break;
	case MASKED_RESTORE:
		restore();
		break;
	case MASKED_POLL:
		if (in_core || depth) {
			run_end();
			run_begin(point);
		}
		break;
	case MASKED_TAG:
		if (!run_tag)
			run_tag = point;
		break;
	case MASKED_START:
		started = true;
		in_core = false;
		depth = 0;
		break;
	}
}

void masked_guest_runs(void)
{
	leave();
}

void masked_write(FILE *out)
{
	for (unsigned int i = 0; i < nr_kinds; i++) {
		const struct kind *k = &kinds[i];

		if (k->runs)
			fprintf(out, "masked %s %s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
				k->entry->name, k->tag ? k->tag->name : "-", k->runs, k->sum,
				k->longest);
	}
}
