/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the loader's parameters.  They are not trusted to be there, only to be what they look like. */
#include <libfdt.h>

#include <asm/boot_params.h>

#define ATAG_NONE	0
#define ATAG_CORE	0x54410001
#define ATAG_MEM	0x54410002
#define MAX_TAGS	64

struct atag {
	uint32_t words;		/* of the tag, header included */
	uint32_t tag;
	uint32_t value[];
};

bool is_atags(const void *params)
{
	const struct atag *t = params;

	return ((uintptr_t)t & 3) == 0 && t->tag == ATAG_CORE && t->words >= 2 && t->words <= 5;
}

bool is_fdt(const void *params)
{
	return ((uintptr_t)params & 3) == 0 && fdt_check_header(params) == 0;
}

static bool atag_memory(const struct atag *t, unsigned int nr, paddr_t *base, uint32_t *size)
{
	for (unsigned int i = 0; i < MAX_TAGS && t->tag != ATAG_NONE && t->words >= 2; i++) {
		if (t->tag == ATAG_MEM && t->words >= 4 && !nr--) {
			*size = t->value[0];
			*base = t->value[1];
			return true;
		}
		t = (const struct atag *)((const uint32_t *)t + t->words);
	}
	return false;
}

static uint32_t last_cell(const fdt32_t *cells, int nr)
{
	return nr ? fdt32_to_cpu(cells[nr - 1]) : 0;
}

static bool fdt_memory(const void *fdt, unsigned int nr, paddr_t *base, uint32_t *size)
{
	const int na = fdt_address_cells(fdt, 0), ns = fdt_size_cells(fdt, 0);
	int node, len;

	if (na < 1 || ns < 1)
		return false;
	fdt_for_each_subnode(node, fdt, 0) {
		const char *type = fdt_getprop(fdt, node, "device_type", &len);
		const fdt32_t *reg;

		if (!type || len != 7 || fdt_stringlist_search(fdt, node, "device_type", "memory"))
			continue;
		reg = fdt_getprop(fdt, node, "reg", &len);
		for (; reg && len >= (na + ns) * 4; reg += na + ns, len -= (na + ns) * 4) {
			*base = last_cell(reg, na);
			*size = last_cell(reg + na, ns);
			if (*size && !nr--)
				return true;
		}
	}
	return false;
}

bool boot_memory(const void *params, unsigned int nr, paddr_t *base, uint32_t *size)
{
	if (is_fdt(params))
		return fdt_memory(params, nr, base, size);
	return is_atags(params) && atag_memory(params, nr, base, size);
}
