/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grant-copy - GNTTABOP_copy copies between domains exactly what was asked for
 *
 * From and to a granted page at offsets and lengths up to a page, not one byte more; a read-only
 * grant is not written; lengths and offsets that leave the page are refused, as are references that
 * are not granted, frames that are not the caller's, and the operation's count as a bad pointer.
 */
#include <exentest.h>

#define REF		16
#define READONLY_REF	17
#define GUARD		0xee

static uint8_t page[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));
static uint8_t local[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));

static uint8_t pattern(uint32_t i)
{
	return (uint8_t)(i * 7 + i / 256);
}

static void dom0(void)
{
	for (uint32_t i = 0; i < sizeof(page); i++)
		page[i] = pattern(i);
	gnttab_grant(REF, peer_domid(), page, false);
	gnttab_grant(READONLY_REF, peer_domid(), page, true);
	peer_signal(1);
	peer_await(1);				/* has written [100, 300) */
	for (uint32_t i = 0; i < sizeof(page); i++)
		CHECK_EQ(*(volatile uint8_t *)&page[i],
			 i >= 100 && i < 300 ? (uint8_t)~pattern(i) : pattern(i));
	CHECK(gnttab_end_access(REF));
	CHECK(gnttab_end_access(READONLY_REF));
	peer_signal(2);
	peer_await(2);
}

static void copy_to_other_offset(uint32_t to, uint32_t from, uint32_t len)
{
	memset(local, GUARD, sizeof(local));
	CHECK_EQ(gnttab_copy_from(local + to, 0, REF, from, len), GNTST_okay);
	for (uint32_t i = 0; i < sizeof(local); i++)
		CHECK_EQ(*(volatile uint8_t *)&local[i],
			 i >= to && i < to + len ? pattern(i - to + from) : GUARD);
}

static void copy_in(uint32_t offset, uint32_t len)
{
	copy_to_other_offset(offset, offset, len);
}

/* Each alignment of one to the other, with some blocks and a rest, or without. */
static void copy_shifted(void)
{
	for (uint32_t to = 0; to < 4; to++) {
		for (uint32_t from = 1024; from < 1028; from++) {
			copy_to_other_offset(to, from, 29 + from % 4);
			copy_to_other_offset(to, from, 64);
			copy_to_other_offset(to, from, 700 + to);
		}
	}
}

static void refused(void)
{
	gnttab_copy_t op = {
		.source = { .u.gmfn = 0xfffff, .domid = DOMID_SELF },
		.dest = { .u.ref = REF, .domid = 0 },
		.len = 16,
		.flags = GNTCOPY_dest_gref,
	};

	CHECK(gnttab_copy(&op) < 0);			/* not the caller's frame */
	op.source.u.gmfn = exen_ops()->window_pa >> 12;
	CHECK(gnttab_copy(&op) < 0);			/* the hypervisor's */
	CHECK(gnttab_copy_from(local, 0, REF, 4090, 16) < 0);
	CHECK(gnttab_copy_from(local, 0, REF, 0xffff, 1) < 0);
	CHECK(gnttab_copy_from(local + 4090, 0, REF, 0, 16) < 0);
	CHECK(gnttab_copy_from(local, 0, 40, 0, 16) < 0);
	CHECK(gnttab_copy_from(local, 0, 0xffffffff, 0, 16) < 0);
	CHECK(gnttab_copy_from(local, 55, REF, 0, 16) < 0);
	CHECK(gnttab_copy_to(0, READONLY_REF, 0, local, 16) < 0);
	CHECK_EQ(grant_table_op(GNTTABOP_copy, (void *)0x1000, 1), -XEN_EFAULT);
}

static void domu(void)
{
	peer_await(1);
	copy_in(0, GUEST_PAGE_SIZE);
	copy_in(0, 1);
	copy_in(4095, 1);
	copy_in(13, 1000);
	copy_in(2048, 2048);
	copy_shifted();
	refused();
	for (uint32_t i = 0; i < sizeof(local); i++)
		local[i] = (uint8_t)~pattern(i);
	CHECK_EQ(gnttab_copy_to(0, REF, 100, local + 100, 200), GNTST_okay);
	peer_signal(1);
	peer_await(2);				/* no longer granted */
	CHECK(gnttab_copy_from(local, 0, REF, 0, 16) < 0);
	peer_signal(2);
}

EXENTEST2(dom0, domu);
