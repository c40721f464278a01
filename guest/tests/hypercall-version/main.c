/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hypercall-version - xen_version answers as Xen 4.17's does, as far as Linux asks
 *
 * Version, extra version, capabilities, features (dom0's bit, no translation), page size; an
 * unknown command gives -ENOSYS, a bad pointer -EFAULT.
 */
#include <exentest.h>

static bool is_terminated(const char *text, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		if (!text[i])
			return true;
	return false;
}

static void check_strings(void)
{
	static xen_extraversion_t extra;
	static xen_capabilities_info_t capabilities;

	memset(extra, 'x', sizeof(extra));
	CHECK_EQ(xen_version(XENVER_extraversion, extra), 0);
	CHECK(is_terminated(extra, sizeof(extra)));
	memset(capabilities, 'x', sizeof(capabilities));
	CHECK_EQ(xen_version(XENVER_capabilities, capabilities), 0);
	CHECK(is_terminated(capabilities, sizeof(capabilities)));
	exentest_note("extra version '%s', capabilities '%s'", extra, capabilities);
}

static void check_features(void)
{
	struct xen_feature_info info = { .submap_idx = 0 };

	CHECK_EQ(xen_version(XENVER_get_features, &info), 0);
	CHECK(info.submap & (1u << XENFEAT_dom0));
	info.submap_idx = XENFEAT_NR_SUBMAPS + 100;
	CHECK_EQ(xen_version(XENVER_get_features, &info), -XEN_EINVAL);
}

static void version(void)
{
	CHECK_EQ(xen_version(XENVER_version, NULL), 4 << 16 | 17);
	check_strings();
	check_features();
	CHECK_EQ(xen_version(XENVER_pagesize, NULL), 4096);
	CHECK_EQ(xen_version(1000, NULL), -XEN_ENOSYS);
	CHECK_EQ(xen_version(XENVER_extraversion, (void *)0x1000), -XEN_EFAULT);
	CHECK_EQ(xen_version(XENVER_extraversion, (void *)EXEN_WINDOW_BASE), -XEN_EFAULT);
}

EXENTEST(version);
