// SPDX-License-Identifier: Apache-2.0
/* Instructions between two points, each time, and where in the hypervisor they were. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"

#define PROFILED_SAMPLES	32	/* of each section: a profile costs time */

static struct section {
	bool open;
	bool seen[MAX_COLUMNS];		/* for snapshots: once a guest */
	unsigned int profiled;
	struct counts start;
	uint64_t *profile_start;	/* the hypervisor's counters when it was opened */
	uint64_t *profile_sum;
} sections[MAX_IDS];

static void profile_begin(struct section *s)
{
	uint32_t words;
	const uint64_t *profile = columns_profile_all(&words);

	if (!words || s->profiled == PROFILED_SAMPLES)
		return;
	if (!s->profile_start) {
		s->profile_start = calloc(words, sizeof(*profile));
		s->profile_sum = calloc(words, sizeof(*profile));
	}
	memcpy(s->profile_start, profile, words * sizeof(*profile));
}

static void profile_end(struct section *s)
{
	uint32_t words;
	const uint64_t *profile = columns_profile_all(&words);

	if (!words || s->profiled == PROFILED_SAMPLES)
		return;
	for (uint32_t i = 0; i < words; i++)
		s->profile_sum[i] += profile[i] - s->profile_start[i];
	s->profiled++;
}

void section_begin(unsigned int id, unsigned int skip_column)
{
	struct section *s = &sections[id];

	s->open = true;
	s->start = now;
	if (skip_column != NO_COLUMN)
		s->start.n[skip_column]++;
	profile_begin(s);
}

static void write_counts(FILE *out, const char *what, unsigned int id, unsigned int column,
			 const struct counts *start)
{
	fprintf(out, "%s %u %s", what, id, columns_guest(column));
	for (unsigned int i = 0; i < columns_nr(); i++)
		fprintf(out, " %" PRIu64, now.n[i] - start->n[i]);
	fputc('\n', out);
}

void section_end(unsigned int id, unsigned int column, FILE *out)
{
	struct section *s = &sections[id];

	if (!s->open)
		return;
	s->open = false;
	write_counts(out, "sample", id, column, &s->start);
	profile_end(s);
}

void section_snapshot(unsigned int id, unsigned int column, FILE *out)
{
	static const struct counts zero;
	struct section *s = &sections[id];
	bool *seen = &s->seen[column == NO_COLUMN ? COLUMN_OTHER : column];

	if (*seen)
		return;
	*seen = true;
	write_counts(out, "snapshot", id, column, &zero);
	section_begin(id, NO_COLUMN);
	if (s->profile_start) {
		uint32_t words;

		columns_profile_all(&words);
		memcpy(s->profile_sum, s->profile_start, words * sizeof(*s->profile_sum));
		s->profiled = 1;
	}
	s->open = false;
}

void sections_write_profiles(FILE *out)
{
	uint32_t words;

	columns_profile_all(&words);
	for (unsigned int id = 0; id < MAX_IDS; id++) {
		const struct section *s = &sections[id];

		if (!s->profiled)
			continue;
		fprintf(out, "profile %u %u\n", id, s->profiled);
		for (uint32_t i = 0; i < words; i++) {
			if (s->profile_sum[i])
				fprintf(out, "  %x %" PRIu64 "\n", 4 * i, s->profile_sum[i]);
		}
	}
}
