/* SPDX-License-Identifier: Apache-2.0 */
/* INTRODUCE, RELEASE, RESUME, GET_DOMAIN_PATH, IS_DOMAIN_INTRODUCED, CONTROL; a domain's end. */
#include <string.h>

#include "client.h"
#include "test.h"

TEST(domain_paths)
{
	CHECK_STR(ASK(&dom1, XS_GET_DOMAIN_PATH, 0, "7"), "/local/domain/7");
	CHECK_STR(ASK(&dom1, XS_GET_DOMAIN_PATH, 0, "007"), "/local/domain/7");
	CHECK_STR(ASK(&dom1, XS_GET_DOMAIN_PATH, 0, "65535"), "/local/domain/65535");
	CHECK_STR(ASK(&dom1, XS_GET_DOMAIN_PATH, 0, "65536"), "!EINVAL");
	CHECK_STR(ASK(&dom1, XS_GET_DOMAIN_PATH, 0, "x"), "!EINVAL");
	CHECK_STR(ASK(&dom1, XS_GET_DOMAIN_PATH, 0, ""), "!EINVAL");
}

TEST(introduced_is_who_may_talk)
{
	CHECK_STR(ASK(&dom1, XS_IS_DOMAIN_INTRODUCED, 0, "0"), "T");
	CHECK_STR(ASK(&dom1, XS_IS_DOMAIN_INTRODUCED, 0, "2"), "T");
	CHECK_STR(ASK(&dom1, XS_IS_DOMAIN_INTRODUCED, 0, "5"), "F");
	CHECK_STR(ASK(&dom1, XS_IS_DOMAIN_INTRODUCED, 0, "63"), "F");
	CHECK_STR(ASK(&dom1, XS_IS_DOMAIN_INTRODUCED, 0, "65535"), "F");
	CHECK_STR(ASK(&dom1, XS_IS_DOMAIN_INTRODUCED, 0, "-1"), "!EINVAL");
}

TEST(a_released_domain_is_not_served_until_introduced_again)
{
	do_watch(&dom0, "@releaseDomain", "out");
	do_watch(&dom0, "@introduceDomain", "in");
	do_watch(&dom1, "w", "t");
	CHECK_STR(ASK(&dom0, XS_RELEASE, 0, "1"), "OK");
	CHECK_STR(next_event(&dom0), "@releaseDomain|out");
	CHECK_STR(ASK(&dom0, XS_IS_DOMAIN_INTRODUCED, 0, "1"), "F");
	CHECK_EQ(srv->accounts[1].watches, 0);
	client_send(&dom1, XS_READ, 0, "x", 2);
	serve();
	CHECK(next_answer(&dom1) == NULL);
	CHECK_STR(ASK(&dom0, XS_RELEASE, 0, "1"), "!ENOENT");
	CHECK_STR(do_read(&dom0, 0, "/local/domain/1"), "");
	CHECK_STR(ASK(&dom0, XS_INTRODUCE, 0, "1\0" "0\0" "0"), "OK");
	CHECK_STR(next_event(&dom0), "@introduceDomain|in");
	serve();
	CHECK_STR(next_answer(&dom1), "!ENOENT");
}

TEST(domain_requests_are_dom0s)
{
	CHECK_STR(ASK(&dom1, XS_INTRODUCE, 0, "1\0" "0\0" "0"), "!EACCES");
	CHECK_STR(ASK(&dom1, XS_RELEASE, 0, "2"), "!EACCES");
	CHECK_STR(ASK(&dom1, XS_RESUME, 0, "1"), "!EACCES");
	CHECK_STR(ASK(&dom1, XS_CONTROL, 0, "help"), "!EACCES");
}

TEST(domain_requests_check_their_arguments)
{
	CHECK_STR(ASK(&dom0, XS_INTRODUCE, 0, "1"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_INTRODUCE, 0, "5\0" "0\0" "0"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_INTRODUCE, 0, "65535\0" "0\0" "0"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_RELEASE, 0, "0"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_RELEASE, 0, "5"), "!ENOENT");
	CHECK_STR(ASK(&dom0, XS_RELEASE, 0, "64"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_RESUME, 0, "5"), "!ENOENT");
	CHECK_STR(ASK(&dom0, XS_RESUME, 0, "one"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_SET_TARGET, 0, "1\0x"), "!EINVAL");
}

TEST(a_shutdown_is_told_once_until_resumed)
{
	do_watch(&dom0, "@releaseDomain", "out");
	CHECK_EQ(xs_domain_shutdown(srv, 1), 0);
	CHECK_EQ(xs_domain_shutdown(srv, 1), 0);
	serve();
	CHECK_STR(next_event(&dom0), "@releaseDomain|out");
	CHECK_STR(next_event(&dom0), "");
	CHECK_STR(ASK(&dom0, XS_RESUME, 0, "1"), "OK");
	xs_domain_shutdown(srv, 1);
	serve();
	CHECK_STR(next_event(&dom0), "@releaseDomain|out");
	CHECK_STR(do_read(&dom1, 0, "/local/domain/1"), "");
}

TEST(a_domains_nodes_end_with_it)
{
	do_write(&dom1, 0, "a/b", "1");
	do_write(&dom0, 0, "/shared", "");
	set_perms(&dom0, 0, "/shared", "n0,b1");
	do_write(&dom1, 0, "/shared/ones", "1");
	do_write(&dom0, 0, "/shared/ones/dom0s", "0");
	do_write(&dom0, 0, "/shared/stays", "0");
	do_watch(&dom0, "/shared", "t");
	do_watch(&dom0, "@releaseDomain", "out");
	CHECK_EQ(xs_domain_remove(srv, 1), 0);
	serve();
	CHECK_STR(do_read(&dom0, 0, "/local/domain/1"), "!ENOENT");
	CHECK_STR(do_list(&dom0, 0, "/shared"), "stays");
	CHECK_STR(next_event(&dom0), "/shared/ones|t");
	CHECK_STR(next_event(&dom0), "@releaseDomain|out");
	CHECK_EQ(srv->accounts[1].nodes, 0);
	CHECK_EQ(srv->accounts[1].chunks, 0);
	CHECK_STR(ASK(&dom0, XS_IS_DOMAIN_INTRODUCED, 0, "1"), "F");
	CHECK_STR(ASK(&dom0, XS_INTRODUCE, 0, "1\0" "0\0" "0"), "!EINVAL");
}

TEST(control_answers)
{
	CHECK_STR(ASK(&dom0, XS_CONTROL, 0, "help"), "help\t\nmemreport\t\nprint\t<string>\n");
	CHECK(strstr(ASK(&dom0, XS_CONTROL, 0, "memreport"), "nodes 8 of "));
	test_printed();
	CHECK_STR(ASK(&dom0, XS_CONTROL, 0, "print\0hello \x1b[31m"), "OK");
	CHECK_STR(test_printed(), "xenstore: d0: hello .[31m\n");
	CHECK_STR(ASK(&dom0, XS_CONTROL, 0, "print"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_CONTROL, 0, "live-update"), "!EINVAL");
}

/* The checker itself notices damage. */
TEST(the_checker_finds_damage)
{
	do_write(&dom0, 0, "/a", letters('x', 100));
	srv->accounts[1].nodes++;
	CHECK_STR(xs_server_check(srv), "account is wrong");
	srv->accounts[1].nodes--;
	srv->free_chunks--;
	CHECK_STR(xs_server_check(srv), "list of free chunks is broken");
	srv->free_chunks++;
	srv->nodes[xs_node_find(srv, "/a", NULL)].value.len = 300;
	CHECK_STR(xs_server_check(srv), "text of a node is broken");
	srv->nodes[xs_node_find(srv, "/a", NULL)].value.len = 100;
	CHECK_STR(xs_server_check(srv) ? "damage" : "", "");
}
