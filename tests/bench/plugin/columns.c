// SPDX-License-Identifier: Apache-2.0
/* Who executes: the hypervisor or a guest, by physical address; its kernel or its user space. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <exen.h>

#include "count.h"

#define USER_END	0xbf000000u	/* of virtual addresses: ARM Linux; modules lie above it */

struct counts now;

static struct guest {
	char name[16];
	uint64_t first, end;		/* physical */
} guests[MAX_GUESTS];
static unsigned int nr_guests;

static struct {
	uint64_t first, end;		/* physical */
	uint32_t words;			/* of code, at the window's start */
	uint64_t *profile;
} hv;

static struct {
	uint64_t first, end;		/* virtual */
} processor;

bool columns_add_guest(const char *value)
{
	struct guest *g = &guests[nr_guests];

	if (nr_guests == MAX_GUESTS ||
	    sscanf(value, "%15[^:]:%" SCNi64 ":%" SCNi64, g->name, &g->first, &g->end) != 3)
		return false;
	nr_guests++;
	return true;
}

bool columns_set_hypervisor(const char *value)
{
	uint32_t text_bytes;

	if (sscanf(value, "%" SCNi64 ":%" SCNi64 ":%" SCNi32, &hv.first, &hv.end, &text_bytes) != 3)
		return false;
	hv.words = text_bytes / 4;
	hv.profile = calloc(hv.words, sizeof(*hv.profile));
	return hv.profile;
}

bool columns_set_processor(const char *value)
{
	return sscanf(value, "%" SCNi64 ":%" SCNi64, &processor.first, &processor.end) == 2;
}

/* While it boots the hypervisor is elsewhere in memory, but behind the same window. */
static bool in_window(uint64_t va)
{
	return hv.words && va >= EXEN_WINDOW_BASE && va - EXEN_WINDOW_BASE < EXEN_WINDOW_SIZE;
}

unsigned int column_of(uint64_t va, uint64_t pa)
{
	if (va >= processor.first && va < processor.end)
		return COLUMN_PROCESSOR;
	if (in_window(va) || (pa >= hv.first && pa < hv.end))
		return COLUMN_HYPERVISOR;
	for (unsigned int i = 0; i < nr_guests; i++) {
		if (pa >= guests[i].first && pa < guests[i].end)
			return COLUMN_GUESTS + 2 * i + (va < USER_END && va != pa);
	}
	return COLUMN_OTHER;
}

unsigned int columns_nr(void)
{
	return COLUMN_GUESTS + 2 * nr_guests;
}

const char *columns_guest(unsigned int column)
{
	const unsigned int i = (column - COLUMN_GUESTS) / 2;

	return column >= COLUMN_GUESTS && i < nr_guests ? guests[i].name : "-";
}

uint64_t *columns_profile(uint64_t va)
{
	const uint64_t word = (va - EXEN_WINDOW_BASE) / 4;

	return in_window(va) && word < hv.words ? &hv.profile[word] : NULL;
}

const uint64_t *columns_profile_all(uint32_t *words)
{
	*words = hv.words;
	return hv.profile;
}

void columns_write_names(FILE *out)
{
	fputs("columns entries other hypervisor processor", out);
	for (unsigned int i = 0; i < nr_guests; i++)
		fprintf(out, " %s-kernel %s-user", guests[i].name, guests[i].name);
	fputc('\n', out);
}
