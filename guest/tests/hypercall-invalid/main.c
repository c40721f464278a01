/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hypercall-invalid - a wrong hypercall is answered with an error, whatever is wrong in it
 *
 * Every slot of the hypercall page is called with its own number; every number that is not in the
 * table gives -ENOSYS.  A number in r12 that doesn't fit the slot, and numbers beyond any table, are
 * answered too.  Known hypercalls with an unknown command give -ENOSYS or -EINVAL, with a pointer
 * that is unmapped, at the end of memory or in the hypervisor's window -EFAULT; nothing is written
 * there.  Called registers r4-r11 and the stack survive (the compiler relies on them).
 */
#include <exentest.h>

#define NR_SLOTS	128

static bool is_known(uint32_t nr)
{
	static const uint8_t known[] = {
#define HYPERCALL(number, name, privilege)	number,
#include <hypercalls.def>
#undef HYPERCALL
	};

	for (uint32_t i = 0; i < sizeof(known); i++)
		if (known[i] == nr)
			return true;
	return false;
}

static void unknown_numbers(void)
{
	static const uint32_t wild[] = { 64, 127, 128, 255, 256, 0x10000, 0x7fffffff, 0x80000000,
					 0xffffffff, 0x40000000 + 29 };

	for (uint32_t nr = 0; nr < NR_SLOTS; nr++)
		if (!is_known(nr) && hypercall(nr, 1, 2, 3, 4, 5) != -XEN_ENOSYS)
			exentest_failure("hypercall %u is not -ENOSYS", nr);
	for (uint32_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++)
		for (uint32_t slot = 0; slot < NR_SLOTS; slot += 17)
			CHECK_EQ(hypercall_raw(slot, wild[i], 0, 0, 0, 0), -XEN_ENOSYS);
	CHECK_EQ(hypercall_raw(5, __HYPERVISOR_xen_version, XENVER_version, 0, 0, 0),
		 xen_version(XENVER_version, NULL));
}

static void unknown_commands(void)
{
	static const uint32_t with_command[] = {
		__HYPERVISOR_memory_op, __HYPERVISOR_xen_version, __HYPERVISOR_console_io,
		__HYPERVISOR_grant_table_op, __HYPERVISOR_vcpu_op, __HYPERVISOR_sched_op,
		__HYPERVISOR_event_channel_op, __HYPERVISOR_physdev_op, __HYPERVISOR_hvm_op,
		EXEN_HYPERCALL_op,
	};
	static const uint32_t commands[] = { 99, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff };

	for (uint32_t i = 0; i < sizeof(with_command) / sizeof(with_command[0]); i++) {
		for (uint32_t c = 0; c < sizeof(commands) / sizeof(commands[0]); c++) {
			const int32_t err = hypercall(with_command[i], commands[c], 0, 0, 0, 0);

			if (err != -XEN_ENOSYS && err != -XEN_EINVAL && err != -XEN_EOPNOTSUPP)
				exentest_failure("hypercall %u command %x: %d", with_command[i],
						 commands[c], err);
		}
	}
}

static void bad_pointers(void)
{
	static const uint32_t bad[] = { 0, 4, 0x1000, 0xbffffffc, 0xdffffff0, EXEN_WINDOW_BASE,
					EXEN_WINDOW_BASE - 4, EXEN_OPS_PAGE, 0xff7ffffc,
					0xfffffffc, 0xffffffff };

	for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		void *p = (void *)bad[i];

		CHECK_EQ(event_channel_op(EVTCHNOP_alloc_unbound, p), -XEN_EFAULT);
		CHECK_EQ(event_channel_op(EVTCHNOP_send, p), -XEN_EFAULT);
		CHECK_EQ(grant_table_op(GNTTABOP_map_grant_ref, p, 1), -XEN_EFAULT);
		CHECK_EQ(grant_table_op(GNTTABOP_query_size, p, 1), -XEN_EFAULT);
		CHECK_EQ(sched_op(SCHEDOP_poll, p), -XEN_EFAULT);
		CHECK_EQ(hvm_op(HVMOP_get_param, p), -XEN_EFAULT);
		CHECK_EQ(vcpu_op(VCPUOP_set_singleshot_timer, 0, p), -XEN_EFAULT);
		CHECK_EQ(xen_version(XENVER_capabilities, p), -XEN_EFAULT);
		CHECK_EQ(hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, 16, bad[i], 0, 0),
			 -XEN_EFAULT);
	}
}

static void bad_arguments(void)
{
	CHECK(exen_op(EXEN_OP_set_irq_vector, EXEN_WINDOW_BASE, 0) < 0);
	CHECK(exen_op(EXEN_OP_set_irq_vector, 0x1000, 0) < 0);
	CHECK(exen_op(EXEN_OP_irq_unmask, EXEN_NR_IRQS, 0) < 0);
	CHECK(exen_op(EXEN_OP_irq_unmask, 0xffffffff, 0) < 0);
	CHECK(exen_op(EXEN_OP_irq_mask, 0x80000000, 0) < 0);
	CHECK(exen_op(EXEN_OP_irq_set_type, EXEN_NR_IRQS, 4) < 0);
	CHECK(exen_op(EXEN_OP_send_ipi, 16, 1) < 0);
	CHECK(vcpu_op(VCPUOP_stop_singleshot_timer, 1, NULL) < 0);
	CHECK(vcpu_op(VCPUOP_stop_singleshot_timer, 0xffffffff, NULL) < 0);
	hypercall2(EXEN_HYPERCALL_irq_eoi, EXEN_NR_IRQS, 0);
	hypercall2(EXEN_HYPERCALL_irq_eoi, 0xffffffff, 0);
}

static void invalid(void)
{
	unknown_numbers();
	unknown_commands();
	bad_pointers();
	bad_arguments();
	sleep_ns(NS_PER_MS);		/* interrupts still work */
}

EXENTEST(invalid);
