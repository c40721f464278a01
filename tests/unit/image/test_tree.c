/* SPDX-License-Identifier: Apache-2.0 */
/* Which device trees are taken for sound. */
#include <stdint.h>
#include <string.h>

#include <libfdt.h>

#include <image/tree.h>
#include "unit.h"

#define SIZE	512

static uint64_t tree[SIZE / 8];

/* { p = <1 2>; n { q; }; } with a reservation.  @return offset of p's token */
static uint32_t make(void)
{
	memset(tree, 0, sizeof(tree));
	CHECK(!fdt_create(tree, SIZE));
	CHECK(!fdt_add_reservemap_entry(tree, 0x1000, 0x10) && !fdt_finish_reservemap(tree));
	CHECK(!fdt_begin_node(tree, "") && !fdt_property_u64(tree, "p", 0x100000002));
	CHECK(!fdt_begin_node(tree, "n") && !fdt_property(tree, "q", NULL, 0));
	CHECK(!fdt_end_node(tree) && !fdt_end_node(tree) && !fdt_finish(tree));
	CHECK(image_tree_is_sound(tree, fdt_totalsize(tree)) && !fdt_check_full(tree, SIZE));
	return fdt_off_dt_struct(tree) + 8;
}

static bool is_sound(void)
{
	return image_tree_is_sound(tree, SIZE);
}

static fdt32_t *cell(uint32_t offset)
{
	return (fdt32_t *)(void *)((char *)tree + offset);
}

/* libfdt 1.6.1 would go round for ever: the length leads back to the property. */
static void length_wraps(void)
{
	const uint32_t p = make();

	*cell(p + 4) = cpu_to_fdt32(-12u);
	CHECK(!is_sound());
	*cell(p + 4) = cpu_to_fdt32(-3u);
	CHECK(!is_sound());
	*cell(p + 4) = cpu_to_fdt32(-1u);
	CHECK(!is_sound());
}

/* libfdt 1.6.1 would follow a null pointer. */
static void old_versions(void)
{
	for (uint32_t version = 0; version < 40; version++) {
		make();
		fdt_set_version(tree, version);
		CHECK(is_sound() == (version == 17));
	}
}

static void bad_names(void)
{
	const uint32_t p = make();

	*cell(p + 8) = cpu_to_fdt32(fdt_size_dt_strings(tree));
	CHECK(!is_sound());
	*cell(p + 8) = cpu_to_fdt32(-1u);
	CHECK(!is_sound());
	make();
	((char *)tree)[fdt_off_dt_strings(tree) + fdt_size_dt_strings(tree) - 1] = 'x';
	CHECK(!is_sound());
	make();
	*cell(fdt_off_dt_struct(tree) + 4) = cpu_to_fdt32(0x78000000);	/* a root with a name */
	CHECK(!is_sound());
}

static void bad_nesting(void)
{
	static const uint32_t tokens[][10] = {
		{ FDT_END },
		{ FDT_NOP, FDT_END },
		{ FDT_PROP, 0, 0, FDT_BEGIN_NODE, 0, FDT_END_NODE, FDT_END },
		{ FDT_END_NODE, FDT_END },
		{ FDT_BEGIN_NODE, 0, FDT_END },
		{ FDT_BEGIN_NODE, 0, FDT_END_NODE, FDT_END_NODE, FDT_END },
		{ FDT_BEGIN_NODE, 0, FDT_END_NODE, FDT_BEGIN_NODE, 0, FDT_END_NODE, FDT_END },
		{ FDT_BEGIN_NODE, 0, FDT_END_NODE, FDT_PROP, 0, 0, FDT_END },
		{ FDT_BEGIN_NODE, 0, FDT_BEGIN_NODE, 0, FDT_END_NODE, FDT_END_NODE, FDT_END },
		{ FDT_BEGIN_NODE, 0, 5, FDT_END_NODE, FDT_END },
	};

	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		make();
		for (unsigned int k = 0; k < 10; k++)
			*cell(fdt_off_dt_struct(tree) + 4 * k) = cpu_to_fdt32(tokens[i][k]);
		CHECK(!is_sound());
	}
	make();
	*cell(fdt_off_dt_struct(tree) + 8) = cpu_to_fdt32(FDT_NOP);
	*cell(fdt_off_dt_struct(tree) + 12) = cpu_to_fdt32(FDT_NOP);
	*cell(fdt_off_dt_struct(tree) + 16) = cpu_to_fdt32(FDT_NOP);
	*cell(fdt_off_dt_struct(tree) + 20) = cpu_to_fdt32(FDT_NOP);
	*cell(fdt_off_dt_struct(tree) + 24) = cpu_to_fdt32(FDT_NOP);
	CHECK(is_sound());
}

static void too_deep(void)
{
	static uint64_t deep[4096 / 8];

	for (unsigned int depth = 1; depth < 60; depth++) {
		CHECK(!fdt_create(deep, sizeof(deep)) && !fdt_finish_reservemap(deep));
		for (unsigned int i = 0; i < depth; i++)
			CHECK(!fdt_begin_node(deep, i ? "n" : ""));
		for (unsigned int i = 0; i < depth; i++)
			CHECK(!fdt_end_node(deep));
		CHECK(!fdt_finish(deep));
		CHECK(image_tree_is_sound(deep, sizeof(deep)) == (depth <= 32));
	}
}

static void check_field(uint32_t offset, uint32_t value)
{
	make();
	*cell(offset) = cpu_to_fdt32(value);
	CHECK(!is_sound());
}

static void bad_header(void)
{
	static const uint32_t values[] = { 1, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		check_field(0, values[i]);	/* magic */
		check_field(4, values[i]);	/* total size */
		check_field(8, values[i]);	/* structure */
		check_field(12, values[i]);	/* strings */
		check_field(16, values[i]);	/* reservations */
		check_field(32, values[i]);	/* size of strings */
		check_field(36, values[i]);	/* size of structure */
	}
	check_field(24, 18);			/* last compatible version */
}

static void no_end_of_reservations(void)
{
	make();
	fdt_set_off_mem_rsvmap(tree, (fdt_totalsize(tree) - 16) & ~7u);
	CHECK(!is_sound());
}

static void every_length(void)
{
	uint32_t size;

	make();
	size = fdt_totalsize(tree);
	for (uint32_t n = 0; n < size; n++) {
		void *cut = malloc(n ? n : 1);

		CHECK(cut);
		memcpy(cut, tree, n);
		CHECK(!image_tree_is_sound(cut, n));
		free(cut);
	}
}

const struct unit_test tree_tests[] = {
	{ "tree_length_wraps", length_wraps },
	{ "tree_old_versions", old_versions },
	{ "tree_bad_names", bad_names },
	{ "tree_bad_nesting", bad_nesting },
	{ "tree_too_deep", too_deep },
	{ "tree_bad_header", bad_header },
	{ "tree_no_end_of_reservations", no_end_of_reservations },
	{ "tree_every_length", every_length },
	{ NULL, NULL },
};
