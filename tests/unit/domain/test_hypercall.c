/* SPDX-License-Identifier: Apache-2.0 */
/* The hypercall table, multicall, and the hypercalls that answer questions. */
#include <stddef.h>
#include <string.h>

#include <exen/arch.h>
#include <exen/hypercall.h>
#include <exen/timer.h>

#include "unit.h"

TEST(table_has_every_number)
{
	static const uint32_t defined[] = {
#define HYPERCALL(number, name, privilege)	number,
#include "hypercalls.def"
#undef HYPERCALL
	};
	unsigned int nr_defined = 0;

	for (uint32_t nr = 0; nr < NR_HYPERCALLS; nr++) {
		CHECK(hypercall_table[nr]);
		nr_defined += hypercall_table[nr] != do_ni_hypercall;
	}
	CHECK_EQ(nr_defined, ARRAY_SIZE(defined));
	CHECK_EQ(call(dom[1], 0, 0, 0, 0), -ENOSYS);
	CHECK_EQ(call(dom[1], 63, 0, 0, 0), -ENOSYS);
	CHECK_EQ(call(dom[1], 64, 0, 0, 0), -ENOSYS);
}

/* -- multicall -- */

static struct multicall_entry *entries(const struct domain *d)
{
	return page_ptr(d, 3);
}

static int32_t multicall(struct domain *d, uint32_t n)
{
	return call(d, CALL_multicall, page(d, 3), n, 0);
}

TEST(multicall_results)
{
	struct multicall_entry *e = entries(dom[1]);

	e[0] = (struct multicall_entry){ .op = CALL_xen_version, .args = { XENVER_version } };
	e[1] = (struct multicall_entry){ .op = CALL_sched_op, .args = { 99 } };
	e[2] = (struct multicall_entry){ .op = CALL_platform_op };
	e[3] = (struct multicall_entry){ .op = CALL_multicall };
	e[4] = (struct multicall_entry){ .op = 64 };
	e[5] = (struct multicall_entry){ .op = (1ull << 32) + CALL_xen_version };
	e[6] = (struct multicall_entry){ .op = CALL_xen_version, .args = { 1ull << 32 } };
	CHECK_EQ(multicall(dom[1], 7), 0);
	CHECK_EQ(e[0].result, (4 << 16) | 17);
	CHECK_EQ((int64_t)e[1].result, -ENOSYS);
	CHECK_EQ((int64_t)e[2].result, -EPERM);
	CHECK_EQ((int64_t)e[3].result, -EINVAL);
	CHECK_EQ((int64_t)e[4].result, -ENOSYS);
	CHECK_EQ((int64_t)e[5].result, -ENOSYS);
	CHECK_EQ((int64_t)e[6].result, -EINVAL);
}

TEST(multicall_that_leaves_memory)
{
	CHECK_EQ(call(dom[1], CALL_multicall, 0, 1, 0), -EFAULT);
	CHECK_EQ(call(dom[1], CALL_multicall, UINT32_MAX, 2, 0), -EFAULT);
	CHECK_EQ(multicall(dom[1], UINT32_MAX), -EFAULT);
	CHECK_EQ(multicall(dom[1], 0), 0);
}

/* -- xen_version -- */

static int32_t version(struct domain *d, uint32_t cmd)
{
	memset(page_ptr(d, 3), 0xaa, PAGE_SIZE);
	return call(d, CALL_xen_version, cmd, page(d, 3), 0);
}

TEST(version_strings)
{
	const char *text = page_ptr(dom[1], 3);
	const struct xen_compile_info *info = page_ptr(dom[1], 3);
	const struct xen_platform_parameters *params = page_ptr(dom[1], 3);

	CHECK_EQ(version(dom[1], XENVER_version), 0x40011);
	CHECK_EQ(version(dom[1], XENVER_extraversion), 0);
	CHECK(strnlen(text, 100) < XEN_EXTRAVERSION_LEN);
	CHECK_EQ(version(dom[1], XENVER_compile_info), 0);
	CHECK(!strncmp(info->compiler, "gcc ", 4));
	CHECK_EQ(info->compile_date[0], 0);
	CHECK_EQ(version(dom[1], XENVER_capabilities), 0);
	CHECK(!strcmp(text, "xen-3.0-arm "));
	CHECK_EQ(version(dom[1], XENVER_changeset), 0);
	CHECK(strlen(text) < sizeof(xen_changeset_info_t));
	CHECK_EQ(version(dom[1], XENVER_platform_parameters), 0);
	CHECK_EQ(params->virt_start, EXEN_WINDOW_BASE);
	CHECK_EQ(version(dom[1], XENVER_commandline), 0);
	CHECK_EQ(text[0], 0);
	CHECK_EQ(version(dom[1], XENVER_guest_handle), 0);
	CHECK_EQ(text[15], 1);
	CHECK_EQ(version(dom[1], XENVER_pagesize), 4096);
	CHECK_EQ(version(dom[1], XENVER_build_id), -ENODATA);
	CHECK_EQ(version(dom[1], 11), -ENOSYS);
	CHECK_EQ(version(dom[1], UINT32_MAX), -ENOSYS);
	CHECK_EQ(call(dom[1], CALL_xen_version, XENVER_extraversion, 4, 0), -EFAULT);
}

TEST(version_features)
{
	struct xen_feature_info info = { 0 };
	const uint32_t all = BIT(XENFEAT_auto_translated_physmap) |
			     BIT(XENFEAT_supervisor_mode_kernel);

	CHECK_EQ(call_arg(dom[0], CALL_xen_version, XENVER_get_features, &info, sizeof(info)), 0);
	CHECK_EQ(info.submap, all | BIT(XENFEAT_dom0) | BIT(XENFEAT_direct_mapped));
	CHECK_EQ(call_arg(dom[1], CALL_xen_version, XENVER_get_features, &info, sizeof(info)), 0);
	CHECK_EQ(info.submap, all | BIT(XENFEAT_not_direct_mapped));
	info.submap_idx = 1;
	CHECK_EQ(call_arg(dom[1], CALL_xen_version, XENVER_get_features, &info, sizeof(info)), -EINVAL);
	info.submap_idx = UINT32_MAX;
	CHECK_EQ(call_arg(dom[1], CALL_xen_version, XENVER_get_features, &info, sizeof(info)), -EINVAL);
}

/* -- hvm_op -- */

static int32_t hvm(struct domain *d, uint32_t cmd, struct xen_hvm_param *op)
{
	return call_arg(d, CALL_hvm_op, cmd, op, sizeof(*op));
}

TEST(hvm_params_name_rings_and_ports)
{
	struct xen_hvm_param op = { .domid = DOMID_SELF, .index = HVM_PARAM_STORE_PFN };

	CHECK_EQ(hvm(dom[1], HVMOP_get_param, &op), 0);
	CHECK(host_frame(op.value) == dom[1]->store_ring);
	op.index = HVM_PARAM_CONSOLE_PFN;
	CHECK_EQ(hvm(dom[1], HVMOP_get_param, &op), 0);
	CHECK(host_frame(op.value) == dom[1]->console_ring);
	op.index = HVM_PARAM_STORE_EVTCHN;
	CHECK_EQ(hvm(dom[1], HVMOP_get_param, &op), 0);
	CHECK_EQ(op.value, dom[1]->store_port);
	op.index = HVM_PARAM_CONSOLE_EVTCHN;
	CHECK_EQ(hvm(dom[1], HVMOP_get_param, &op), 0);
	CHECK_EQ(op.value, dom[1]->console_port);
	CHECK(dom[1]->console_port != dom[1]->store_port);
}

TEST(hvm_params_are_checked)
{
	struct xen_hvm_param op = { .domid = DOMID_SELF, .index = HVM_NR_PARAMS };

	CHECK_EQ(hvm(dom[1], HVMOP_get_param, &op), -EINVAL);
	CHECK_EQ(hvm(dom[1], HVMOP_set_param, &op), -EINVAL);
	op.index = UINT32_MAX;
	CHECK_EQ(hvm(dom[1], HVMOP_get_param, &op), -EINVAL);
	op = (struct xen_hvm_param){ .domid = 2, .index = HVM_PARAM_STORE_PFN };
	CHECK_EQ(hvm(dom[1], HVMOP_get_param, &op), -EPERM);
	CHECK_EQ(hvm(dom[0], HVMOP_get_param, &op), 0);
	CHECK_EQ(hvm(dom[0], HVMOP_set_param, &op), -EPERM);
	op.domid = 3;
	CHECK_EQ(hvm(dom[0], HVMOP_get_param, &op), -ESRCH);
	op = (struct xen_hvm_param){ .domid = DOMID_SELF, .index = HVM_PARAM_STORE_PFN, .value = 1 };
	CHECK_EQ(hvm(dom[1], HVMOP_set_param, &op), -EPERM);
	op.index = HVM_PARAM_CALLBACK_IRQ;
	CHECK_EQ(hvm(dom[1], HVMOP_set_param, &op), 0);
	op.value = 0;
	CHECK_EQ(hvm(dom[1], HVMOP_get_param, &op), 0);
	CHECK_EQ(op.value, 1);
	CHECK_EQ(hvm(dom[1], HVMOP_flush_tlbs, &op), -ENOSYS);
}

/* -- memory_op -- */

TEST(memory_sizes)
{
	domid_t domid = DOMID_SELF;

	CHECK_EQ(call(dom[1], CALL_memory_op, XENMEM_maximum_ram_page, 0, 0),
		 page_frame(dom[2], 511));
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_current_reservation, &domid, 2), 512);
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_maximum_reservation, &domid, 2), 512);
	domid = 2;
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_current_reservation, &domid, 2), -EPERM);
	CHECK_EQ(call_arg(dom[0], CALL_memory_op, XENMEM_current_reservation, &domid, 2), 512);
	domid = 5;
	CHECK_EQ(call_arg(dom[0], CALL_memory_op, XENMEM_current_reservation, &domid, 2), -ESRCH);
	CHECK_EQ(call(dom[1], CALL_memory_op, XENMEM_current_reservation, 0, 0), -EFAULT);
}

TEST(memory_add_to_physmap)
{
	struct xen_add_to_physmap op = { .domid = DOMID_SELF, .gpfn = page_frame(dom[1], 5) };

	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_add_to_physmap, &op, sizeof(op)), 0);
	op.gpfn = shared_page_paddr(dom[1]->shared_info) >> PAGE_SHIFT;
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_add_to_physmap, &op, sizeof(op)), 0);
	op.gpfn = page_frame(dom[2], 5);
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_add_to_physmap, &op, sizeof(op)), -EINVAL);
	op.gpfn = (1ull << 20) + page_frame(dom[1], 5);
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_add_to_physmap, &op, sizeof(op)), -EINVAL);
	op.gpfn = page_frame(dom[1], 5);
	op.idx = 1;
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_add_to_physmap, &op, sizeof(op)), -EINVAL);
	op.space = XENMAPSPACE_grant_table;
	op.idx = MAX_GRANT_FRAMES - 1;
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_add_to_physmap, &op, sizeof(op)), 0);
	op.idx = MAX_GRANT_FRAMES;
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_add_to_physmap, &op, sizeof(op)), -EINVAL);
	op.idx = XENMAPIDX_grant_table_status;
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_add_to_physmap, &op, sizeof(op)), -EINVAL);
	op.space = XENMAPSPACE_gmfn_foreign;
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_add_to_physmap, &op, sizeof(op)),
		 -EOPNOTSUPP);
	op.domid = 2;
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_add_to_physmap, &op, sizeof(op)), -EPERM);
}

TEST(memory_neither_grows_nor_shrinks)
{
	struct xen_memory_reservation op = { .nr_extents = 5, .domid = DOMID_SELF };

	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_populate_physmap, &op, sizeof(op)), 0);
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_decrease_reservation, &op, sizeof(op)), 0);
	op.domid = 2;
	CHECK_EQ(call_arg(dom[1], CALL_memory_op, XENMEM_increase_reservation, &op, sizeof(op)),
		 -EPERM);
	CHECK_EQ(call(dom[1], CALL_memory_op, XENMEM_machphys_mapping, page(dom[1], 3), 0), -ENOSYS);
	CHECK_EQ(call(dom[1], CALL_memory_op, UINT32_MAX, page(dom[1], 3), 0), -ENOSYS);
}

/* -- platform_op, vm_assist, physdev_op -- */

static uint64_t wallclock_ns(const struct domain *d)
{
	const struct shared_info *s = d->shared_info;

	return (s->wc_sec + ((uint64_t)s->wc_sec_hi << 32)) * NS_PER_S + s->wc_nsec;
}

/* Its wall clock is the time of day at its start, and so is the system time that it counts from. */
TEST(settime_of_a_domain_that_started_later)
{
	struct xen_platform_op op = { .cmd = XENPF_settime64,
				      .interface_version = XENPF_INTERFACE_VERSION };
	const ns_t before = time_now_ns();
	struct domain *late;

	wallclock_set(1000 * (uint64_t)NS_PER_S);
	host_advance(7 * (ns_t)NS_PER_S);
	late = host_domain(3, true, NULL);
	CHECK_EQ(wallclock_ns(late), 1007 * (uint64_t)NS_PER_S + before);
	host_advance(5 * (ns_t)NS_PER_S);
	op.u.settime64 = (struct xenpf_settime64){ .secs = 2000, .system_time = 5 * (uint64_t)NS_PER_S };
	CHECK_EQ(call_arg(late, CALL_platform_op, 0, &op, sizeof(op)), 0);
	CHECK_EQ(wallclock_ns(late), 1995 * (uint64_t)NS_PER_S);
	CHECK_EQ(wallclock_ns(dom[1]), 1988 * (uint64_t)NS_PER_S);
	/* A kernel that doesn't know the time of day */
	op.u.settime64 = (struct xenpf_settime64){ .secs = 5, .system_time = 5 * (uint64_t)NS_PER_S };
	CHECK_EQ(call_arg(late, CALL_platform_op, 0, &op, sizeof(op)), -EINVAL);
	op.u.settime64.system_time = UINT64_MAX;
	CHECK_EQ(call_arg(late, CALL_platform_op, 0, &op, sizeof(op)), -EINVAL);
	CHECK_EQ(wallclock_ns(late), 1995 * (uint64_t)NS_PER_S);
}

TEST(settime)
{
	struct xen_platform_op op = { .cmd = XENPF_settime64,
				      .interface_version = XENPF_INTERFACE_VERSION };
	const struct shared_info *s = dom[1]->shared_info;
	const uint32_t wc_version = s->wc_version;

	op.u.settime64 = (struct xenpf_settime64){ .secs = 5000000000, .nsecs = 500,
						   .system_time = NS_PER_S };
	CHECK_EQ(call_arg(dom[1], CALL_platform_op, 0, &op, sizeof(op)), -EPERM);
	CHECK_EQ(call_arg(dom[0], CALL_platform_op, 0, &op, sizeof(op)), 0);
	CHECK_EQ(s->wc_sec + ((uint64_t)s->wc_sec_hi << 32), 4999999999);
	CHECK_EQ(s->wc_nsec, 500);
	CHECK_EQ(s->wc_version, wc_version + 2);
	CHECK_EQ(dom[2]->shared_info->wc_nsec, 500);
	CHECK_EQ(dom[2]->shared_info->vcpu_info[0].time.system_time, time_now_ns());
	CHECK_EQ(dom[2]->shared_info->vcpu_info[0].time.version % 2, 0);
	op.u.settime64.mbz = 1;
	CHECK_EQ(call_arg(dom[0], CALL_platform_op, 0, &op, sizeof(op)), -EINVAL);
	op.u.settime64.mbz = 0;
	op.u.settime64.nsecs = NS_PER_S;
	CHECK_EQ(call_arg(dom[0], CALL_platform_op, 0, &op, sizeof(op)), -EINVAL);
	op.u.settime64.nsecs = 0;
	op.u.settime64.secs = UINT64_MAX;
	CHECK_EQ(call_arg(dom[0], CALL_platform_op, 0, &op, sizeof(op)), -EINVAL);
	op.u.settime64.secs = 0;
	CHECK_EQ(call_arg(dom[0], CALL_platform_op, 0, &op, sizeof(op)), -EINVAL);
	op.interface_version++;
	CHECK_EQ(call_arg(dom[0], CALL_platform_op, 0, &op, sizeof(op)), -EACCES);
	op.interface_version--;
	op.cmd = XENPF_getidletime;
	CHECK_EQ(call_arg(dom[0], CALL_platform_op, 0, &op, sizeof(op)), -ENOSYS);
	CHECK_EQ(call(dom[0], CALL_platform_op, 0, 0, 0), -EFAULT);
}

TEST(vm_assist)
{
	CHECK_EQ(call(dom[1], CALL_vm_assist, VMASST_CMD_enable, VMASST_TYPE_runstate_update_flag, 0),
		 0);
	CHECK_EQ(call(dom[1], CALL_vm_assist, VMASST_CMD_enable, 0, 0), -EINVAL);
	CHECK_EQ(call(dom[1], CALL_vm_assist, 7, VMASST_TYPE_runstate_update_flag, 0), -ENOSYS);
}

TEST(physdev)
{
	struct physdev_irq_status_query query = { .irq = OWNED_IRQ };
	struct physdev_map_pirq map_op = { .domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI,
					   .index = OWNED_IRQ, .pirq = -1 };
	struct physdev_unmap_pirq unmap_op = { .domid = DOMID_SELF, .pirq = OWNED_IRQ };
	struct physdev_eoi eoi = { .irq = OWNED_IRQ };
	const uint32_t nr = CALL_physdev_op;

	CHECK_EQ(call_arg(dom[0], nr, PHYSDEVOP_irq_status_query, &query, sizeof(query)), 0);
	CHECK_EQ(query.flags, XENIRQSTAT_needs_eoi);
	CHECK_EQ(call_arg(dom[1], nr, PHYSDEVOP_irq_status_query, &query, sizeof(query)), -EPERM);
	query.irq = UINT32_MAX;
	CHECK_EQ(call_arg(dom[0], nr, PHYSDEVOP_irq_status_query, &query, sizeof(query)), -EINVAL);
	CHECK_EQ(call_arg(dom[0], nr, PHYSDEVOP_map_pirq, &map_op, sizeof(map_op)), 0);
	CHECK_EQ(map_op.pirq, OWNED_IRQ);
	CHECK_EQ(call_arg(dom[1], nr, PHYSDEVOP_map_pirq, &map_op, sizeof(map_op)), -EPERM);
	map_op.pirq = 50;
	CHECK_EQ(call_arg(dom[0], nr, PHYSDEVOP_map_pirq, &map_op, sizeof(map_op)), -EINVAL);
	map_op.pirq = map_op.index = -5;
	CHECK_EQ(call_arg(dom[0], nr, PHYSDEVOP_map_pirq, &map_op, sizeof(map_op)), -EINVAL);
	map_op.domid = 1;
	CHECK_EQ(call_arg(dom[0], nr, PHYSDEVOP_map_pirq, &map_op, sizeof(map_op)), -EPERM);
	CHECK_EQ(call_arg(dom[0], nr, PHYSDEVOP_unmap_pirq, &unmap_op, sizeof(unmap_op)), 0);
	unmap_op.pirq = -1;
	CHECK_EQ(call_arg(dom[0], nr, PHYSDEVOP_unmap_pirq, &unmap_op, sizeof(unmap_op)), -EINVAL);
	CHECK_EQ(call_arg(dom[1], nr, PHYSDEVOP_eoi, &eoi, sizeof(eoi)), -EPERM);
	eoi.irq = 0x10000000;
	CHECK_EQ(call_arg(dom[0], nr, PHYSDEVOP_eoi, &eoi, sizeof(eoi)), -EINVAL);
	CHECK_EQ(call(dom[0], nr, PHYSDEVOP_set_iopl, page(dom[0], 3), 0), -ENOSYS);
}
