/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual interrupts, physical lines and the operations of abi/exen.h. */
#include <exen/irq.h>

#include "unit.h"

static int32_t op(struct domain *d, uint32_t cmd, uint32_t a1, uint32_t a2)
{
	return call(d, CALL_exen_op, cmd, a1, a2);
}

TEST(irq_ack_without_interrupt)
{
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_NONE);
	CHECK_EQ(dom[1]->vcpu[0].arch.in_upcall, 0);
}

TEST(irq_masked_interrupt_stays_pending)
{
	struct vcpu *v = &dom[1]->vcpu[0];

	vcpu_irq_raise(v, EXEN_IRQ_TIMER);
	CHECK(!vcpu_irq_pending(v));
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_NONE);
	CHECK_EQ(op(dom[1], EXEN_OP_irq_unmask, EXEN_IRQ_TIMER, 0), 0);
	CHECK(vcpu_irq_pending(v));
	CHECK(v->arch.nr_kicks);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_TIMER);
	CHECK_EQ(v->arch.in_upcall, 1);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_NONE);
	CHECK_EQ(v->arch.in_upcall, 0);
}

TEST(irq_lowest_number_first)
{
	struct vcpu *v = &dom[0]->vcpu[0];

	for (unsigned int irq = 0; irq < EXEN_NR_IRQS; irq += 51) {
		vcpu_irq_set_enabled(v, irq, true);
		vcpu_irq_raise(v, irq);
	}
	for (unsigned int irq = 0; irq < EXEN_NR_IRQS; irq += 51)
		CHECK_EQ(irq_ack(dom[0]), irq);
	CHECK_EQ(irq_ack(dom[0]), EXEN_IRQ_NONE);
}

TEST(irq_clear_withdraws)
{
	struct vcpu *v = &dom[1]->vcpu[0];

	vcpu_irq_set_enabled(v, EXEN_IRQ_TIMER, true);
	vcpu_irq_raise(v, EXEN_IRQ_TIMER);
	vcpu_irq_clear(v, EXEN_IRQ_TIMER);
	CHECK(!vcpu_irq_pending(v));
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_NONE);
}

TEST(irq_raise_wakes_a_blocked_vcpu_only_if_unmasked)
{
	struct vcpu *v = &dom[1]->vcpu[0];

	v->state = VCPU_BLOCKED;
	vcpu_irq_raise(v, EXEN_IRQ_TIMER);
	CHECK_EQ(v->state, VCPU_BLOCKED);
	vcpu_irq_set_enabled(v, EXEN_IRQ_TIMER, true);
	CHECK_EQ(v->state, VCPU_RUNNABLE);
}

TEST(irq_vector_is_checked)
{
	CHECK_EQ(op(dom[1], EXEN_OP_set_irq_vector, page(dom[1], 1) + 2, 0), -EINVAL);
	CHECK_EQ(op(dom[1], EXEN_OP_set_irq_vector, EXEN_WINDOW_BASE, 0), -EINVAL);
	CHECK_EQ(op(dom[1], EXEN_OP_set_irq_vector, page(dom[0], 1), 0), -EINVAL);
	CHECK_EQ(op(dom[1], EXEN_OP_set_irq_vector, 0, 0), -EINVAL);
	CHECK_EQ(dom[1]->vcpu[0].arch.irq_vector, 0);
	CHECK_EQ(op(dom[1], EXEN_OP_set_irq_vector, page(dom[1], 1), 0), 0);
	CHECK_EQ(dom[1]->vcpu[0].arch.irq_vector, page(dom[1], 1));
}

TEST(irq_operations_check_the_number)
{
	static const uint32_t bad[] = { 18, 31, EXEN_NR_IRQS, EXEN_NR_IRQS + 32, 0x80000000,
					UINT32_MAX };

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK_EQ(op(dom[0], EXEN_OP_irq_unmask, bad[i], 0), -EINVAL);
		CHECK_EQ(op(dom[0], EXEN_OP_irq_mask, bad[i], 0), -EINVAL);
		CHECK_EQ(op(dom[0], EXEN_OP_irq_set_type, bad[i], 4), -EINVAL);
		CHECK_EQ(call(dom[0], CALL_irq_eoi, bad[i], 0, 0), -EINVAL);
	}
	CHECK_EQ(op(dom[0], EXEN_OP_irq_set_type, EXEN_IRQ_TIMER, 4), -EINVAL);
	CHECK_EQ(op(dom[0], EXEN_OP_send_ipi, 16, 1), -EINVAL);
	CHECK_EQ(op(dom[0], EXEN_OP_send_ipi, UINT32_MAX, 1), -EINVAL);
	CHECK_EQ(op(dom[0], 0, 0, 0), -ENOSYS);
	CHECK_EQ(op(dom[0], 8, 0, 0), -ENOSYS);
	CHECK_EQ(op(dom[0], UINT32_MAX, 0, 0), -ENOSYS);
}

TEST(irq_lines_belong_to_their_owner)
{
	struct host_line *line = host_line(OWNED_IRQ - EXEN_IRQ_LINE);

	CHECK(line->owner == dom[0]);
	CHECK_EQ(op(dom[1], EXEN_OP_irq_unmask, OWNED_IRQ, 0), -EPERM);
	CHECK_EQ(op(dom[0], EXEN_OP_irq_unmask, OWNED_IRQ + 1, 0), -EPERM);
	CHECK(!line->is_unmasked);
	CHECK_EQ(op(dom[0], EXEN_OP_irq_unmask, OWNED_IRQ, 0), 0);
	CHECK(line->is_unmasked);
	CHECK_EQ(op(dom[1], EXEN_OP_irq_mask, OWNED_IRQ, 0), -EPERM);
	CHECK_EQ(call(dom[1], CALL_irq_eoi, OWNED_IRQ, 0, 0), -EPERM);
	CHECK_EQ(line->nr_eois, 0);
	CHECK_EQ(op(dom[1], EXEN_OP_irq_set_type, OWNED_IRQ, 4), -EPERM);
	CHECK_EQ(op(dom[0], EXEN_OP_irq_set_type, OWNED_IRQ, 3), -EINVAL);
	CHECK_EQ(op(dom[0], EXEN_OP_irq_set_type, OWNED_IRQ, 4), 0);
	CHECK_EQ(line->type, 4);
}

TEST(irq_line_reaches_its_owner)
{
	CHECK_EQ(op(dom[0], EXEN_OP_irq_unmask, OWNED_IRQ, 0), 0);
	vcpu_physical_irq(dom[0], OWNED_IRQ - EXEN_IRQ_LINE);
	CHECK_EQ(irq_ack(dom[0]), OWNED_IRQ);
	CHECK_EQ(call(dom[0], CALL_irq_eoi, OWNED_IRQ, 0, 0), 0);
	CHECK_EQ(host_line(OWNED_IRQ - EXEN_IRQ_LINE)->nr_eois, 1);
	CHECK_EQ(irq_ack(dom[0]), EXEN_IRQ_NONE);
}

TEST(irq_ipi_reaches_the_vcpus_in_the_mask)
{
	CHECK_EQ(op(dom[1], EXEN_OP_irq_unmask, 3, 0), 0);
	CHECK_EQ(op(dom[1], EXEN_OP_send_ipi, 3, ~1u), 0);
	CHECK_EQ(irq_ack(dom[1]), EXEN_IRQ_NONE);
	CHECK_EQ(op(dom[1], EXEN_OP_send_ipi, 3, ~0u), 0);
	CHECK_EQ(irq_ack(dom[1]), 3);
}

TEST(exit_only_where_it_is_allowed)
{
	CHECK_EQ(op(dom[1], EXEN_OP_exit, 7, 0), -ENOSYS);
	host_allow_exit(true);
	CHECK_EQ(op(dom[1], EXEN_OP_exit, 256, 0), -EINVAL);
	CHECK_EQ(op(dom[1], EXEN_OP_exit, 7, 0), HOST_MACHINE_STOPPED);
	CHECK_EQ(host_exit_status(), 7);
}

TEST(exclusive_is_said_anew_in_each_life)
{
	CHECK(!dom[1]->has_exclusives);
	CHECK_EQ(op(dom[1], EXEN_OP_exclusive, 0, 0), 0);
	CHECK(dom[1]->has_exclusives && !dom[0]->has_exclusives);
	domain_shutdown(dom[1], SHUTDOWN_reboot);
	domain_console_work();
	CHECK_EQ(domain_reset_for_start(dom[1]), 0);
	CHECK(!dom[1]->has_exclusives);
}

TEST(latency_is_not_counted_in_this_build)
{
	CHECK_EQ(op(dom[0], EXEN_OP_get_latency, 0, page(dom[0], 1)), -ENOSYS);
}

TEST(info_names_the_shared_pages)
{
	const uint32_t info = (uint32_t)op(dom[1], EXEN_OP_get_info, EXEN_INFO_shared_info, 0);
	const uint32_t grants = (uint32_t)op(dom[1], EXEN_OP_get_info, EXEN_INFO_grant_frames, 0);

	CHECK(host_frame(info >> PAGE_SHIFT) == dom[1]->shared_info);
	CHECK(host_frame(grants >> PAGE_SHIFT) == dom[1]->gnttab->entry);
	CHECK_EQ(op(dom[1], EXEN_OP_get_info, 2, 0), 0);
}
