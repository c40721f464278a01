/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xenstore-watch - watches tell of changes, in this domain and in others
 *
 * A new watch fires once; then for each change of the node or below it, with the right path and
 * token, also for a removal above it; a changed transaction fires at its end; after unwatch it is
 * silent; @releaseDomain fires in dom0 when domain 1 has ended.
 */
#include <exentest.h>

static volatile uint32_t events, wrong;
static char last_path[128];
static const char *expected_token;
static bool released;

static void note(const char *path, const char *token)
{
	events++;
	if (strcmp(token, expected_token))
		wrong++;
	strcpy(last_path, path);
}

static void note_release(const char *path, const char *token)
{
	(void)token;
	released |= !strcmp(path, "@releaseDomain");
}

static void await_events(uint32_t n)
{
	const uint64_t deadline_ns = time_ns() + 2 * NS_PER_S;

	while (events < n && time_ns() < deadline_ns)
		xs_wait_watch(100 * NS_PER_MS);
	CHECK_EQ(events, n);
	CHECK_EQ(wrong, 0);
}

static void stays_silent(uint32_t n)
{
	xs_wait_watch(20 * NS_PER_MS);
	CHECK_EQ(events, n);
}

static void own_changes(void)
{
	uint32_t tx;

	expected_token = "token";
	CHECK_EQ(xs_mkdir(XS_NO_TRANSACTION, "/exentest/dir"), 0);
	CHECK_EQ(xs_watch("/exentest/dir", "token", note), 0);
	await_events(1);
	CHECK(!strcmp(last_path, "/exentest/dir"));
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/dir/x/y", "1"), 0);
	await_events(2);
	CHECK(!strcmp(last_path, "/exentest/dir/x/y"));
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/other", "1"), 0);
	stays_silent(2);
	CHECK_EQ(xs_transaction_start(&tx), 0);
	CHECK_EQ(xs_write(tx, "/exentest/dir/x", "2"), 0);
	stays_silent(2);
	CHECK_EQ(xs_transaction_end(tx, true), 0);
	await_events(3);
	CHECK_EQ(xs_watch("/exentest/dir", "token", note), -XEN_EEXIST);
	CHECK_EQ(xs_unwatch("/exentest/dir", "token"), 0);
	CHECK_EQ(xs_unwatch("/exentest/dir", "token"), -XEN_ENOENT);
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/dir/x", "3"), 0);
	stays_silent(3);
}

static void dom0(void)
{
	static const char perms[] = "n0\0b1";
	char value[8];

	REQUIRE(!xs_init());
	own_changes();
	CHECK_EQ(xs_watch("@releaseDomain", "release", note_release), 0);
	xs_wait_watch(NS_PER_S);
	released = false;
	CHECK_EQ(xs_write(XS_NO_TRANSACTION, "/exentest/shared", "0"), 0);
	CHECK_EQ(xs_set_perms(XS_NO_TRANSACTION, "/exentest/shared", perms, sizeof(perms)), 0);
	peer_signal(1);
	peer_await(1);			/* watches */
	for (uint32_t i = 1; i <= 50; i++) {
		CHECK_EQ(xs_printf(XS_NO_TRANSACTION, "/exentest/shared", "%u", i), 0);
		peer_await(1 + i);
	}
	for (uint32_t i = 0; i < 20 && !released; i++)
		xs_wait_watch(100 * NS_PER_MS);
	CHECK(released);
	CHECK_EQ(xs_watch_lost, 0);
	CHECK(xs_read(XS_NO_TRANSACTION, "/exentest/shared", value, sizeof(value)) == 2);
}

static void domu(void)
{
	uint32_t n;

	REQUIRE(!xs_init());
	expected_token = "from domU";
	peer_await(1);
	CHECK_EQ(xs_watch("/exentest/shared", "from domU", note), 0);
	await_events(1);
	peer_signal(1);
	for (uint32_t i = 1; i <= 50; i++) {
		await_events(1 + i);
		CHECK_EQ(xs_read_u32(XS_NO_TRANSACTION, "/exentest/shared", &n), 0);
		CHECK_EQ(n, i);
		peer_signal(1 + i);
	}
}

EXENTEST2(dom0, domu);
