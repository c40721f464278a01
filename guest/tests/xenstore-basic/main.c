/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xenstore-basic - nodes of the hypervisor's store are written, read, listed and removed
 *
 * From dom0: its own domid by a relative path, values of every length up to 2,000 bytes, directories,
 * permissions, removal of a tree, the errors for missing nodes and malformed paths; 500 nodes come
 * and go without anything being used up.
 */
#include <exentest.h>

static char value[XENSTORE_PAYLOAD_MAX], expected[XENSTORE_PAYLOAD_MAX];

static void own_entries(void)
{
	uint32_t domid;

	CHECK_EQ(xs_read_u32(XS_NO_TRANSACTION, "domid", &domid), 0);
	CHECK_EQ(domid, 0);
	CHECK_EQ(xs_read_u32(XS_NO_TRANSACTION, "/local/domain/0/domid", &domid), 0);
	CHECK(xs_read(XS_NO_TRANSACTION, "name", value, sizeof(value)) > 0);
	exentest_note("this domain's name is %s", value);
}

static void values(void)
{
	for (uint32_t len = 0; len <= 2000; len += len < 40 ? 1 : 97) {
		for (uint32_t i = 0; i < len; i++)
			expected[i] = (char)('a' + (i * 5 + len) % 26);
		expected[len] = '\0';
		CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/value", expected), 0);
		CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest/value", value, sizeof(value)), len);
		CHECK(!memcmp(value, expected, len));
	}
}

static void directories(void)
{
	static const char names[] = "a\0b\0c";
	int32_t len;

	CHECK_EQ(xs_mkdir(XS_NO_TRANSACTION, "/exentest/dir"), 0);
	CHECK_EQ(xs_mkdir(XS_NO_TRANSACTION, "/exentest/dir"), 0);
	CHECK_EQ(xs_directory(XS_NO_TRANSACTION, "/exentest/dir", value, sizeof(value)), 0);
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/dir/a", "1"), 0);
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/dir/b/deep/er", "2"), 0);
	CHECK_EQ(xs_mkdir(XS_NO_TRANSACTION, "/exentest/dir/c"), 0);
	len = xs_directory(XS_NO_TRANSACTION, "/exentest/dir", value, sizeof(value));
	CHECK_EQ(len, sizeof(names));
	CHECK(!memcmp(value, names, sizeof(names)));
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest/dir/b/deep/er", value, sizeof(value)), 1);
	CHECK_EQ(xs_rm(XS_NO_TRANSACTION, "/exentest/dir/b"), 0);
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest/dir/b/deep/er", value, sizeof(value)),
		 -XEN_ENOENT);
}

static void permissions(void)
{
	static const char perms[] = "n0\0r1\0b2";

	CHECK_EQ(xs_set_perms(XS_NO_TRANSACTION, "/exentest/value", perms, sizeof(perms)), 0);
	CHECK_EQ(xs_get_perms(XS_NO_TRANSACTION, "/exentest/value", value, sizeof(value)),
		 sizeof(perms));
	CHECK(!memcmp(value, perms, sizeof(perms)));
	CHECK_EQ(xs_set_perms(XS_NO_TRANSACTION, "/exentest/value", "x9", 3), -XEN_EINVAL);
}

static void errors(void)
{
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest/none", value, sizeof(value)), -XEN_ENOENT);
	CHECK_EQ(xs_directory(XS_NO_TRANSACTION, "/exentest/none", value, sizeof(value)),
		 -XEN_ENOENT);
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "", value, sizeof(value)), -XEN_EINVAL);
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest//value", value, sizeof(value)), -XEN_EINVAL);
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest/", value, sizeof(value)), -XEN_EINVAL);
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/?", "x"), -XEN_EINVAL);
	CHECK_EQ(xs_read(77, "/exentest/value", value, sizeof(value)), -XEN_ENOENT);
	CHECK_EQ(xs_transaction_end(77, true), -XEN_ENOENT);
}

static void many_nodes(void)
{
	char path[40];

	for (uint32_t round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 250; i++) {
			snprintf(path, sizeof(path), "/exentest/many/node-%u", i);
			CHECK_EQ(xs_printf(XS_NO_TRANSACTION, path, "%u", i), 0);
		}
		CHECK_EQ(xs_rm(XS_NO_TRANSACTION, "/exentest/many"), 0);
	}
}

static void basic(void)
{
	REQUIRE(!xs_init());
	own_entries();
	values();
	directories();
	permissions();
	errors();
	many_nodes();
	CHECK_EQ(xs_rm(XS_NO_TRANSACTION, "/exentest"), 0);
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, "/exentest", value, sizeof(value)), -XEN_ENOENT);
}

EXENTEST(basic);
