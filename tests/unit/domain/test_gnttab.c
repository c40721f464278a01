/* SPDX-License-Identifier: Apache-2.0 */
/* Grant tables: mapping, unmapping, and what the granting guest sees of it. */
#include <string.h>

#include <exen/arch.h>

#include "unit.h"

#define REF	20u

static struct gnttab_map_grant_ref m;

static uint16_t use(const struct domain *d, grant_ref_t ref)
{
	return grant_entry(d, ref)->flags & (GTF_reading | GTF_writing);
}

TEST(gnttab_map_and_unmap)
{
	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
	CHECK_EQ(m.dev_bus_addr, page(dom[1], 9));
	CHECK_EQ(use(dom[1], REF), GTF_reading | GTF_writing);
	CHECK(gnttab_is_mapped_by_others(dom[1]));
	CHECK_EQ(unmap(dom[0], m.handle), GNTST_okay);
	CHECK_EQ(use(dom[1], REF), 0);
	CHECK(!gnttab_is_mapped_by_others(dom[1]));
	CHECK_EQ(unmap(dom[0], m.handle), GNTST_bad_handle);
}

TEST(gnttab_map_readonly)
{
	grant(dom[1], REF, 0, page_frame(dom[1], 9), true);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_general_error);
	CHECK_EQ(use(dom[1], REF), 0);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map | GNTMAP_readonly, &m), GNTST_okay);
	CHECK_EQ(use(dom[1], REF), GTF_reading);
	CHECK_EQ(grant_entry(dom[1], REF)->flags & GTF_readonly, GTF_readonly);
	CHECK_EQ(unmap(dom[0], m.handle), GNTST_okay);
	CHECK_EQ(use(dom[1], REF), 0);
}

TEST(gnttab_several_mappings_of_one_entry)
{
	grant_handle_t writer, reader;

	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map | GNTMAP_readonly, &m), GNTST_okay);
	reader = m.handle;
	CHECK_EQ(use(dom[1], REF), GTF_reading);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_device_map, &m), GNTST_okay);
	writer = m.handle;
	CHECK(writer != reader);
	CHECK_EQ(use(dom[1], REF), GTF_reading | GTF_writing);
	CHECK_EQ(unmap(dom[0], writer), GNTST_okay);
	CHECK_EQ(use(dom[1], REF), GTF_reading);
	CHECK_EQ(unmap(dom[0], reader), GNTST_okay);
	CHECK_EQ(use(dom[1], REF), 0);
}

TEST(gnttab_map_is_refused)
{
	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[2], 1, REF, GNTMAP_host_map, &m), GNTST_general_error);
	CHECK_EQ(map(dom[0], 1, REF + 1, GNTMAP_host_map, &m), GNTST_general_error);
	CHECK_EQ(map(dom[0], 1, NR_GRANT_REFS, GNTMAP_host_map, &m), GNTST_bad_gntref);
	CHECK_EQ(map(dom[0], 1, UINT32_MAX, GNTMAP_host_map, &m), GNTST_bad_gntref);
	CHECK_EQ(map(dom[0], 5, REF, GNTMAP_host_map, &m), GNTST_bad_domain);
	CHECK_EQ(map(dom[0], DOMID_XEN, REF, GNTMAP_host_map, &m), GNTST_bad_domain);
	CHECK_EQ(map(dom[0], 0xffff, REF, GNTMAP_host_map, &m), GNTST_bad_domain);
	CHECK_EQ(map(dom[0], 1, REF, 0, &m), GNTST_bad_gntref);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map | GNTMAP_contains_pte, &m),
		 GNTST_general_error);
	grant_entry(dom[1], REF)->flags = GTF_accept_transfer;
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_general_error);
	grant_entry(dom[1], REF)->flags = GTF_transitive;
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_general_error);
	CHECK_EQ(dom[1]->gnttab->nr_pins, 0);
	CHECK_EQ(dom[0]->gnttab->nr_maps, 0);
}

/* A guest can grant only RAM of its own: not another's, not the hypervisor's, no device. */
TEST(gnttab_map_only_frames_of_the_granting_domain)
{
	const uint32_t frames[] = {
		page_frame(dom[2], 9), page_frame(dom[1], 0) - 1, page_frame(dom[2], 0),
		shared_page_paddr(dom[1]->shared_info) >> PAGE_SHIFT, 0, 0x10009, 0xfffff,
		0x100000 + page_frame(dom[1], 9), UINT32_MAX,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(frames); i++) {
		grant(dom[1], REF, 0, frames[i], false);
		CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_bad_page);
	}
	grant(dom[1], REF, 0, page_frame(dom[2], 0) - 1, false);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
}

TEST(gnttab_reserved_entries_are_the_hypervisors)
{
	CHECK_EQ(grant_entry(dom[1], GNTTAB_RESERVED_CONSOLE)->flags, GTF_permit_access);
	CHECK(host_frame(grant_entry(dom[1], GNTTAB_RESERVED_CONSOLE)->frame) ==
	      dom[1]->console_ring);
	CHECK(host_frame(grant_entry(dom[1], GNTTAB_RESERVED_XENSTORE)->frame) ==
	      dom[1]->store_ring);
	CHECK_EQ(map(dom[0], 1, GNTTAB_RESERVED_CONSOLE, GNTMAP_host_map, &m), GNTST_general_error);
}

TEST(gnttab_unmap_is_refused)
{
	struct gnttab_unmap_grant_ref op = { 0 };

	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
	CHECK_EQ(unmap(dom[0], m.handle + 1), GNTST_bad_handle);
	CHECK_EQ(unmap(dom[0], MAX_GRANT_MAPS), GNTST_bad_handle);
	CHECK_EQ(unmap(dom[0], UINT32_MAX), GNTST_bad_handle);
	CHECK_EQ(unmap(dom[2], m.handle), GNTST_bad_handle);	/* another's handle */
	op = (struct gnttab_unmap_grant_ref){ .handle = m.handle, .dev_bus_addr = 0x1000 };
	CHECK_EQ(call_arg(dom[0], CALL_grant_table_op, GNTTABOP_unmap_grant_ref, &op, sizeof(op)), 0);
	CHECK_EQ(op.status, GNTST_bad_dev_addr);
	CHECK_EQ(use(dom[1], REF), GTF_reading | GTF_writing);
	op.dev_bus_addr = m.dev_bus_addr;
	CHECK_EQ(call_arg(dom[0], CALL_grant_table_op, GNTTABOP_unmap_grant_ref, &op, sizeof(op)), 0);
	CHECK_EQ(op.status, GNTST_okay);
}

TEST(gnttab_handles_run_out)
{
	unsigned int n = 0;

	for (unsigned int ref = 8; ref < 32; ref++)
		grant(dom[1], ref, 0, page_frame(dom[1], ref), false);
	while (map(dom[0], 1, 8 + n % 24, GNTMAP_host_map, &m) == GNTST_okay)
		n++;
	CHECK_EQ(m.status, GNTST_no_space);
	CHECK_EQ(n, MAX_GRANT_MAPS);
	CHECK_EQ(dom[1]->gnttab->nr_pins, MAX_GRANT_MAPS);
	CHECK_EQ(unmap(dom[0], 1000), GNTST_okay);
	CHECK_EQ(map(dom[0], 1, 8, GNTMAP_host_map, &m), GNTST_okay);
	CHECK_EQ(m.handle, 1000);
	for (unsigned int handle = 0; handle < MAX_GRANT_MAPS; handle++)
		CHECK_EQ(unmap(dom[0], handle), GNTST_okay);
	for (unsigned int ref = 8; ref < 32; ref++)
		CHECK_EQ(use(dom[1], ref), 0);
	CHECK_EQ(dom[1]->gnttab->nr_pins, 0);
}

TEST(gnttab_pins_of_one_entry_run_out)
{
	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	for (unsigned int i = 0; i < MAX_PINS; i++)
		CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_no_space);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map | GNTMAP_readonly, &m), GNTST_okay);
	CHECK_EQ(dom[0]->gnttab->nr_maps, MAX_PINS + 1);
}

/* The guest takes the entry back by force, and even uses it for another page. */
TEST(gnttab_revoked_while_mapped)
{
	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
	grant_entry(dom[1], REF)->flags = 0;
	CHECK(gnttab_is_mapped_by_others(dom[1]));
	CHECK_EQ(unmap(dom[0], m.handle), GNTST_okay);
	CHECK_EQ(grant_entry(dom[1], REF)->flags, 0);

	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
	grant(dom[1], REF, 2, page_frame(dom[1], 10), true);
	CHECK_EQ(unmap(dom[0], m.handle), GNTST_okay);
	CHECK_EQ(grant_entry(dom[1], REF)->flags, GTF_permit_access | GTF_readonly);
}

TEST(gnttab_revoked_while_mapped_twice)
{
	struct gnttab_map_grant_ref first;

	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &first), GNTST_okay);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
	grant_entry(dom[1], REF)->flags = 0;
	CHECK_EQ(unmap(dom[0], first.handle), GNTST_okay);
	CHECK_EQ(grant_entry(dom[1], REF)->flags, 0);
	CHECK(gnttab_is_mapped_by_others(dom[1]));
	CHECK_EQ(unmap(dom[0], m.handle), GNTST_okay);
}

/* Decision 0010: the owner was preempted between load and store of its own change. */
TEST(gnttab_map_waits_for_a_masked_section_of_the_owner)
{
	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	dom[1]->vcpu[0].in_masked_section = true;
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_eagain);
	CHECK_EQ(use(dom[1], REF), 0);
	CHECK(!gnttab_is_mapped_by_others(dom[1]));
	dom[1]->vcpu[0].in_masked_section = false;
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
}

/* Linux's frontends end a grant with interrupts masked as soon as they see the backend's answer, which
 * comes after its unmapping: a bit that is still there is a hostile backend to them. */
TEST(gnttab_unmap_in_a_masked_section_is_shown_at_once)
{
	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
	dom[1]->vcpu[0].in_masked_section = true;	/* a FIQ, and the other domain runs */
	CHECK_EQ(unmap(dom[0], m.handle), GNTST_okay);
	CHECK_EQ(use(dom[1], REF), 0);
}

/* Arrays: one bad element does not keep the others from being done. */
TEST(gnttab_map_array)
{
	struct gnttab_map_grant_ref *op = page_ptr(dom[0], 3);

	for (unsigned int i = 0; i < 3; i++) {
		grant(dom[1], REF + i, 0, page_frame(dom[1], 9 + i), false);
		op[i] = (struct gnttab_map_grant_ref){ .dom = 1, .ref = REF + i,
						       .flags = GNTMAP_host_map };
	}
	op[1].dom = 6;
	CHECK_EQ(call(dom[0], CALL_grant_table_op, GNTTABOP_map_grant_ref, page(dom[0], 3), 3), 0);
	CHECK_EQ(op[0].status, GNTST_okay);
	CHECK_EQ(op[1].status, GNTST_bad_domain);
	CHECK_EQ(op[2].status, GNTST_okay);
	CHECK_EQ(op[2].dev_bus_addr, page(dom[1], 11));
}

/* Arguments where the hypervisor cannot work on the guest's own memory: unaligned, over a page's end. */
TEST(gnttab_map_with_the_argument_anywhere)
{
	static const uint32_t offsets[] = { 0, 1, 2, 4, PAGE_SIZE - 8, PAGE_SIZE - 4, PAGE_SIZE - 31 };
	struct gnttab_map_grant_ref op;

	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	for (unsigned int i = 0; i < ARRAY_SIZE(offsets); i++) {
		char *at = (char *)page_ptr(dom[0], 3) + offsets[i];

		op = (struct gnttab_map_grant_ref){ .dom = 1, .ref = REF, .flags = GNTMAP_host_map };
		memcpy(at, &op, sizeof(op));
		CHECK_EQ(call(dom[0], CALL_grant_table_op, GNTTABOP_map_grant_ref,
			      page(dom[0], 3) + offsets[i], 1), 0);
		memcpy(&op, at, sizeof(op));
		CHECK_EQ(op.status, GNTST_okay);
		CHECK_EQ(op.handle, i);
		CHECK_EQ(op.dev_bus_addr, page(dom[1], 9));
	}
}

static unsigned int seen_preempts;

static void count_preempts(unsigned int nr)
{
	seen_preempts = nr;
}

TEST(gnttab_arrays_can_be_preempted)
{
	struct gnttab_unmap_grant_ref *op = page_ptr(dom[0], 3);

	memset(op, 0xff, 10 * sizeof(*op));
	seen_preempts = 0;
	host_on_preempt(count_preempts);
	CHECK_EQ(call(dom[0], CALL_grant_table_op, GNTTABOP_unmap_grant_ref, page(dom[0], 3), 10), 0);
	CHECK_EQ(seen_preempts, 9);
	CHECK_EQ(op[9].status, GNTST_bad_handle);
}

static void end_caller(unsigned int nr)
{
	if (nr == 3)
		domain_shutdown(dom[0], SHUTDOWN_poweroff);
}

TEST(gnttab_caller_ends_between_two_elements)
{
	struct gnttab_map_grant_ref *op = page_ptr(dom[0], 3);

	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	for (unsigned int i = 0; i < 10; i++)
		op[i] = (struct gnttab_map_grant_ref){ .dom = 1, .ref = REF,
						       .flags = GNTMAP_host_map };
	host_on_preempt(end_caller);
	CHECK_EQ(call(dom[0], CALL_grant_table_op, GNTTABOP_map_grant_ref, page(dom[0], 3), 10),
		 HOST_ENDED);
	CHECK_EQ(dom[0]->gnttab->nr_maps, 0);
	CHECK_EQ(use(dom[1], REF), 0);
}

TEST(gnttab_array_that_leaves_memory)
{
	const uint32_t va = dom[0]->slot.base + HOST_SLOT_SIZE - 16;

	CHECK_EQ(call(dom[0], CALL_grant_table_op, GNTTABOP_map_grant_ref, va, 4), -EFAULT);
	CHECK_EQ(call(dom[0], CALL_grant_table_op, GNTTABOP_map_grant_ref, UINT32_MAX, 4), -EFAULT);
	CHECK_EQ(call(dom[0], CALL_grant_table_op, GNTTABOP_map_grant_ref, page(dom[0], 3),
		      0x80000000), -EINVAL);
	CHECK_EQ(call(dom[0], CALL_grant_table_op, GNTTABOP_map_grant_ref, 0, 0), 0);
	CHECK_EQ(call(dom[0], CALL_grant_table_op, GNTTABOP_map_grant_ref, page(dom[0], 3),
		      INT32_MAX), -EFAULT);
	CHECK_EQ(call(dom[0], CALL_grant_table_op, GNTTABOP_map_grant_ref,
		      dom[0]->slot.base + HOST_READONLY, 1), -EFAULT);
}

TEST(gnttab_end_of_the_mapper)
{
	grant(dom[1], REF, 2, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[2], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
	domain_shutdown(dom[2], SHUTDOWN_poweroff);
	CHECK_EQ(use(dom[1], REF), 0);
	CHECK(!gnttab_is_mapped_by_others(dom[1]));
}

TEST(gnttab_end_of_the_owner)
{
	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &m), GNTST_okay);
	domain_shutdown(dom[1], SHUTDOWN_reboot);
	CHECK_EQ(domain_reset_for_start(dom[1]), -EBUSY);	/* last words */
	domain_console_work();
	CHECK_EQ(domain_reset_for_start(dom[1]), -EBUSY);	/* dom0 could still write there */
	{
		struct gnttab_map_grant_ref again;

		CHECK_EQ(map(dom[0], 1, REF, GNTMAP_host_map, &again), GNTST_bad_domain);
	}
	CHECK_EQ(unmap(dom[0], m.handle), GNTST_okay);
	CHECK_EQ(domain_reset_for_start(dom[1]), 0);
	CHECK_EQ(grant_entry(dom[1], REF)->flags, 0);
}

TEST(gnttab_sizes_and_versions)
{
	struct gnttab_query_size size = { .dom = DOMID_SELF };
	struct gnttab_set_version set = { .version = 2 };
	struct gnttab_get_version get = { .dom = DOMID_SELF };

	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_query_size, &size, sizeof(size)), 0);
	CHECK_EQ(size.status, GNTST_okay);
	CHECK_EQ(size.nr_frames, MAX_GRANT_FRAMES);
	CHECK_EQ(size.max_nr_frames, MAX_GRANT_FRAMES);
	size.dom = 2;
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_query_size, &size, sizeof(size)), 0);
	CHECK_EQ(size.status, GNTST_permission_denied);
	size.dom = 7;
	CHECK_EQ(call_arg(dom[0], CALL_grant_table_op, GNTTABOP_query_size, &size, sizeof(size)), 0);
	CHECK_EQ(size.status, GNTST_bad_domain);
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_set_version, &set, sizeof(set)),
		 -EINVAL);
	set.version = 1;
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_set_version, &set, sizeof(set)), 0);
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_get_version, &get, sizeof(get)), 0);
	CHECK_EQ(get.version, 1);
	get.dom = 2;
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_get_version, &get, sizeof(get)),
		 -EPERM);
	CHECK_EQ(call(dom[1], CALL_grant_table_op, GNTTABOP_query_size, page(dom[1], 3), 2), -EINVAL);
	CHECK_EQ(call(dom[1], CALL_grant_table_op, GNTTABOP_query_size, page(dom[1], 3), 0), -EINVAL);
}

TEST(gnttab_setup_table)
{
	struct gnttab_setup_table op = { .dom = DOMID_SELF, .nr_frames = 2 };
	const xen_pfn_t *frame = page_ptr(dom[1], 4);

	op.frame_list.q = page(dom[1], 4);
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_setup_table, &op, sizeof(op)), 0);
	CHECK_EQ(op.status, GNTST_okay);
	CHECK(host_frame(frame[0]) == dom[1]->gnttab->entry);
	CHECK_EQ(frame[1], frame[0] + 1);
	CHECK_EQ(frame[2], 0);
	op.nr_frames = MAX_GRANT_FRAMES + 1;
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_setup_table, &op, sizeof(op)), 0);
	CHECK_EQ(op.status, GNTST_general_error);
	op.nr_frames = 1;
	op.frame_list.q = 0x100000000ull + page(dom[1], 4);
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_setup_table, &op, sizeof(op)), 0);
	CHECK_EQ(op.status, GNTST_bad_virt_addr);
}

TEST(gnttab_swap)
{
	struct gnttab_swap_grant_ref op = { .ref_a = REF, .ref_b = REF + 1 };

	grant(dom[1], REF, 0, page_frame(dom[1], 9), false);
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_swap_grant_ref, &op, sizeof(op)), 0);
	CHECK_EQ(op.status, GNTST_okay);
	CHECK_EQ(grant_entry(dom[1], REF)->flags, 0);
	CHECK_EQ(grant_entry(dom[1], REF + 1)->frame, page_frame(dom[1], 9));
	CHECK_EQ(map(dom[0], 1, REF + 1, GNTMAP_host_map, &m), GNTST_okay);
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_swap_grant_ref, &op, sizeof(op)), 0);
	CHECK_EQ(op.status, GNTST_eagain);
	op.ref_a = NR_GRANT_REFS;
	CHECK_EQ(call_arg(dom[1], CALL_grant_table_op, GNTTABOP_swap_grant_ref, &op, sizeof(op)), 0);
	CHECK_EQ(op.status, GNTST_bad_gntref);
}

TEST(gnttab_cache_flush)
{
	struct gnttab_cache_flush op = { .a.dev_bus_addr = page(dom[1], 4), .length = PAGE_SIZE,
					 .op = GNTTAB_CACHE_CLEAN };
	const uint32_t nr = GNTTABOP_cache_flush;
	const unsigned int flushed = host_nr_flushed();

	CHECK_EQ(call_arg(dom[0], CALL_grant_table_op, nr, &op, sizeof(op)), 0);
	CHECK_EQ(host_nr_flushed(), flushed + PAGE_SIZE);
	op.offset = 1;
	CHECK_EQ(call_arg(dom[0], CALL_grant_table_op, nr, &op, sizeof(op)), -EINVAL);
	op.offset = 0;
	op.op = 0;
	CHECK_EQ(call_arg(dom[0], CALL_grant_table_op, nr, &op, sizeof(op)), -EINVAL);
	op.op = 4;
	CHECK_EQ(call_arg(dom[0], CALL_grant_table_op, nr, &op, sizeof(op)), -EINVAL);
	op.op = GNTTAB_CACHE_SOURCE_GREF | GNTTAB_CACHE_INVAL;
	CHECK_EQ(call_arg(dom[0], CALL_grant_table_op, nr, &op, sizeof(op)), -EOPNOTSUPP);
	op.op = GNTTAB_CACHE_INVAL;
	op.a.dev_bus_addr = HOST_SHARED_PA;
	CHECK_EQ(call_arg(dom[0], CALL_grant_table_op, nr, &op, sizeof(op)), -EPERM);
	op.a.dev_bus_addr = (1ull << 44) + page(dom[1], 4);
	CHECK_EQ(call_arg(dom[0], CALL_grant_table_op, nr, &op, sizeof(op)), -EPERM);
}

TEST(gnttab_unknown_operations)
{
	static const uint32_t cmd[] = { GNTTABOP_transfer, GNTTABOP_unmap_and_replace,
					GNTTABOP_get_status_frames, 13, UINT32_MAX };

	for (unsigned int i = 0; i < ARRAY_SIZE(cmd); i++)
		CHECK_EQ(call(dom[1], CALL_grant_table_op, cmd[i], page(dom[1], 3), 1), -ENOSYS);
}
