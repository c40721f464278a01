// SPDX-License-Identifier: Apache-2.0
/* How often each operation was executed at each place, and by whom. */
#include <inttypes.h>
#include <stdlib.h>

#include "census.h"

#define ALWAYS	0xe0000000u	/* condition field */
#define BUCKETS	4096u	/* a power of 2 */

static struct site *buckets[BUCKETS];

static struct site **bucket_of(uint32_t key, uint32_t va)
{
	return &buckets[((va >> 2) ^ key * 2654435761u >> 16) % BUCKETS];
}

struct site *site_of(unsigned int column, uint32_t instruction, uint32_t va)
{
	const uint32_t key = key_of(instruction);
	struct site **bucket = bucket_of(key, va), *site;

	for (site = *bucket; site; site = site->next) {
		if (site->column == column && site->key == key && site->va == va)
			return site;
	}
	site = calloc(1, sizeof(*site));
	if (!site) {
		perror("census");
		abort();
	}
	*site = (struct site){ .next = *bucket, .key = key, .va = va, .column = column,
			       .is_conditional = instruction < ALWAYS };
	*bucket = site;
	return site;
}

static void site_write(FILE *out, const struct site *site)
{
	fprintf(out, "site %u %08" PRIx32 " %08" PRIx32 " %" PRIu64 " %" PRIu64 " %d", site->column,
		site->key, site->va, site->executed, site->executed_in_core, site->is_conditional);
	for (unsigned int i = 0; i < CENSUS_DOMAINS; i++)
		fprintf(out, " %" PRIu64, site->executed_for[i]);
	fputc('\n', out);
}

void sites_write(FILE *out)
{
	for (unsigned int i = 0; i < BUCKETS; i++) {
		for (const struct site *site = buckets[i]; site; site = site->next) {
			if (site->executed)
				site_write(out, site);
		}
	}
}
