/* SPDX-License-Identifier: Apache-2.0 */
/* The hypervisor's side: xenstore.h and the ring, with a page as a guest sees it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "test.h"
#include "xenstore.h"

struct guest {
	struct xenstore_domain_interface page;
	unsigned int nr_notified;
	char answer[4096 + 2];
	struct xsd_sockmsg header;
};

static struct guest guest0, guest1;
static char arena[XENSTORE_ARENA_SIZE] __attribute__((aligned(8)));

static void notify(void *arg)
{
	((struct guest *)arg)->nr_notified++;
}

static void start(void)
{
	CHECK_EQ(xenstore_init(arena, sizeof(arena)), 0);
	memset(&guest0, 0x55, sizeof(guest0));
	memset(&guest1, 0x55, sizeof(guest1));
	CHECK_EQ(xenstore_connect(0, true, &guest0.page, notify, &guest0), 0);
	CHECK_EQ(xenstore_connect(1, false, &guest1.page, notify, &guest1), 0);
	guest0.nr_notified = guest1.nr_notified = 0;
}

static void serve_domain(domid_t domid)
{
	unsigned int i;

	for (i = 0; xenstore_service(domid); i++)
		CHECK(i < 1000);
}

/* Puts as much as fits into the ring; @return number of bytes. */
static size_t ring_write(struct guest *g, const void *bytes, size_t len)
{
	const char *src = bytes;
	size_t i;

	for (i = 0; i < len && g->page.req_prod - g->page.req_cons < XENSTORE_RING_SIZE; i++)
		g->page.req[MASK_XENSTORE_IDX(g->page.req_prod++)] = src[i];
	return i;
}

static size_t ring_read(struct guest *g, void *bytes, size_t len)
{
	char *dst = bytes;
	size_t i;

	for (i = 0; i < len && g->page.rsp_cons != g->page.rsp_prod; i++)
		dst[i] = g->page.rsp[MASK_XENSTORE_IDX(g->page.rsp_cons++)];
	return i;
}

/* Writes and reads as a driver would, the server running whenever the ring is full or empty. */
static void send_all(struct guest *g, domid_t domid, const void *bytes, size_t len)
{
	size_t done, i;

	for (done = 0, i = 0; done < len; i++) {
		done += ring_write(g, (const char *)bytes + done, len - done);
		serve_domain(domid);
		CHECK(i < 100);
	}
}

static void receive_all(struct guest *g, domid_t domid, void *bytes, size_t len)
{
	size_t done, i;

	for (done = 0, i = 0; done < len; i++) {
		done += ring_read(g, (char *)bytes + done, len - done);
		serve_domain(domid);
		CHECK(i < 100);
	}
}

static const char *receive(struct guest *g, domid_t domid)
{
	bool is_error;

	receive_all(g, domid, &g->header, sizeof(g->header));
	is_error = g->header.type == XS_ERROR;
	CHECK(g->header.len <= XENSTORE_PAYLOAD_MAX);
	g->answer[0] = '!';
	receive_all(g, domid, g->answer + is_error, g->header.len);
	g->answer[is_error + g->header.len] = '\0';
	return g->answer;
}

static const char *ask_ring(struct guest *g, domid_t domid, uint32_t type, const void *payload,
			    size_t len)
{
	const struct xsd_sockmsg h = { .type = type, .req_id = 9, .len = len };

	send_all(g, domid, &h, sizeof(h));
	send_all(g, domid, payload, len);
	return receive(g, domid);
}

TEST(the_ring_carries_requests_longer_than_itself)
{
	char payload[4000] = "data/long";
	unsigned int i;

	start();
	CHECK_EQ(guest1.page.server_features,
		  XENSTORE_SERVER_FEATURE_RECONNECTION | XENSTORE_SERVER_FEATURE_ERROR);
	CHECK_EQ(guest1.page.connection, XENSTORE_CONNECTED);
	CHECK_EQ(guest1.page.error, XENSTORE_ERROR_NONE);
	memset(payload + sizeof("data/long"), 'v', sizeof(payload) - sizeof("data/long"));
	for (i = 0; i < 50; i++) {
		CHECK_STR(ask_ring(&guest0, 0, XS_WRITE, payload, sizeof(payload)), "OK");
		CHECK_EQ(guest0.header.req_id, 9);
		ask_ring(&guest0, 0, XS_READ, "data/long", sizeof("data/long"));
		CHECK_EQ(guest0.header.len, sizeof(payload) - sizeof("data/long"));
	}
	CHECK(guest0.nr_notified > 100);
}

TEST(another_guests_event_is_pushed_and_notified_at_once)
{
	start();
	CHECK_EQ(xenstore_mkdir_local("/local/domain/1/d",
				       (const struct xs_perm[]){ { 1, XS_ACCESS_NONE } }, 1), 0);
	CHECK_STR(ask_ring(&guest0, 0, XS_WATCH, "/local/domain/1/d\0t",
			   sizeof("/local/domain/1/d\0t")), "OK");
	receive(&guest0, 0);
	CHECK_EQ(guest0.header.type, XS_WATCH_EVENT);
	guest0.nr_notified = 0;
	CHECK_STR(ask_ring(&guest1, 1, XS_WRITE, "d/x\0" "1", 5), "OK");
	CHECK_EQ(guest0.nr_notified, 1);
	CHECK_EQ(guest0.page.rsp_prod - guest0.page.rsp_cons,
		  sizeof(struct xsd_sockmsg) + sizeof("/local/domain/1/d/x\0t"));
	CHECK_STR(receive(&guest0, 0), "/local/domain/1/d/x");
}

static void expect_ring_error(uint32_t error)
{
	CHECK(!xenstore_service(1));
	CHECK_EQ(guest1.page.error, error);
	guest1.page.req_prod = guest1.page.req_cons + 16;
	CHECK(!xenstore_service(1));
	CHECK_STR(ask_ring(&guest0, 0, XS_GET_DOMAIN_PATH, "0", 2), "/local/domain/0");
}

/* The guest asks for a new connection and gets one that works. */
static void reconnect(void)
{
	guest1.page.connection = XENSTORE_RECONNECT;
	guest1.nr_notified = 0;
	CHECK(!xenstore_service(1));
	CHECK_EQ(guest1.page.connection, XENSTORE_CONNECTED);
	CHECK_EQ(guest1.page.error, XENSTORE_ERROR_NONE);
	CHECK_EQ(guest1.page.req_prod, 0);
	CHECK_EQ(guest1.page.rsp_prod, 0);
	CHECK(guest1.nr_notified > 0);
	CHECK_STR(ask_ring(&guest1, 1, XS_GET_DOMAIN_PATH, "1", 2), "/local/domain/1");
}

TEST(a_request_index_out_of_range_stops_service_until_reconnect)
{
	static const uint32_t ahead[] = { 1025, 0x80000000, 0xffffffff };
	unsigned int i;

	start();
	for (i = 0; i < ARRAY_SIZE(ahead); i++) {
		guest1.page.req_prod = guest1.page.req_cons + ahead[i];
		expect_ring_error(XENSTORE_ERROR_RINGIDX);
		reconnect();
	}
	CHECK_STR(test_printed(),
		  "xenstore: d1: request index out of range, not served until it reconnects\n");
}

TEST(a_response_index_out_of_range_stops_service_until_reconnect)
{
	start();
	CHECK_STR(ask_ring(&guest1, 1, XS_GET_DOMAIN_PATH, "1", 2), "/local/domain/1");
	guest1.page.rsp_cons = guest1.page.rsp_prod + 1;
	ring_write(&guest1, &(struct xsd_sockmsg){ .type = XS_RESET_WATCHES }, 16);
	xenstore_service(1);
	expect_ring_error(XENSTORE_ERROR_RINGIDX);
	CHECK(strstr(test_printed(), "d1: response index"));
	reconnect();
}

TEST(indices_that_the_guest_overwrites_mislead_only_itself)
{
	start();
	CHECK_STR(ask_ring(&guest1, 1, XS_GET_DOMAIN_PATH, "1", 2), "/local/domain/1");
	guest1.page.req_cons = 12345;
	guest1.page.rsp_prod = 54321;
	CHECK(!xenstore_service(1));
	CHECK_EQ(guest1.page.error, XENSTORE_ERROR_NONE);
	reconnect();
	memset(&guest1.page, 0xff, sizeof(guest1.page));
	CHECK(!xenstore_service(1));
	reconnect();
}

TEST(indices_wrap_around)
{
	unsigned int i;

	start();
	for (i = 0; i < 3000; i++)
		CHECK_STR(ask_ring(&guest1, 1, XS_GET_DOMAIN_PATH, "12345", 6),
			  "/local/domain/12345");
	CHECK(guest1.page.req_prod > 64 * 1024);
}

TEST(an_overlong_message_sets_the_protocol_error)
{
	start();
	ring_write(&guest1, &(struct xsd_sockmsg){ .type = XS_READ, .len = 4097 }, 16);
	expect_ring_error(XENSTORE_ERROR_PROTO);
	reconnect();
}

TEST(reconnection_drops_watches_transactions_and_half_messages)
{
	struct xenstore_statistics s;

	start();
	ask_ring(&guest1, 1, XS_WATCH, "a\0t", 4);
	receive(&guest1, 1);
	ask_ring(&guest1, 1, XS_TRANSACTION_START, "", 1);
	ring_write(&guest1, &(struct xsd_sockmsg){ .type = XS_READ, .len = 100 }, 16);
	xenstore_service(1);
	xenstore_get_statistics(&s);
	CHECK_EQ(s.watches, 1);
	CHECK_EQ(s.transactions, 1);
	reconnect();
	xenstore_get_statistics(&s);
	CHECK_EQ(s.watches, 0);
	CHECK_EQ(s.transactions, 0);
}

TEST(a_guest_that_never_reads_its_ring_stops_only_itself)
{
	unsigned int i;

	start();
	for (i = 0; i < 2000; i++) {
		ring_write(&guest1, &(struct xsd_sockmsg){ .type = XS_RESET_WATCHES }, 16);
		xenstore_service(1);
	}
	CHECK_EQ(guest1.page.rsp_prod - guest1.page.rsp_cons, XENSTORE_RING_SIZE);
	CHECK_EQ(guest1.page.req_prod - guest1.page.req_cons, XENSTORE_RING_SIZE);
	CHECK(!xenstore_service(1));
	CHECK_STR(ask_ring(&guest0, 0, XS_GET_DOMAIN_PATH, "0", 2), "/local/domain/0");
	for (i = 0; guest1.page.rsp_prod != guest1.page.rsp_cons; i++) {
		CHECK_STR(receive(&guest1, 1), "OK");
		CHECK(i < 2000);
	}
	CHECK_EQ(guest1.page.req_prod, guest1.page.req_cons);
}

/* -- the hypervisor's own entries */

static char dumped[65536];

static void dump_line(void *arg, const char *text)
{
	CHECK(arg == dumped);
	CHECK(strlen(dumped) + strlen(text) + 2 < sizeof(dumped));
	CHECK(strlen(text) <= 160);
	strcat(strcat(dumped, text), "\n");
}

static const char *dump(void)
{
	dumped[0] = '\0';
	xenstore_dump(dump_line, dumped);
	return dumped;
}

TEST(local_access)
{
	const struct xs_perm perms[] = { { 1, XS_ACCESS_NONE }, { 2, XS_ACCESS_READ } };
	const struct xs_perm six[6] = { { 0, 0 } };
	static char big[4098];
	char buf[8];

	start();
	CHECK_EQ(xenstore_write_local("/a/b", "value", perms, 2), 0);
	CHECK_EQ(xenstore_read_local("/a/b", buf, sizeof(buf)), 5);
	CHECK_STR(buf, "value");
	CHECK_EQ(xenstore_read_local("/a/b", buf, 3), 5);
	CHECK_STR(buf, "va");
	CHECK_EQ(xenstore_read_local("/a/none", buf, sizeof(buf)), -ENOENT);
	CHECK_EQ(xenstore_mkdir_local("/a/b", NULL, 0), 0);
	CHECK(strstr(dump(), "/a/b = \"value\"  (n1,r2)\n"));
	CHECK_EQ(xenstore_rm_local("/a"), 0);
	CHECK_EQ(xenstore_rm_local("/a/b"), 0);
	CHECK_EQ(xenstore_write_local("relative", "", NULL, 0), -EINVAL);
	CHECK_EQ(xenstore_write_local("", "", NULL, 0), -EINVAL);
	CHECK_EQ(xenstore_mkdir_local("/a//b", NULL, 0), -EINVAL);
	CHECK_EQ(xenstore_rm_local("@releaseDomain"), -EINVAL);
	CHECK_EQ(xenstore_write_local("/a", "", six, 6), -ENOSPC);
	memset(big, 'x', sizeof(big) - 1);
	CHECK_EQ(xenstore_write_local("/a", big, NULL, 0), -E2BIG);
	big[4096] = '\0';
	CHECK_EQ(xenstore_write_local("/a", big, NULL, 0), 0);
}

TEST(local_writes_fire_watches)
{
	start();
	ask_ring(&guest0, 0, XS_WATCH, "/a\0t", 5);
	receive(&guest0, 0);
	guest0.nr_notified = 0;
	xenstore_write_local("/a", "x", NULL, 0);
	CHECK_EQ(guest0.nr_notified, 1);
	CHECK_STR(receive(&guest0, 0), "/a");
}

TEST(the_dump_escapes_and_cuts)
{
	char path[400] = "/";

	start();
	memset(path + 1, 'p', 300);
	xenstore_write_local("/odd", "a\"b\\c\n\x80", NULL, 0);
	xenstore_write_local(path, "v", NULL, 0);
	CHECK(strstr(dump(), "/odd = \"a\\042b\\134c\\012\\200\"  (n0)\n"));
	CHECK(strstr(dump(), "ppp = \"v\"  (n0)\n"));
	CHECK(strstr(dump(), "/local/domain = \"\"  (n0)\n"));
	memset(path + 1, 'q', 20);
	path[21] = '\0';
	xenstore_write_local(path, letters('v', 3000), NULL, 0);
	CHECK(strstr(dump(), "vvv\"  (n0)\n"));
}

static const struct xenstore_domain_nodes nodes1 = {
	.domid = 1, .name = "domU1", .uuid = "00000000-0000-0000-0000-000000000001",
	.memory_kib = 65536, .nr_vcpus = 2, .store_gfn = 1234, .store_port = 1,
	.console_gfn = 1235, .console_port = 2, .console_type = "xenconsoled",
};

TEST(standard_nodes)
{
	static const char *const lines[] = {
		"/local/domain/1 = \"\"  (n0,r1)", "/local/domain/1/name = \"domU1\"  (n0,r1)",
		"/local/domain/1/domid = \"1\"  (n0,r1)",
		"/local/domain/1/vm = \"/vm/00000000-0000-0000-0000-000000000001\"  (n0,r1)",
		"/vm/00000000-0000-0000-0000-000000000001/name = \"domU1\"  (n0,r1)",
		"/local/domain/1/memory/target = \"65536\"  (n0,r1)",
		"/local/domain/1/cpu/1/availability = \"online\"  (n0,r1)",
		"/local/domain/1/store/ring-ref = \"1234\"  (n0,r1)",
		"/local/domain/1/store/port = \"1\"  (n0,r1)",
		"/local/domain/1/console/ring-ref = \"1235\"  (n0,r1)",
		"/local/domain/1/console/port = \"2\"  (n0,r1)",
		"/local/domain/1/console/type = \"xenconsoled\"  (n0,r1)",
		"/local/domain/1/control/shutdown = \"\"  (n1)",
		"/local/domain/1/control/platform-feature-xs_reset_watches = \"1\"  (n0,r1)",
		"/local/domain/1/device = \"\"  (n0,r1)", "/local/domain/1/data = \"\"  (n1)",
	};
	unsigned int i;

	start();
	CHECK_EQ(xenstore_add_domain_nodes(&nodes1), 0);
	dump();
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (!strstr(dumped, lines[i]))
			test_fail(__FILE__, __LINE__, "no line %s", lines[i]);
	CHECK_STR(ask_ring(&guest1, 1, XS_READ, "name", 5), "domU1");
	CHECK_STR(ask_ring(&guest1, 1, XS_WRITE, "name\0x", 6), "!EACCES");
	CHECK_STR(ask_ring(&guest1, 1, XS_WRITE, "data/x\0x", 8), "OK");
	CHECK_STR(ask_ring(&guest1, 1, XS_WRITE, "control/feature-reboot\0" "1", 24), "OK");
	CHECK_STR(ask_ring(&guest1, 1, XS_WRITE, "device/x\0x", 10), "!EACCES");
}

TEST(standard_nodes_of_dom0_and_without_a_console)
{
	struct xenstore_domain_nodes n = nodes1;

	start();
	n.domid = 0;
	n.name = "Domain-0";
	n.console_gfn = 0;
	CHECK_EQ(xenstore_add_domain_nodes(&n), 0);
	CHECK(strstr(dump(), "/local/domain/0/name = \"Domain-0\"  (n0)\n"));
	CHECK(!strstr(dumped, "console"));
	n.uuid = "has a space";
	CHECK_EQ(xenstore_add_domain_nodes(&n), -EINVAL);
	n.uuid = "0123456789012345678901234567890123456789012345678901234567890123456789";
	CHECK_EQ(xenstore_add_domain_nodes(&n), -EINVAL);
}

/* A domain ends and starts again, a hundred times: nothing is left over. */
TEST(restarts_leave_nothing_behind)
{
	struct xenstore_statistics first, s;
	unsigned int i;

	start();
	ask_ring(&guest0, 0, XS_WATCH, "@releaseDomain\0t", 17);
	receive(&guest0, 0);
	xenstore_disconnect(1);
	receive(&guest0, 0);
	xenstore_get_statistics(&first);
	for (i = 0; i < 100; i++) {
		CHECK_EQ(xenstore_connect(1, false, &guest1.page, notify, &guest1), 0);
		CHECK_EQ(xenstore_connect(1, false, &guest1.page, notify, &guest1), -EBUSY);
		CHECK_EQ(xenstore_add_domain_nodes(&nodes1), 0);
		ask_ring(&guest1, 1, XS_WATCH, "device\0t", 9);
		receive(&guest1, 1);
		ask_ring(&guest1, 1, XS_TRANSACTION_START, "", 1);
		ask_ring(&guest1, 1, XS_WRITE, "data/x\0x", 8);
		xenstore_shutdown(1);
		CHECK_STR(receive(&guest0, 0), "@releaseDomain");
		xenstore_disconnect(1);
		CHECK_STR(receive(&guest0, 0), "@releaseDomain");
		CHECK(!xenstore_service(1));
		xenstore_rm_local("/vm");
	}
	xenstore_get_statistics(&s);
	CHECK_EQ(s.nodes, first.nodes);
	CHECK_EQ(s.chunks, first.chunks);
	CHECK_EQ(s.watches, first.watches);
	CHECK_EQ(s.transactions, 0);
}

TEST(dom0_may_restart_without_the_others_noticing)
{
	start();
	CHECK_EQ(xenstore_add_domain_nodes(&nodes1), 0);
	xenstore_write_local("/local/domain/0/backend/vif/1/0/state", "4", NULL, 0);
	ask_ring(&guest1, 1, XS_WATCH, "/local/domain/0/backend\0t", 26);
	receive(&guest1, 1);
	xenstore_disconnect(0);
	CHECK(!strstr(dump(), "/local/domain/0"));
	CHECK_STR(ask_ring(&guest1, 1, XS_READ, "name", 5), "domU1");
	CHECK_STR(ask_ring(&guest1, 1, XS_IS_DOMAIN_INTRODUCED, "0", 2), "F");
	CHECK_EQ(xenstore_connect(0, true, &guest0.page, notify, &guest0), 0);
	CHECK_STR(ask_ring(&guest0, 0, XS_READ, "/local/domain/1/name", 21), "domU1");
}

TEST(domids_out_of_range_are_refused)
{
	start();
	CHECK_EQ(xenstore_connect(XENSTORE_MAX_DOMAINS, false, &guest1.page, notify, &guest1),
		  -EINVAL);
	CHECK(!xenstore_service(XENSTORE_MAX_DOMAINS));
	CHECK(!xenstore_service(0x7ff0));
	CHECK(!xenstore_service(5));
	xenstore_disconnect(0x7ff0);
	xenstore_disconnect(5);
	xenstore_shutdown(0x7ff0);
	CHECK_EQ(xenstore_init(arena, 1024), -EINVAL);
}
