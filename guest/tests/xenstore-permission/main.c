/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xenstore-permission - a domU reads and writes only what it may
 *
 * Dom0 makes nodes that domain 1 may not touch, may read, may write, and one that it owns; domain 1
 * tries everything on each.  It can't take over dom0's nodes by permissions, nor create in dom0's
 * directories; a watch on a hidden node stays silent; its own subtree has a quota.
 */
#include <exentest.h>

#define P(path)		"/exentest/" path

static char value[64];

static void make(const char *path, const char *perms, uint32_t len)
{
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, path, "dom0's"), 0);
	CHECK_EQ(xs_set_perms(XS_NO_TRANSACTION, path, perms, len), 0);
}

static void check_value(const char *path, const char *expected)
{
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, path, value, sizeof(value)), strlen(expected));
	CHECK(!strcmp(value, expected));
}

static void dom0(void)
{
	REQUIRE(!xs_init());
	make("/exentest", "n0\0r1", 6);
	make(P("hidden"), "n0", 3);
	make(P("readable"), "n0\0r1", 6);
	make(P("writable"), "n0\0w1", 6);
	make(P("both"), "n0\0b1", 6);
	make(P("own"), "n1", 3);
	peer_signal(1);
	peer_await(1);
	check_value(P("hidden"), "dom0's");
	check_value(P("readable"), "dom0's");
	check_value(P("writable"), "domU's");
	check_value(P("both"), "domU's");
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, P("new"), value, sizeof(value)), -XEN_ENOENT);
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, P("hidden"), "watched"), 0);
	peer_signal(2);
	peer_await(2);
}

static void allowed(const char *path, bool can_read, bool can_write, bool is_owner)
{
	const int32_t length = xs_read(XS_NO_TRANSACTION, path, value, sizeof(value));
	const int32_t written = xs_write(XS_NO_TRANSACTION, path, "domU's");

	if ((length != -XEN_EACCES) != can_read || (written != -XEN_EACCES) != can_write)
		exentest_failure("%s: read %d, write %d", path, length, written);
	if (is_owner)
		return;
	CHECK_EQ(xs_set_perms(XS_NO_TRANSACTION, path, "n1", 3), -XEN_EACCES);
	if (!can_write)		/* who may write a node may remove it, as in xenstored */
		CHECK_EQ(xs_rm(XS_NO_TRANSACTION, path), -XEN_EACCES);
}

static uint32_t watched;

static void note(const char *path, const char *token)
{
	(void)path;
	(void)token;
	watched++;
}

static void quota(void)
{
	char path[40];
	int32_t err = 0;
	uint32_t n;

	for (n = 0; n < 5000 && !err; n++) {
		snprintf(path, sizeof(path), P("own/%u"), n);
		err = xs_write(XS_NO_TRANSACTION, path, "x");
	}
	exentest_note("%u nodes, then %d", n, err);
	CHECK_EQ(err, -XEN_ENOSPC);
	for (uint32_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), P("own/%u"), i);
		xs_rm(XS_NO_TRANSACTION, path);
	}
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, P("own/0"), "x"), 0);
}

static void domu(void)
{
	uint32_t before;

	REQUIRE(!xs_init());
	peer_await(1);
	allowed(P("hidden"), false, false, false);
	allowed(P("readable"), true, false, false);
	allowed(P("writable"), false, true, false);
	CHECK_EQ(xs_read(XS_NO_TRANSACTION, P("both"), value, sizeof(value)), 6);
	allowed(P("own"), true, true, true);
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, P("new"), "x"), -XEN_EACCES);
	CHECK(xs_write(XS_NO_TRANSACTION, "/local/domain/0/domid", "5") == -XEN_EACCES);
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, P("both"), "domU's"), 0);
	quota();
	CHECK_EQ(xs_watch(P("hidden"), "hidden", note), 0);
	xs_wait_watch(50 * NS_PER_MS);		/* the first event always comes */
	before = watched;
	peer_signal(1);
	peer_await(2);
	xs_wait_watch(50 * NS_PER_MS);
	CHECK_EQ(watched, before);
	peer_signal(2);
}

EXENTEST2(dom0, domu);
