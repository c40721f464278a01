/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grant-limits - wrong grants are refused, and mappings run out with an error
 *
 * References out of range or not granted, a domain that doesn't exist, an entry for somebody else,
 * an entry whose frame isn't the granter's, unknown handles; the same page is mapped until the
 * hypervisor says that there is no room, then all is unmapped and works again; the table's size.
 */
#include <exentest.h>

#define REF		16
#define FOREIGN_REF	17
#define HV_REF		18
#define OTHERS_REF	19
#define TYPE_REF	20
#define MAX_MAPS	8192

static uint32_t page[GUEST_PAGE_SIZE / 4] __attribute__((aligned(4096)));
static grant_handle_t handles[MAX_MAPS];

static void set_frame(grant_ref_t ref, uint32_t frame)
{
	gnttab_grant(ref, peer_domid(), page, false);
	gnttab_table()[ref].frame = frame;
}

static void dom0(void)
{
	struct gnttab_query_size size = { .dom = DOMID_SELF };

	CHECK_EQ(grant_table_op(GNTTABOP_query_size, &size, 1), 0);
	CHECK_EQ(size.status, GNTST_okay);
	CHECK(size.nr_frames >= 1 && size.nr_frames <= size.max_nr_frames);
	gnttab_grant(REF, peer_domid(), page, false);
	set_frame(FOREIGN_REF, 0xfffff);
	set_frame(HV_REF, exen_ops()->window_pa >> 12);
	gnttab_grant(OTHERS_REF, 5, page, false);
	gnttab_table()[TYPE_REF] = (grant_entry_v1_t){
		.flags = GTF_accept_transfer, .domid = peer_domid(), .frame = va_to_gfn(page),
	};
	mailbox()->word[0] = gnttab_nr_entries();
	mailbox()->word[1] = va_to_pa(page);
	peer_signal(1);
	peer_await(1);
	CHECK(gnttab_end_access(REF));
}

static int32_t try_map(domid_t dom, grant_ref_t ref, grant_handle_t *handle)
{
	struct gnttab_map_grant_ref op = {
		.host_addr = hypercall_ptr(foreign_page(0)), .flags = GNTMAP_host_map,
		.ref = ref, .dom = dom,
	};

	CHECK_EQ(grant_table_op(GNTTABOP_map_grant_ref, &op, 1), 0);
	if (!op.status) {
		CHECK_EQ(op.dev_bus_addr, mailbox()->word[1]);
		*handle = op.handle;
	}
	return op.status;
}

static int32_t try_unmap(grant_handle_t handle)
{
	struct gnttab_unmap_grant_ref op = {
		.host_addr = hypercall_ptr(foreign_page(0)), .handle = handle,
	};

	CHECK_EQ(grant_table_op(GNTTABOP_unmap_grant_ref, &op, 1), 0);
	return op.status;
}

static void refused(void)
{
	grant_handle_t handle;

	CHECK(try_map(0, mailbox()->word[0], &handle) < 0);
	CHECK(try_map(0, 0x7fffffff, &handle) < 0);
	CHECK(try_map(0, 0xffffffff, &handle) < 0);
	CHECK(try_map(0, REF + 100, &handle) < 0);
	CHECK(try_map(0, FOREIGN_REF, &handle) < 0);
	CHECK(try_map(0, HV_REF, &handle) < 0);
	CHECK(try_map(0, OTHERS_REF, &handle) < 0);
	CHECK(try_map(0, TYPE_REF, &handle) < 0);
	CHECK(try_map(77, REF, &handle) < 0);
	CHECK(try_map(DOMID_XEN, REF, &handle) < 0);
	CHECK(try_unmap(0x7fffffff) < 0);
	CHECK(try_unmap(0xffffffff) < 0);
}

static uint32_t map_all(void)
{
	uint32_t n = 0;

	while (n < MAX_MAPS && !try_map(0, REF, &handles[n]))
		n++;
	return n;
}

static void domu(void)
{
	uint32_t n;

	peer_await(1);
	refused();
	n = map_all();
	exentest_note("%u mappings", n);
	CHECK(n > 0 && n < MAX_MAPS);
	for (uint32_t i = 0; i < n; i++)
		CHECK_EQ(try_unmap(handles[i]), GNTST_okay);
	CHECK_EQ(map_all(), n);
	for (uint32_t i = n; i--; )
		CHECK_EQ(try_unmap(handles[i]), GNTST_okay);
	peer_signal(1);
}

EXENTEST2(dom0, domu);
