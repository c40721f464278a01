/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <libfdt.h>

#include <image/tree.h>

#define VERSION		17
#define MAX_DEPTH	32

/* A run of bytes of the tree, and how far it has been read. */
struct block {
	const char *start;
	uint32_t size;
	uint32_t at;
};

/* Takes the block out of a tree of @p total bytes; false if it is not inside. */
static bool get_block(struct block *b, const void *tree, uint32_t total, uint32_t offset,
		      uint32_t size, uint32_t align)
{
	*b = (struct block){ .start = (const char *)tree + offset, .size = size };
	return offset % align == 0 && offset >= sizeof(struct fdt_header) && offset <= total &&
	       size <= total - offset;
}

static bool take_cell(struct block *b, uint32_t *value)
{
	if (b->size - b->at < sizeof(fdt32_t))
		return false;
	*value = fdt32_ld((const fdt32_t *)(const void *)(b->start + b->at));
	b->at += sizeof(fdt32_t);
	return true;
}

/* @p len bytes and what fills the last cell. */
static bool skip(struct block *b, uint32_t len)
{
	const uint32_t left = b->size - b->at;

	if (len > left || -len % sizeof(fdt32_t) > left - len)
		return false;
	b->at += len + -len % sizeof(fdt32_t);
	return true;
}

static bool has_string(const struct block *b, uint32_t at)
{
	return at < b->size && memchr(b->start + at, 0, b->size - at);
}

/* The root has no name, others have one. */
static bool skip_node_name(struct block *structure, unsigned int depth)
{
	const uint32_t at = structure->at;

	if (!has_string(structure, at) || (depth == 0) != !structure->start[at])
		return false;
	return skip(structure, (uint32_t)strlen(structure->start + at) + 1);
}

static bool skip_property(struct block *structure, const struct block *strings)
{
	uint32_t len, name;

	return take_cell(structure, &len) && take_cell(structure, &name) &&
	       has_string(strings, name) && skip(structure, len);
}

/* One root, properly nested, properties inside of nodes, then the end. */
static bool is_structure_sound(struct block *structure, const struct block *strings)
{
	unsigned int depth = 0;
	bool has_root = false;
	uint32_t token;

	while (take_cell(structure, &token)) {
		if (token == FDT_END)
			return has_root && !depth;
		if (token == FDT_NOP)
			continue;
		if (has_root && !depth)
			return false;
		if (token == FDT_BEGIN_NODE) {
			if (depth == MAX_DEPTH || !skip_node_name(structure, depth))
				return false;
			has_root = true;
			depth++;
		} else if (!depth) {
			return false;
		} else if (token == FDT_END_NODE) {
			depth--;
		} else if (token != FDT_PROP || !skip_property(structure, strings)) {
			return false;
		}
	}
	return false;
}

/* Pairs of 64-bit address and size; the last is zero. */
static bool are_reservations_sound(struct block *reservations)
{
	uint32_t cell[4];

	for (;;) {
		for (unsigned int i = 0; i < 4; i++)
			if (!take_cell(reservations, &cell[i]))
				return false;
		if (!(cell[2] | cell[3]))
			return true;
	}
}

bool image_tree_is_sound(const void *tree, uint32_t size)
{
	struct block reservations, structure, strings;
	uint32_t total;

	if (size < sizeof(struct fdt_header) || fdt_magic(tree) != FDT_MAGIC ||
	    fdt_version(tree) != VERSION || fdt_last_comp_version(tree) > VERSION)
		return false;
	total = fdt_totalsize(tree);
	if (total > size || total > INT32_MAX)
		return false;
	return get_block(&reservations, tree, total, fdt_off_mem_rsvmap(tree),
			 total - fdt_off_mem_rsvmap(tree), sizeof(uint64_t)) &&
	       get_block(&structure, tree, total, fdt_off_dt_struct(tree),
			 fdt_size_dt_struct(tree), sizeof(fdt32_t)) &&
	       get_block(&strings, tree, total, fdt_off_dt_strings(tree),
			 fdt_size_dt_strings(tree), 1) &&
	       are_reservations_sound(&reservations) && is_structure_sound(&structure, &strings);
}
