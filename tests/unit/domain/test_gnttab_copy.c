/* SPDX-License-Identifier: Apache-2.0 */
/* GNTTABOP_copy: both directions, and all that it refuses. */
#include <string.h>

#include "unit.h"

#define REF	20u

static struct gnttab_copy op;

static int copy(struct domain *d)
{
	CHECK_EQ(call_arg(d, CALL_grant_table_op, GNTTABOP_copy, &op, sizeof(op)), 0);
	return op.status;
}

static void fill(struct domain *d, unsigned int n, const char *text)
{
	memcpy(page_ptr(d, n), text, strlen(text) + 1);
}

/* dom0 reads 100 bytes of dom1's page 9 into its own page 5. */
static void prepare(bool is_readonly)
{
	grant(dom[1], REF, 0, page_frame(dom[1], 9), is_readonly);
	op = (struct gnttab_copy){
		.source = { .u.ref = REF, .domid = 1 },
		.dest = { .u.gmfn = page_frame(dom[0], 5), .domid = DOMID_SELF },
		.len = 100,
		.flags = GNTCOPY_source_gref,
	};
}

TEST(copy_from_a_grant)
{
	prepare(true);
	fill(dom[1], 9, "from dom1");
	CHECK_EQ(copy(dom[0]), GNTST_okay);
	CHECK(!strcmp(page_ptr(dom[0], 5), "from dom1"));
	CHECK_EQ(grant_entry(dom[1], REF)->flags, GTF_permit_access | GTF_readonly);
}

TEST(copy_to_a_grant)
{
	prepare(false);
	op.dest = (struct gnttab_copy_ptr){ .u.ref = REF, .domid = 1, .offset = 4000 };
	op.source = (struct gnttab_copy_ptr){ .u.gmfn = page_frame(dom[0], 5), .domid = 0 };
	op.flags = GNTCOPY_dest_gref;
	op.len = 96;
	fill(dom[0], 5, "from dom0");
	CHECK_EQ(copy(dom[0]), GNTST_okay);
	CHECK(!strcmp((char *)page_ptr(dom[1], 9) + 4000, "from dom0"));
}

TEST(copy_between_two_grants)
{
	prepare(false);
	grant(dom[2], REF + 1, 0, page_frame(dom[2], 7), false);
	op.dest = (struct gnttab_copy_ptr){ .u.ref = REF + 1, .domid = 2 };
	op.flags = GNTCOPY_source_gref | GNTCOPY_dest_gref;
	fill(dom[1], 9, "through dom0");
	CHECK_EQ(copy(dom[0]), GNTST_okay);
	CHECK(!strcmp(page_ptr(dom[2], 7), "through dom0"));
}

TEST(copy_within_one_page)
{
	prepare(false);
	op.source = (struct gnttab_copy_ptr){ .u.gmfn = page_frame(dom[0], 5), .domid = DOMID_SELF };
	op.dest.offset = 2;
	op.flags = 0;
	fill(dom[0], 5, "overlap");
	CHECK_EQ(copy(dom[0]), GNTST_okay);
	CHECK(!strcmp((char *)page_ptr(dom[0], 5) + 2, "overlap"));
}

TEST(copy_of_a_whole_page_and_of_nothing)
{
	prepare(false);
	memset(page_ptr(dom[1], 9), 0x5a, PAGE_SIZE);
	op.len = PAGE_SIZE;
	CHECK_EQ(copy(dom[0]), GNTST_okay);
	CHECK(!memcmp(page_ptr(dom[0], 5), page_ptr(dom[1], 9), PAGE_SIZE));
	CHECK_EQ(*(uint8_t *)page_ptr(dom[0], 6), 0);
	op.len = 0;
	CHECK_EQ(copy(dom[0]), GNTST_okay);
}

/* 1,000 bytes of page 5 to elsewhere in it. */
static void copy_within(uint16_t to, uint16_t from)
{
	uint8_t *page_5 = page_ptr(dom[0], 5);

	prepare(false);
	for (unsigned int i = 0; i < PAGE_SIZE; i++)
		page_5[i] = (uint8_t)(i * 7 + i / 256);
	op.source = op.dest;
	op.source.offset = from;
	op.dest.offset = to;
	op.len = 1000;
	op.flags = 0;
	CHECK_EQ(copy(dom[0]), GNTST_okay);
	for (unsigned int i = 0; i < PAGE_SIZE; i++) {
		const unsigned int is = i >= to && i < to + 1000u ? i - to + from : i;

		CHECK_EQ(page_5[i], (uint8_t)(is * 7 + is / 256));
	}
}

TEST(copy_over_itself)
{
	copy_within(0, 3);
	copy_within(3, 0);
	copy_within(100, 130);
	copy_within(500, 100);
	copy_within(3000, 0);
}

static void prepare_page(void)
{
	prepare(false);
	for (unsigned int i = 0; i < PAGE_SIZE; i++)
		((uint8_t *)page_ptr(dom[1], 9))[i] = (uint8_t)(i * 7 + i / 256);
	op.len = PAGE_SIZE;
}

static unsigned int nr_preempted;

static void count_preempts(unsigned int nr)
{
	nr_preempted = nr;
}

TEST(copy_is_begun_anew_when_preempted)
{
	prepare_page();
	nr_preempted = 0;
	host_on_preempt(count_preempts);
	host_preempt(3);
	CHECK_EQ(copy(dom[0]), GNTST_okay);
	CHECK_EQ(nr_preempted, 4);
	CHECK(!memcmp(page_ptr(dom[0], 5), page_ptr(dom[1], 9), PAGE_SIZE));
}

TEST(copy_ends_whoever_preempts_it)
{
	prepare_page();
	host_on_preempt(count_preempts);
	host_preempt(1000000);
	CHECK_EQ(copy(dom[0]), GNTST_okay);
	CHECK_EQ(nr_preempted, 9);
	CHECK(!memcmp(page_ptr(dom[0], 5), page_ptr(dom[1], 9), PAGE_SIZE));
}

TEST(copy_flushes_what_it_uses)
{
	unsigned int flushed;

	prepare(false);
	flushed = host_nr_flushed();
	op.source.offset = 30;
	op.dest.offset = 7;
	op.len = 1500;
	CHECK_EQ(copy(dom[0]), GNTST_okay);
	CHECK_EQ(host_nr_flushed(), flushed + 2 * 1500);
	copy_within(3, 0);
	CHECK(host_nr_flushed() >= flushed + 2 * 1500 + 2 * op.len);
}

static void end_grant(unsigned int nr)
{
	if (nr == 2)
		dom[1]->gnttab->entry[REF].flags = 0;
}

TEST(copy_whose_grant_ends_meanwhile)
{
	prepare_page();
	host_on_preempt(end_grant);
	host_preempt(1);
	CHECK_EQ(copy(dom[0]), GNTST_general_error);
	CHECK_EQ(*(uint8_t *)page_ptr(dom[0], 5), 0);
}

TEST(copy_over_the_end_of_a_page)
{
	prepare(false);
	op.source.offset = PAGE_SIZE - 99;
	CHECK_EQ(copy(dom[0]), GNTST_bad_copy_arg);
	op.source.offset = 0;
	op.dest.offset = 0xffff;
	CHECK_EQ(copy(dom[0]), GNTST_bad_copy_arg);
	op.dest.offset = 0;
	op.len = 0xffff;
	CHECK_EQ(copy(dom[0]), GNTST_bad_copy_arg);
	op.len = PAGE_SIZE + 1;
	CHECK_EQ(copy(dom[0]), GNTST_bad_copy_arg);
}

TEST(copy_is_refused)
{
	prepare(true);
	op.flags |= 4;
	CHECK_EQ(copy(dom[0]), GNTST_general_error);
	prepare(true);
	CHECK_EQ(copy(dom[2]), GNTST_general_error);		/* granted to dom0 */
	op.source.domid = 7;
	CHECK_EQ(copy(dom[0]), GNTST_bad_domain);
	prepare(true);
	op.source.u.ref = NR_GRANT_REFS;
	CHECK_EQ(copy(dom[0]), GNTST_bad_gntref);
	prepare(true);
	grant_entry(dom[1], REF)->frame = page_frame(dom[2], 9);
	CHECK_EQ(copy(dom[0]), GNTST_bad_page);			/* not dom1's to grant */
	prepare(true);
	op.dest = (struct gnttab_copy_ptr){ .u.ref = REF, .domid = 1 };
	op.source = (struct gnttab_copy_ptr){ .u.gmfn = page_frame(dom[0], 5), .domid = 0 };
	op.flags = GNTCOPY_dest_gref;
	CHECK_EQ(copy(dom[0]), GNTST_general_error);		/* read-only */
}

/* Frames are named only by their owner; being dom0 doesn't help. */
TEST(copy_by_frame_only_of_ones_own)
{
	prepare(false);
	op.dest.domid = 1;
	CHECK_EQ(copy(dom[0]), GNTST_permission_denied);
	prepare(false);
	op.dest.u.gmfn = page_frame(dom[1], 9);
	CHECK_EQ(copy(dom[0]), GNTST_bad_page);
	op.dest.u.gmfn = HOST_SHARED_PA >> PAGE_SHIFT;
	CHECK_EQ(copy(dom[0]), GNTST_bad_page);
	op.dest.u.gmfn = (1ull << 52) + page_frame(dom[0], 5);
	CHECK_EQ(copy(dom[0]), GNTST_bad_page);
	op.dest.u.gmfn = UINT64_MAX;
	CHECK_EQ(copy(dom[0]), GNTST_bad_page);
}

TEST(copy_from_an_ended_domain)
{
	prepare(false);
	domain_shutdown(dom[1], SHUTDOWN_poweroff);
	CHECK_EQ(copy(dom[0]), GNTST_bad_domain);
}
