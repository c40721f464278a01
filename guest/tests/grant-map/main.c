/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grant-map - a frame of another domain is mapped, used by both, unmapped
 *
 * Dom0 grants eight pages; domain 1 maps them, sees their content, writes; dom0 sees that, and the
 * entries' flags say that they are in use until they are unmapped.  Read-only grants can't be mapped
 * writable.  A hundred rounds: nothing is used up.
 */
#include <exentest.h>

#define NR_PAGES	8
#define FIRST_REF	16
#define READONLY_REF	30
#define ROUNDS		100

static uint32_t pages[NR_PAGES][GUEST_PAGE_SIZE / 4] __attribute__((aligned(4096)));

static uint32_t pattern(uint32_t round, uint32_t page, uint32_t i)
{
	return round * 0x01000193 + page * 0x10001 + i;
}

static void fill(uint32_t round)
{
	for (uint32_t p = 0; p < NR_PAGES; p++)
		for (uint32_t i = 0; i < GUEST_PAGE_SIZE / 4; i++)
			pages[p][i] = pattern(round, p, i);
}

static void check_inverted(uint32_t round)
{
	for (uint32_t p = 0; p < NR_PAGES; p++)
		for (uint32_t i = 0; i < GUEST_PAGE_SIZE / 4; i++)
			CHECK_EQ(*(volatile uint32_t *)&pages[p][i], ~pattern(round, p, i));
}

static void dom0(void)
{
	grant_entry_v1_t *entry = gnttab_table();

	gnttab_grant(READONLY_REF, peer_domid(), pages[0], true);
	for (uint32_t round = 1; round <= ROUNDS; round++) {
		fill(round);
		for (uint32_t p = 0; p < NR_PAGES; p++)
			gnttab_grant(FIRST_REF + p, peer_domid(), pages[p], false);
		peer_signal(2 * round - 1);
		peer_await(2 * round - 1);		/* mapped and inverted */
		check_inverted(round);
		for (uint32_t p = 0; p < NR_PAGES; p++) {
			CHECK(entry[FIRST_REF + p].flags & GTF_writing);
			CHECK(!gnttab_end_access(FIRST_REF + p));
		}
		peer_signal(2 * round);
		peer_await(2 * round);			/* unmapped */
		for (uint32_t p = 0; p < NR_PAGES; p++)
			CHECK(gnttab_end_access(FIRST_REF + p));
	}
	CHECK(gnttab_end_access(READONLY_REF));
}

static void invert(struct gnttab_mapping *m, uint32_t round, uint32_t page)
{
	volatile uint32_t *word = m->va;

	for (uint32_t i = 0; i < GUEST_PAGE_SIZE / 4; i++) {
		CHECK_EQ(word[i], pattern(round, page, i));
		word[i] = ~word[i];
	}
}

static void read_only(void)
{
	struct gnttab_mapping m;
	uint32_t value;

	CHECK(gnttab_map(&m, 0, 0, READONLY_REF, false) < 0);
	CHECK_EQ(gnttab_map(&m, 0, 0, READONLY_REF, true), GNTST_okay);
	CHECK(probe_read(m.va, &value));
	CHECK_EQ(value, pattern(1, 0, 0));
	if (cpu_is_v6)
		CHECK(!probe_write(m.va, value));
	CHECK_EQ(gnttab_unmap(&m), GNTST_okay);
	CHECK(!probe_read(foreign_page(0), &value));
}

static void domu(void)
{
	struct gnttab_mapping m[NR_PAGES];

	for (uint32_t round = 1; round <= ROUNDS; round++) {
		peer_await(2 * round - 1);
		if (round == 1)
			read_only();
		for (uint32_t p = 0; p < NR_PAGES; p++) {
			CHECK_EQ(gnttab_map(&m[p], p, 0, FIRST_REF + p, false), GNTST_okay);
			invert(&m[p], round, p);
		}
		peer_signal(2 * round - 1);
		peer_await(2 * round);
		for (uint32_t p = 0; p < NR_PAGES; p++)
			CHECK_EQ(gnttab_unmap(&m[p]), GNTST_okay);
		peer_signal(2 * round);
	}
}

EXENTEST2(dom0, domu);
