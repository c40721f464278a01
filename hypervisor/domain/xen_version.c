/* SPDX-License-Identifier: Apache-2.0 */
/* The xen_version hypercall (xen/version.h, xen/features.h).  Reports Xen 4.17, whose ABI this is. */
#include <errno.h>

#include <exen/arch.h>
#include <exen/hypercall.h>
#include <exen/string.h>

#include "evtchn.h"

#define XEN_VERSION	((4 << 16) | 17)

static int op_version(uint64_t va)
{
	return XEN_VERSION;
}

/* Up to and with the terminating 0; the guest's buffer may be longer. */
static int copy_string(uint64_t va, const char *text)
{
	return copy_to_guest(va, text, strlen(text) + 1);
}

static int op_extraversion(uint64_t va)
{
	return copy_string(va, ".0-exen");
}

static int op_compile_info(uint64_t va)
{
	static const struct xen_compile_info info = {
		.compiler = "gcc " __VERSION__,
		.compile_by = "exen",
		.compile_domain = "",
		.compile_date = "",	/* the same source is the same binary */
	};

	return copy_to_guest(va, &info, sizeof(info));
}

static int op_capabilities(uint64_t va)
{
	return copy_string(va, "xen-3.0-arm ");
}

static int op_changeset(uint64_t va)
{
	return copy_string(va, "unavailable");
}

static int op_platform_parameters(uint64_t va)
{
	static const struct xen_platform_parameters params = { .virt_start = EXEN_WINDOW_BASE };

	return copy_to_guest(va, &params, sizeof(params));
}

/* Frame numbers are real ones and page tables are the guest's own.  Only who drives devices needs
 * DMA by real address, and Linux's bounce buffers with it. */
static uint32_t features(const struct domain *d)
{
	const uint32_t all = BIT(XENFEAT_auto_translated_physmap) |
			     BIT(XENFEAT_supervisor_mode_kernel);

	if (d->is_privileged)
		return all | BIT(XENFEAT_dom0) | BIT(XENFEAT_direct_mapped);
	return all | BIT(XENFEAT_not_direct_mapped);
}

static int op_get_features(uint64_t va)
{
	struct xen_feature_info info;

	if (copy_from_guest(&info, va, sizeof(info)))
		return -EFAULT;
	if (info.submap_idx >= XENFEAT_NR_SUBMAPS)
		return -EINVAL;
	info.submap = features(current_domain());
	return copy_to_guest(va, &info, sizeof(info));
}

static int op_pagesize(uint64_t va)
{
	return PAGE_SIZE;
}

/* A UUID that tells the domains of this machine apart: all 0 but the domid. */
static int op_guest_handle(uint64_t va)
{
	xen_domain_handle_t handle = { 0 };

	handle[sizeof(handle) - 1] = (uint8_t)current_domain()->domid;
	return copy_to_guest(va, handle, sizeof(handle));
}

static int op_commandline(uint64_t va)
{
	return copy_string(va, "");
}

static int op_build_id(uint64_t va)
{
	return -ENODATA;
}

int32_t do_xen_version(uint32_t cmd, uint32_t va, uint32_t a2, uint32_t a3, uint32_t a4)
{
	static int (*const fn[])(uint64_t va) = {
		[XENVER_version] = op_version,
		[XENVER_extraversion] = op_extraversion,
		[XENVER_compile_info] = op_compile_info,
		[XENVER_capabilities] = op_capabilities,
		[XENVER_changeset] = op_changeset,
		[XENVER_platform_parameters] = op_platform_parameters,
		[XENVER_get_features] = op_get_features,
		[XENVER_pagesize] = op_pagesize,
		[XENVER_guest_handle] = op_guest_handle,
		[XENVER_commandline] = op_commandline,
		[XENVER_build_id] = op_build_id,
	};

	if (cmd >= ARRAY_SIZE(fn) || !fn[cmd])
		return -ENOSYS;
	return fn[cmd](va);
}
