/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The counting plugin's parts: columns (who executes), sections (between which two points) and
 * masked runs (how long interrupts are off).  One emulated CPU, so nothing is locked.
 */
#ifndef COUNT_H
#define COUNT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_GUESTS	4
#define MAX_COLUMNS	(4 + 2 * MAX_GUESTS)
#define MAX_IDS		256

/**
 * Columns: entries into the hypervisor's core (a count of their own), instructions of what is neither,
 * of the hypervisor, of the processor functions in its window, which guests call as their own, and of
 * kernel and user space of each guest.  The hypervisor's include the clock, which guests call, too.
 */
enum { COLUMN_ENTRIES, COLUMN_OTHER, COLUMN_HYPERVISOR, COLUMN_PROCESSOR, COLUMN_GUESTS };

struct counts {
	uint64_t n[MAX_COLUMNS];
};

/** Since reset, before the instruction whose callback runs. */
extern struct counts now;

/* -- columns.c */

/** Option "guest=NAME:FIRST:END": a domain's physical memory.  @return false if it can't be had */
bool columns_add_guest(const char *value);
/** Option "hv=FIRST:END:TEXT": the hypervisor's physical memory and the bytes of code at its start. */
bool columns_set_hypervisor(const char *value);
/** Option "processor=FIRST:END": virtual addresses of the processor functions. */
bool columns_set_processor(const char *value);
/** Column of an instruction.  Code below TASK_SIZE is user space unless the MMU is off (va == pa). */
unsigned int column_of(uint64_t va, uint64_t pa);
unsigned int columns_nr(void);
/** Name of the guest that a column is of, "-" if it is of none. */
const char *columns_guest(unsigned int column);
/** Execution counter of the hypervisor's instruction at @p va, NULL outside of its code. */
uint64_t *columns_profile(uint64_t va);
/** All of them; @p words: how many. */
const uint64_t *columns_profile_all(uint32_t *words);
void columns_write_names(FILE *out);

/* -- sections.c */

/** The instruction after @p skip opens (again) section @p id; it ends at section_end(). */
void section_begin(unsigned int id, unsigned int skip_column);
/** Writes "sample ID GUEST COUNTS..." unless the section isn't open; @p column: who ends it. */
void section_end(unsigned int id, unsigned int column, FILE *out);
/** Writes "snapshot ID GUEST COUNTS..." of each guest's first time, and keeps the hypervisor's profile up
 *  to then; @p column: whose. */
void section_snapshot(unsigned int id, unsigned int column, FILE *out);
/** Writes "profile ID SAMPLES" and "  OFFSET COUNT" for each of the hypervisor's instructions. */
void sections_write_profiles(FILE *out);

#define NO_COLUMN	MAX_COLUMNS	/**< for skip_column: nothing is left out */

/* -- masked.c */

enum masked_event {
	MASKED_ENTER,		/**< the hypervisor's core is entered, interrupts masked */
	MASKED_LEAVE,		/**< its last instruction */
	MASKED_SAVE,		/**< its thread masks interrupts; nests */
	MASKED_RESTORE,
	MASKED_POLL,		/**< pending interrupts are taken here: a new run starts */
	MASKED_TAG,		/**< what the run is for: the first one that is hit */
	MASKED_START,		/**< boot ends: from here on runs are noted */
};

/** A place in the hypervisor that matters for masked runs. */
struct masked_point {
	enum masked_event event;
	uint64_t va;
	char name[48];
};

/** Option "masked=EVENT:NAME:VA".  @return false if it can't be had */
bool masked_add(const char *value);
/** The point at @p va; NULL if there is none. */
const struct masked_point *masked_find(uint64_t va);
void masked_hit(const struct masked_point *point);
/** A guest's instruction is executed: the hypervisor has been left, whichever way. */
void masked_guest_runs(void);
/** Writes "masked ENTRY TAG RUNS SUM LONGEST" lines. */
void masked_write(FILE *out);

#endif
