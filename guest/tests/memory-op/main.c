/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory-op - memory_op as far as Linux needs it
 *
 * Current and maximum reservation are the slot's size in pages; XENMEM_add_to_physmap with
 * shared_info and grant frames (what Linux does at start) answers without moving them; others'
 * domains and bad pointers are refused.
 */
#include <exentest.h>

static void reservations(void)
{
	struct xen_memory_domain op = { .domid = DOMID_SELF };
	const int32_t current = memory_op(XENMEM_current_reservation, &op);
	const int32_t maximum = memory_op(XENMEM_maximum_reservation, &op);

	exentest_note("reservation: %d of %d pages", current, maximum);
	CHECK_EQ(current, slot_size / GUEST_PAGE_SIZE);
	CHECK(maximum >= current);
	op.domid = 77;
	CHECK(memory_op(XENMEM_current_reservation, &op) < 0);
}

static void physmap(void)
{
	static uint32_t page[GUEST_PAGE_SIZE / 4] __attribute__((aligned(4096)));
	struct xen_add_to_physmap op = {
		.domid = DOMID_SELF, .space = XENMAPSPACE_shared_info,
		.gpfn = va_to_gfn(page),
	};
	const void *before = shared_info();

	memory_op(XENMEM_add_to_physmap, &op);
	CHECK(shared_page((uint32_t)exen_op(EXEN_OP_get_info, EXEN_INFO_shared_info, 0)) == before);
	op.space = 99;
	CHECK(memory_op(XENMEM_add_to_physmap, &op) < 0);
	op.space = XENMAPSPACE_grant_table;
	op.idx = 0x10000;
	CHECK(memory_op(XENMEM_add_to_physmap, &op) < 0);
	op.domid = 77;
	CHECK(memory_op(XENMEM_add_to_physmap, &op) < 0);
}

static void memory(void)
{
	reservations();
	physmap();
	CHECK_EQ(memory_op(XENMEM_current_reservation, (void *)0x1000), -XEN_EFAULT);
	CHECK_EQ(memory_op(XENMEM_add_to_physmap, (void *)EXEN_WINDOW_BASE), -XEN_EFAULT);
	CHECK_EQ(memory_op(1000, NULL), -XEN_ENOSYS);
}

EXENTEST(memory);
