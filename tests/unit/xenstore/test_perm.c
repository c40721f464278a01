/* SPDX-License-Identifier: Apache-2.0 */
/* GET_PERMS, SET_PERMS, and what permissions allow. */
#include "client.h"
#include "test.h"

TEST(new_nodes_inherit_and_belong_to_their_unprivileged_maker)
{
	CHECK_STR(do_write(&dom0, 0, "/a", ""), "OK");
	CHECK_STR(get_perms(&dom0, 0, "/a"), "n0");
	CHECK_STR(set_perms(&dom0, 0, "/a", "r0,b1"), "OK");
	CHECK_STR(do_write(&dom0, 0, "/a/zero", ""), "OK");
	CHECK_STR(get_perms(&dom0, 0, "/a/zero"), "r0,b1");
	CHECK_STR(do_write(&dom1, 0, "/a/one/deep", ""), "OK");
	CHECK_STR(get_perms(&dom0, 0, "/a/one"), "r1,b1");
	CHECK_STR(get_perms(&dom0, 0, "/a/one/deep"), "r1,b1");
}

TEST(dom0_makes_nodes_of_the_parents_owner)
{
	CHECK_STR(do_write(&dom0, 0, "/local/domain/1/x", ""), "OK");
	CHECK_STR(get_perms(&dom1, 0, "x"), "n1");
}

TEST(letters_mean_what_they_say)
{
	static const struct {
		const char *perms, *read, *write;
	} cases[] = {
		{ "n0", "!EACCES", "!EACCES" },
		{ "r0", "v", "!EACCES" },
		{ "w0", "!EACCES", "OK" },
		{ "b0", "v", "OK" },
		{ "n0,r1", "v", "!EACCES" },
		{ "n0,w1", "!EACCES", "OK" },
		{ "n0,b1", "v", "OK" },
		{ "b0,n1", "!EACCES", "!EACCES" },
		{ "n0,b2", "!EACCES", "!EACCES" },
		{ "n0,b2,r1", "v", "!EACCES" },
		{ "n1,n1", "v", "OK" },
		{ "n0,n2,n3,n4,b1", "v", "OK" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		CHECK_STR(do_write(&dom0, 0, "/p", "v"), "OK");
		CHECK_STR(set_perms(&dom0, 0, "/p", cases[i].perms), "OK");
		CHECK_STR(get_perms(&dom0, 0, "/p"), cases[i].perms);
		CHECK_STR(do_read(&dom1, 0, "/p"), cases[i].read);
		CHECK_STR(do_list(&dom1, 0, "/p"), *cases[i].read == '!' ? "!EACCES" : "");
		CHECK_STR(get_perms(&dom1, 0, "/p"),
			  *cases[i].read == '!' ? "!EACCES" : cases[i].perms);
		CHECK_STR(do_write(&dom1, 0, "/p", "v"), cases[i].write);
		CHECK_STR(do_mkdir(&dom1, 0, "/p"), cases[i].write);
		CHECK_STR(do_write(&dom1, 0, "/p/child", ""), cases[i].write);
		CHECK_STR(do_rm(&dom1, 0, "/p"), cases[i].write);
		CHECK_STR(do_read(&dom0, 0, "/p"), *cases[i].write == '!' ? "v" : "!ENOENT");
		CHECK_STR(do_rm(&dom0, 0, "/p"), "OK");
	}
}

TEST(dom0_may_do_everything)
{
	CHECK_STR(do_write(&dom1, 0, "secret", "s"), "OK");
	CHECK_STR(do_read(&dom0, 0, "/local/domain/1/secret"), "s");
	CHECK_STR(set_perms(&dom0, 0, "/local/domain/1/secret", "n2"), "OK");
	CHECK_STR(do_read(&dom1, 0, "secret"), "!EACCES");
	CHECK_STR(do_rm(&dom0, 0, "/local/domain/1/secret"), "OK");
}

TEST(a_missing_path_is_admitted_only_to_those_who_may_look)
{
	CHECK_STR(do_read(&dom1, 0, "/local/domain/2/none"), "!EACCES");
	CHECK_STR(do_read(&dom1, 0, "/none"), "!EACCES");
	CHECK_STR(do_read(&dom1, 0, "none"), "!ENOENT");
	CHECK_STR(do_rm(&dom1, 0, "/local/domain/2/none"), "!EACCES");
	CHECK_STR(do_mkdir(&dom1, 0, "/none"), "!EACCES");
}

TEST(only_the_owner_changes_permissions)
{
	CHECK_STR(do_write(&dom0, 0, "/o", ""), "OK");
	CHECK_STR(set_perms(&dom0, 0, "/o", "b0"), "OK");
	CHECK_STR(set_perms(&dom1, 0, "/o", "b0,b1"), "!EACCES");
	CHECK_STR(do_write(&dom1, 0, "mine", ""), "OK");
	CHECK_STR(set_perms(&dom1, 0, "mine", "n1,r2"), "OK");
	CHECK_STR(do_read(&dom2, 0, "/local/domain/1/mine"), "");
	CHECK_STR(set_perms(&dom1, 0, "mine", "n2"), "!EPERM");
	CHECK_STR(get_perms(&dom1, 0, "mine"), "n1,r2");
}

TEST(malformed_permissions_are_refused)
{
	static const char *const perms[] = {
		"", "x1", "1", "n", "n-1", "n65536", "n1x", "r0,,n1", "n0,", "N0", "nn0", "n0 ",
		"n99999999999",
	};
	unsigned int i;

	do_write(&dom0, 0, "/m", "");
	for (i = 0; i < ARRAY_SIZE(perms); i++)
		CHECK_STR(set_perms(&dom0, 0, "/m", perms[i]), "!EINVAL");
	CHECK_STR(set_perms(&dom0, 0, "/m", "n0"), "OK");
	CHECK_STR(ask(&dom0, XS_SET_PERMS, 0, "/m\0n0", 5), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_SET_PERMS, 0, "/m"), "!EINVAL");
	CHECK_STR(ask(&dom0, XS_SET_PERMS, 0, "/m", 2), "!EINVAL");
	CHECK_STR(get_perms(&dom0, 0, "/m"), "n0");
	CHECK_STR(set_perms(&dom0, 0, "/none", "n0"), "!ENOENT");
}

TEST(the_number_of_permissions_is_limited)
{
	do_write(&dom0, 0, "/m", "");
	CHECK_STR(set_perms(&dom0, 0, "/m", "n0,r1,r2,r3,r65535"), "OK");
	CHECK_STR(get_perms(&dom0, 0, "/m"), "n0,r1,r2,r3,r65535");
	CHECK_STR(set_perms(&dom0, 0, "/m", "n0,r1,r2,r3,r4,r5"), "!ENOSPC");
}

TEST(a_target_gives_its_rights)
{
	CHECK_STR(do_write(&dom2, 0, "x", "two"), "OK");
	CHECK_STR(do_read(&dom1, 0, "/local/domain/2/x"), "!EACCES");
	CHECK_STR(ASK(&dom0, XS_SET_TARGET, 0, "1\0" "2"), "OK");
	CHECK_STR(do_read(&dom1, 0, "/local/domain/2/x"), "two");
	CHECK_STR(do_write(&dom1, 0, "/local/domain/2/y", "one"), "OK");
	CHECK_STR(do_write(&dom1, 0, "own", "still"), "OK");
	CHECK_STR(do_read(&dom2, 0, "/local/domain/1/own"), "!EACCES");
	CHECK_STR(ASK(&dom0, XS_SET_TARGET, 0, "1\0" "5"), "!ENOENT");
	CHECK_STR(ASK(&dom0, XS_SET_TARGET, 0, "5\0" "1"), "!ENOENT");
	CHECK_STR(ASK(&dom0, XS_SET_TARGET, 0, "1"), "!EINVAL");
	CHECK_STR(ASK(&dom2, XS_SET_TARGET, 0, "2\0" "0"), "!EACCES");
}

TEST(special_names_have_permissions_for_dom0_to_set)
{
	CHECK_STR(get_perms(&dom0, 0, "@releaseDomain"), "n0");
	CHECK_STR(get_perms(&dom1, 0, "@releaseDomain"), "!EACCES");
	CHECK_STR(set_perms(&dom1, 0, "@releaseDomain", "n0,r1"), "!EACCES");
	CHECK_STR(set_perms(&dom0, 0, "@introduceDomain", "n0,r1"), "OK");
	CHECK_STR(get_perms(&dom0, 0, "@introduceDomain"), "n0,r1");
	CHECK_STR(set_perms(&dom0, 0, "@other", "n0,r1"), "!EINVAL");
}
