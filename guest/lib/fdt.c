/* SPDX-License-Identifier: BSD-2-Clause */
/* Flattened device tree, read-only. */
#include <stddef.h>
#include <string.h>
#include <guest/fdt.h>

#define FDT_MAGIC	0xd00dfeed
#define FDT_BEGIN_NODE	1
#define FDT_END_NODE	2
#define FDT_PROP	3
#define FDT_NOP		4
#define MAX_SIZE	0x100000

struct fdt_header {
	uint32_t magic;
	uint32_t totalsize;
	uint32_t off_dt_struct;
	uint32_t off_dt_strings;
	uint32_t off_mem_rsvmap;
	uint32_t version;
	uint32_t last_comp_version;
	uint32_t boot_cpuid_phys;
	uint32_t size_dt_strings;
	uint32_t size_dt_struct;
};

static uint32_t be32(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

uint32_t fdt_check(const void *fdt)
{
	const struct fdt_header *h = fdt;
	const uint32_t size = be32(&h->totalsize);

	if (be32(&h->magic) != FDT_MAGIC || size < sizeof(*h) || size > MAX_SIZE)
		return 0;
	return size;
}

/* Is @name (of a node) the component of a path that starts at @path?  Returns its length. */
static uint32_t component_matches(const char *path, const char *name)
{
	uint32_t len = 0;

	while (path[len] && path[len] != '/')
		len++;
	if (strncmp(path, name, len) || (name[len] && name[len] != '@'))
		return 0;
	return len;
}

/* A walk: @matched of the @depth open nodes are on the path, @path is what remains of it. */
struct walk {
	const char *path;
	uint32_t depth;
	uint32_t matched;
};

static void enter_node(struct walk *w, const char *name)
{
	if (w->depth == w->matched) {
		const uint32_t len = w->depth ? component_matches(w->path, name) : 0;

		if (!w->depth || len) {
			w->path += len;
			w->path += *w->path == '/';
			w->matched++;
		}
	}
	w->depth++;
}

const void *fdt_property(const void *fdt, const char *path, const char *name, uint32_t *len)
{
	const struct fdt_header *h = fdt;
	const char *base = fdt;
	const char *strings = base + be32(&h->off_dt_strings);
	const char *p = base + be32(&h->off_dt_struct);
	const char *end = p + be32(&h->size_dt_struct);
	struct walk w = { .path = path };

	while (p < end) {
		const uint32_t token = be32(p);

		p += 4;
		if (token == FDT_BEGIN_NODE) {
			enter_node(&w, p);
			p += (strlen(p) + 4) & ~3u;
		} else if (token == FDT_END_NODE) {
			if (w.depth == w.matched && !*w.path)
				return NULL;	/* the end of the node itself */
			w.depth--;
			if (w.matched > w.depth)
				return NULL;
		} else if (token == FDT_PROP) {
			if (w.depth == w.matched && !*w.path &&
			    !strcmp(strings + be32(p + 4), name)) {
				*len = be32(p);
				return p + 8;
			}
			p += 8 + ((be32(p) + 3) & ~3u);
		} else if (token != FDT_NOP) {
			return NULL;
		}
	}
	return NULL;
}

bool fdt_cell(const void *fdt, const char *path, const char *name, uint32_t index,
	      uint32_t *value)
{
	uint32_t len;
	const char *cells = fdt_property(fdt, path, name, &len);

	if (!cells || len / 4 <= index)
		return false;
	*value = be32(cells + 4 * index);
	return true;
}
