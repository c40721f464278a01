/* SPDX-License-Identifier: Apache-2.0 */
/* READ, WRITE, MKDIR, RM, DIRECTORY, DIRECTORY_PART and what a path may be. */
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "test.h"

TEST(write_creates_parents_with_empty_values)
{
	CHECK_STR(do_read(&dom0, 0, "/a/b/c"), "!ENOENT");
	CHECK_STR(do_write(&dom0, 0, "/a/b/c", "value"), "OK");
	CHECK_STR(do_read(&dom0, 0, "/a/b/c"), "value");
	CHECK_STR(do_read(&dom0, 0, "/a/b"), "");
	CHECK_STR(do_read(&dom0, 0, "/a"), "");
	CHECK_STR(do_list(&dom0, 0, "/a"), "b");
	CHECK_STR(do_read(&dom0, 0, "/a/b/c/d"), "!ENOENT");
}

TEST(write_replaces_values_of_any_length)
{
	static const size_t lengths[] = { 0, 1, 29, 30, 31, 60, 61, 2048, 4000, 59, 0, 4085 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		CHECK_STR(do_write(&dom0, 0, "/longvalue", letters('a' + i, lengths[i])), "OK");
		CHECK_STR(do_read(&dom0, 0, "/longvalue"), letters('a' + i, lengths[i]));
	}
}

TEST(values_may_hold_any_byte)
{
	static const char payload[] = "/bytes\0\0\xff\x01\0|";

	CHECK_STR(ask(&dom0, XS_WRITE, 0, payload, sizeof(payload) - 1), "OK");
	do_read(&dom0, 0, "/bytes");
	CHECK_EQ(dom0.answer_len, sizeof(payload) - 1 - sizeof("/bytes"));
	CHECK(memcmp(dom0.answer, payload + sizeof("/bytes"), dom0.answer_len) == 0);
}

TEST(mkdir_leaves_existing_values_alone)
{
	CHECK_STR(do_mkdir(&dom0, 0, "/m/n"), "OK");
	CHECK_STR(do_read(&dom0, 0, "/m/n"), "");
	CHECK_STR(do_write(&dom0, 0, "/m/n", "kept"), "OK");
	CHECK_STR(do_mkdir(&dom0, 0, "/m/n"), "OK");
	CHECK_STR(do_read(&dom0, 0, "/m/n"), "kept");
	CHECK_STR(do_mkdir(&dom0, 0, "/"), "OK");
}

TEST(rm_removes_the_whole_subtree)
{
	do_write(&dom0, 0, "/r/a/b/c", "1");
	do_write(&dom0, 0, "/r/a/d", "2");
	do_write(&dom0, 0, "/r/e", "3");
	CHECK_STR(do_rm(&dom0, 0, "/r/a"), "OK");
	CHECK_STR(do_read(&dom0, 0, "/r/a/b/c"), "!ENOENT");
	CHECK_STR(do_read(&dom0, 0, "/r/a"), "!ENOENT");
	CHECK_STR(do_list(&dom0, 0, "/r"), "e");
	CHECK_STR(do_write(&dom0, 0, "/r/a", "again"), "OK");
	CHECK_STR(do_list(&dom0, 0, "/r/a"), "");
}

TEST(rm_of_a_missing_path_needs_its_parent)
{
	do_mkdir(&dom0, 0, "/p");
	CHECK_STR(do_rm(&dom0, 0, "/p/missing"), "OK");
	CHECK_STR(do_rm(&dom0, 0, "/p/missing/child"), "!ENOENT");
	CHECK_STR(do_rm(&dom0, 0, "/"), "!EINVAL");
}

TEST(rm_keeps_siblings_first_middle_and_last)
{
	do_write(&dom0, 0, "/s/a", "");
	do_write(&dom0, 0, "/s/b", "");
	do_write(&dom0, 0, "/s/c", "");
	do_write(&dom0, 0, "/s/d", "");
	do_rm(&dom0, 0, "/s/b");
	CHECK_STR(do_list(&dom0, 0, "/s"), "a,c,d");
	do_rm(&dom0, 0, "/s/d");
	CHECK_STR(do_list(&dom0, 0, "/s"), "a,c");
	do_rm(&dom0, 0, "/s/a");
	CHECK_STR(do_list(&dom0, 0, "/s"), "c");
	do_write(&dom0, 0, "/s/e", "");
	CHECK_STR(do_list(&dom0, 0, "/s"), "c,e");
}

TEST(directory_of_a_leaf_is_empty)
{
	do_write(&dom0, 0, "/leaf", "v");
	CHECK_STR(do_list(&dom0, 0, "/leaf"), "");
	CHECK_EQ(dom0.answer_len, 0);
	CHECK_STR(do_list(&dom0, 0, "/missing"), "!ENOENT");
}

TEST(relative_paths_are_the_domains_own)
{
	CHECK_STR(do_write(&dom1, 0, "data/x", "mine"), "OK");
	CHECK_STR(do_read(&dom0, 0, "/local/domain/1/data/x"), "mine");
	CHECK_STR(do_read(&dom1, 0, "/local/domain/1/data/x"), "mine");
	CHECK_STR(do_write(&dom0, 0, "name", "Domain-0"), "OK");
	CHECK_STR(do_read(&dom0, 0, "/local/domain/0/name"), "Domain-0");
}

TEST(invalid_paths_are_refused)
{
	static const char *const paths[] = {
		"", "//", "/a/", "/a//b", "a/", "/a b", "/a.b", "/a\nb", "/\xc3\xa4", "@x", "/a:b",
		"/a*", "@releaseDomain", "/a\x7f",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		CHECK_STR(do_read(&dom0, 0, paths[i]), "!EINVAL");
		CHECK_STR(do_write(&dom0, 0, paths[i], "x"), "!EINVAL");
		CHECK_STR(do_mkdir(&dom0, 0, paths[i]), "!EINVAL");
		CHECK_STR(do_rm(&dom0, 0, paths[i]), "!EINVAL");
		CHECK_STR(do_list(&dom0, 0, paths[i]), "!EINVAL");
	}
	CHECK_STR(do_write(&dom0, 0, "/azAZ09-_@", "x"), "OK");
}

TEST(path_lengths_are_limited)
{
	char path[4096];

	memset(path, 'p', sizeof(path));
	path[0] = '/';
	path[XENSTORE_ABS_PATH_MAX] = '\0';
	CHECK_STR(do_write(&dom0, 0, path, "longest"), "OK");
	CHECK_STR(do_read(&dom0, 0, path), "longest");
	CHECK_STR(do_rm(&dom0, 0, path), "OK");
	path[XENSTORE_ABS_PATH_MAX] = 'p';
	path[XENSTORE_ABS_PATH_MAX + 1] = '\0';
	CHECK_STR(do_read(&dom0, 0, path), "!EINVAL");
	path[0] = 'p';
	path[XENSTORE_REL_PATH_MAX] = '\0';
	CHECK_STR(do_write(&dom0, 0, path, "x"), "OK");
	CHECK_STR(do_rm(&dom0, 0, path), "OK");
	path[XENSTORE_REL_PATH_MAX] = 'p';
	path[XENSTORE_REL_PATH_MAX + 1] = '\0';
	CHECK_STR(do_write(&dom0, 0, path, "x"), "!EINVAL");
}

TEST(the_deepest_path_works)
{
	char path[XS_PATH_BYTES];
	unsigned int i;

	for (i = 0; i < XENSTORE_ABS_PATH_MAX; i += 2)
		memcpy(path + i, "/d", 2);
	path[XENSTORE_ABS_PATH_MAX] = '\0';
	CHECK_STR(do_write(&dom0, 0, path, "deep"), "OK");
	CHECK_STR(do_read(&dom0, 0, path), "deep");
	CHECK_STR(do_rm(&dom0, 0, "/d"), "OK");
	CHECK_STR(do_read(&dom0, 0, "/d"), "!ENOENT");
}

/* -- lists longer than a message */

static void make_children(unsigned int nr)
{
	char path[64];
	unsigned int i;

	for (i = 0; i < nr; i++) {
		snprintf(path, sizeof(path), "/many/child-%u", i);
		CHECK_STR(do_write(&dom0, 0, path, ""), "OK");
	}
}

/* Asks for a part; fills in the generation; @return the list's bytes and their number. */
static const char *part(uint32_t tx, size_t offset, char *gen, size_t *len)
{
	char payload[64];
	int n = snprintf(payload, sizeof(payload), "/many|%zu", offset);

	payload[5] = '\0';
	ask(&dom0, XS_DIRECTORY_PART, tx, payload, n + 1);
	CHECK_EQ(dom0.header.type, XS_DIRECTORY_PART);
	strcpy(gen, dom0.answer);
	*len = dom0.answer_len - strlen(gen) - 1;
	return dom0.answer + strlen(gen) + 1;
}

TEST(directory_part_gives_the_whole_list_in_parts)
{
	char gen[16], first_gen[16], expected[64];
	char list[32768];
	size_t len, total = 0;
	unsigned int i, parts = 0;
	const char *p;

	make_children(1000);
	CHECK_STR(do_list(&dom0, 0, "/many"), "!E2BIG");
	do {
		p = part(0, total, gen, &len);
		if (parts++ == 0)
			strcpy(first_gen, gen);
		CHECK_STR(gen, first_gen);
		CHECK(len > 0);
		CHECK_EQ(p[len - 1], 0);
		memcpy(list + total, p, len);
		total += len;
	} while (len < 2 || p[len - 2] != '\0');
	CHECK_EQ(parts, 3);
	for (i = 0, p = list; i < 1000; i++, p += strlen(p) + 1) {
		snprintf(expected, sizeof(expected), "child-%u", i);
		CHECK_STR(p, expected);
	}
	CHECK_EQ(p - list, total - 1);
}

TEST(directory_part_beyond_the_end_is_empty)
{
	char gen[16];
	size_t len;

	make_children(2);
	part(0, 16, gen, &len);
	CHECK_EQ(len, 1);
	part(0, 4000000000u, gen, &len);
	CHECK_EQ(len, 1);
	CHECK_STR(part(0, 8, gen, &len), "child-1");
	CHECK_STR(part(0, 3, gen, &len), "ld-0");
	CHECK_EQ(len, 5 + 8 + 1);
}

TEST(directory_part_shows_every_change_in_its_generation)
{
	char gen[16], before[16];
	size_t len;

	make_children(1);
	part(0, 0, before, &len);
	do_write(&dom0, 0, "/other", "x");
	part(0, 0, gen, &len);
	CHECK_STR(gen, before);
	do_write(&dom0, 0, "/many/new", "x");
	part(0, 0, gen, &len);
	CHECK(strcmp(gen, before) != 0);
	strcpy(before, gen);
	do_write(&dom0, 0, "/many", "x");
	part(0, 0, gen, &len);
	CHECK(strcmp(gen, before) != 0);
	strcpy(before, gen);
	do_rm(&dom0, 0, "/many/new");
	part(0, 0, gen, &len);
	CHECK(strcmp(gen, before) != 0);
}

TEST(directory_part_checks_its_arguments)
{
	do_mkdir(&dom0, 0, "/many");
	CHECK_STR(ASK(&dom0, XS_DIRECTORY_PART, 0, "/many"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_DIRECTORY_PART, 0, "/many\0x"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_DIRECTORY_PART, 0, "/many\0-1"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_DIRECTORY_PART, 0, "/many\0" "4294967296"), "!EINVAL");
	CHECK_STR(ASK(&dom0, XS_DIRECTORY_PART, 0, "/none\0" "0"), "!ENOENT");
}
