// SPDX-License-Identifier: BSD-2-Clause
/* Mappings against a model of them: contents, rights, and the signal of each access. */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>
#include "user.h"

#define NR_PAGES	48u

/* ---- churn --------------------------------------------------------------------------------- */

struct page {
	bool is_mapped;
	int prot;
	bool is_filled;		/* with its pattern; else zeros */
	uint32_t seed;
};

struct region {
	char *start;
	struct page page[NR_PAGES];
	uint32_t state;		/* of the random numbers */
};

static const int prots[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC };

static int expected_signal(const struct page *page, enum access kind, int *code)
{
	const bool is_allowed = page->prot & (kind == ACCESS_WRITE ? PROT_WRITE : PROT_READ);

	*code = !page->is_mapped ? SEGV_MAPERR : is_allowed ? 0 : SEGV_ACCERR;
	return *code ? SIGSEGV : 0;
}

static void check_access(const struct region *region, unsigned int index, enum access kind)
{
	const struct page *page = &region->page[index];
	const char *address = region->start + index * PAGE + region->state % PAGE;
	int code, expected_code;
	const int expected = expected_signal(page, kind, &expected_code);

	CHECK_EQ(access_signal(kind, address, &code), expected);
	CHECK_EQ(code, expected_code);
}

static void check_content(const struct region *region, unsigned int index)
{
	const struct page *page = &region->page[index];
	const uint32_t *word = (const uint32_t *)(const void *)(region->start + index * PAGE);

	if (!page->is_mapped || !(page->prot & PROT_READ))
		return;
	if (page->is_filled) {
		CHECK(pattern_holds(word, PAGE, page->seed));
		return;
	}
	for (unsigned int i = 0; i < PAGE / 4; i++)
		CHECK_EQ(word[i], 0);
}

static void map_range(struct region *region, unsigned int first, unsigned int nr, int prot)
{
	CHECK_CALL((uintptr_t)mmap(region->start + first * PAGE, nr * PAGE, prot,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	for (unsigned int i = first; i < first + nr; i++)
		region->page[i] = (struct page){ .is_mapped = true, .prot = prot };
}

static void unmap_range(struct region *region, unsigned int first, unsigned int nr)
{
	CHECK_CALL(munmap(region->start + first * PAGE, nr * PAGE));
	for (unsigned int i = first; i < first + nr; i++)
		region->page[i] = (struct page){ .is_mapped = false };
}

static void protect_range(struct region *region, unsigned int first, unsigned int nr, int prot)
{
	for (unsigned int i = first; i < first + nr; i++) {
		if (!region->page[i].is_mapped)
			continue;
		CHECK_CALL(mprotect(region->start + i * PAGE, PAGE, prot));
		region->page[i].prot = prot;
	}
}

static void fill_range(struct region *region, unsigned int first, unsigned int nr)
{
	for (unsigned int i = first; i < first + nr; i++) {
		struct page *page = &region->page[i];

		if (!page->is_mapped || !(page->prot & PROT_WRITE))
			continue;
		page->is_filled = true;
		page->seed = region->state + i;
		pattern_fill(region->start + i * PAGE, PAGE, page->seed);
	}
}

static void change(struct region *region)
{
	const uint32_t random = random_next(&region->state);
	const unsigned int first = (random >> 4) % NR_PAGES;
	const unsigned int nr = 1 + (random >> 16) % (NR_PAGES - first < 8 ? NR_PAGES - first : 8);
	const int prot = prots[(random >> 24) % (sizeof(prots) / sizeof(prots[0]))];

	switch (random % 8) {
	case 0:
		return map_range(region, first, nr, prot);
	case 1:
		return unmap_range(region, first, nr);
	case 2:
	case 3:
		return protect_range(region, first, nr, prot);
	default:
		return fill_range(region, first, nr);
	}
}

void test_mm_churn(unsigned int amount)
{
	struct region region = { .state = 1 };

	region.start = pages_map(NR_PAGES, PROT_READ | PROT_WRITE);
	map_range(&region, 0, NR_PAGES, PROT_READ | PROT_WRITE);
	for (unsigned int i = 0; i < amount; i++) {
		const unsigned int index = i % NR_PAGES;

		change(&region);
		check_content(&region, index);
		check_access(&region, index, ACCESS_READ);
		check_access(&region, index, ACCESS_WRITE);
	}
	for (unsigned int i = 0; i < NR_PAGES; i++)
		check_content(&region, i);
	pages_unmap(region.start, NR_PAGES);
}

/* ---- execution ----------------------------------------------------------------------------- */

#define BX_LR	0xe12fff1eu

void test_mm_noexec(unsigned int amount)
{
	/* Under the hypervisor a kernel for ARMv5 has ARMv5's rights on every processor. */
	if (kernel_is_armv5() || personality(0xffffffff) & READ_IMPLIES_EXEC)
		test_skip("here what can be read can be executed");
	for (unsigned int i = 0; i < amount; i++) {
		uint32_t *code = pages_map(1, PROT_READ | PROT_WRITE);
		int reason;

		code[i] = BX_LR;
		code_sync(code + i, code + i + 1);
		CHECK_EQ(access_signal(ACCESS_RUN, code + i, &reason), SIGSEGV);
		CHECK_EQ(reason, SEGV_ACCERR);
		CHECK_CALL(mprotect(code, PAGE, PROT_READ | PROT_EXEC));
		CHECK_EQ(access_signal(ACCESS_RUN, code + i, NULL), 0);
		CHECK_CALL(mprotect(code, PAGE, PROT_READ));
		CHECK_EQ(access_signal(ACCESS_RUN, code + i, NULL), SIGSEGV);
		pages_unmap(code, 1);
	}
}

/* ---- one page, several addresses ----------------------------------------------------------- */

#define NR_VIEWS	5u

/* Views differ in the address bits that choose lines of aliasing caches. */
void test_mm_shared(unsigned int amount)
{
	const int file = CHECK_CALL(memfd_create("shared", 0));
	uint32_t *view[NR_VIEWS], word;

	CHECK_CALL(ftruncate(file, PAGE));
	for (unsigned int i = 0; i < NR_VIEWS; i++) {
		char *hint = (char *)(uintptr_t)(0x60000000u + i * 3 * PAGE);

		view[i] = (uint32_t *)CHECK_CALL((uintptr_t)mmap(hint, PAGE, PROT_READ | PROT_WRITE,
								 MAP_SHARED, file, 0));
	}
	for (unsigned int i = 0; i < amount; i++) {
		const unsigned int writer = i % NR_VIEWS;

		pattern_fill(view[writer], PAGE, i);
		for (unsigned int j = 0; j < NR_VIEWS; j++)
			CHECK(pattern_holds(view[j], PAGE, i));
		CHECK_EQ(pread(file, &word, sizeof(word), 0), sizeof(word));
		CHECK_EQ(word, view[writer][0]);
		word = ~i;
		CHECK_EQ(pwrite(file, &word, sizeof(word), 64), sizeof(word));
		for (unsigned int j = 0; j < NR_VIEWS; j++)
			CHECK_EQ(view[j][16], ~i);
	}
	close(file);
}
