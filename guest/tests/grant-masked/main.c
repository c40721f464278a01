/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grant-masked - a page of a domain preempted with IRQs masked is mapped if that domain's kernel has ldrex
 *
 * Domain 1 masks its interrupts and runs on; dom0 takes the processor from it and maps a page of it.  A
 * kernel that has said EXEN_OP_exclusive is not waited for, wherever it was preempted.  One that has not may
 * be between load and store of the entry: GNTST_eagain, until it unmasks.  The kit says it from ARMv6 on.
 */
#include <exentest.h>

#define REF	16

enum { COMPUTING = 1, MAPPED, UNMASKED };

static uint32_t page[GUEST_PAGE_SIZE / 4] __attribute__((aligned(4096)));

static int16_t try_map(void)
{
	struct gnttab_map_grant_ref map = {
		.dom = EXENTEST_PEER_DOMID, .ref = REF, .flags = GNTMAP_host_map,
	};
	struct gnttab_unmap_grant_ref unmap = { 0 };

	CHECK_EQ(grant_table_op(GNTTABOP_map_grant_ref, &map, 1), 0);
	if (map.status == GNTST_okay) {
		unmap.handle = map.handle;
		CHECK_EQ(grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1), 0);
		CHECK_EQ(unmap.status, GNTST_okay);
	}
	return map.status;
}

/* Domain 1 sends no events while it is masked: its steps are seen by looking, and it runs in between. */
static void await(uint32_t step)
{
	const uint64_t end_ns = time_ns() + EXENTEST_TIMEOUT_NS;

	while (mailbox()->word[0] < step) {
		peer_check();
		if (time_ns() > end_ns)
			exentest_failure("domain 1 has not come to step %u", step);
		sleep_ns(NS_PER_MS);
	}
}

/* Where physical interrupts arrive as IRQ, too, nobody can take the processor from it. */
static bool is_preempted_masked(void)
{
	return exen_ops()->features & EXEN_FEATURE_FIQ;
}

static void dom0(void)
{
	int16_t status;

	if (!is_preempted_masked())
		exentest_skip("no domain is preempted with IRQs masked");
	await(COMPUTING);
	status = try_map();
	exentest_note("%s, preempted masked: status %d", cpu_is_v6 ? "ldrex" : "no ldrex", status);
	CHECK_EQ(status, cpu_is_v6 ? GNTST_okay : GNTST_eagain);
	mailbox()->word[1] = MAPPED;
	await(UNMASKED);
	CHECK_EQ(try_map(), GNTST_okay);
}

static void domu(void)
{
	uint32_t irq;

	if (!is_preempted_masked())
		return;
	gnttab_grant(REF, peer_domid(), page, false);
	irq = irq_save();
	mailbox()->word[0] = COMPUTING;
	while (mailbox()->word[1] < MAPPED)
		;
	irq_restore(irq);
	mailbox()->word[0] = UNMASKED;
	for (;;)
		;
}

EXENTEST2(dom0, domu);
