/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fdt-build RULES|minimal BOARD.dtb OUT.dtb [DISABLE_PATH]: what the hypervisor would give a domain of
 * 64 MiB at 0x68000000, with a ramdisk.  test_fdt.py looks at the result.  Ends with status 3, and
 * libfdt's word for it, if the tree cannot be made.
 */
#include <string.h>

#include <libfdt.h>

#include "build_fdt.h"
#include "rules.h"
#include "unit.h"

static const struct {
	const char *name;
	const struct board_fdt_rules *rules;
} boards[] = {
	{ "none", NULL },
	{ "test", &test_board_fdt_rules },
	{ "vexpress-a9", &vexpress_a9_fdt_rules },
	{ "sabrelite", &sabrelite_fdt_rules },
	{ "zynq", &zynq_fdt_rules },
};

static int build(const char *kind, void *buf, uint32_t space, const void *dtb,
		 const struct fdt_domain *domain)
{
	if (!strcmp(kind, "minimal"))
		return build_fdt_minimal(buf, space, dtb, domain);
	for (size_t i = 0; i < ARRAY_SIZE(boards); i++)
		if (!strcmp(kind, boards[i].name))
			return build_fdt_board(buf, space, dtb, boards[i].rules, domain);
	exit(2);
}

int main(int argc, char **argv)
{
	const char *disable[] = { argc > 4 ? argv[4] : NULL, NULL };
	const struct fdt_domain domain = {
		.memory_base = 0x68000000,
		.memory_size = 0x4000000,
		.bootargs = "console=hvc0",
		.ramdisk_base = 0x6b000000,
		.ramdisk_size = 0x123,
		.grant_base = 0x7fe00000,
		.grant_size = 0x8000,
		.nr_cpus = 1,
		.disable_path = disable,
	};
	static uint64_t buf[8192];	/* as large as IMAGE_DTB_SPACE */
	size_t size;
	void *dtb;
	FILE *out;
	int err;

	if (argc < 4)
		return 2;
	dtb = unit_read_file(argv[2], &size);
	err = build(argv[1], buf, sizeof(buf), dtb, &domain);
	free(dtb);
	if (err) {
		fprintf(stderr, "%s\n", fdt_strerror(err));
		return 3;
	}
	out = fopen(argv[3], "wb");
	CHECK(out && fwrite(buf, fdt_totalsize(buf), 1, out) == 1 && !fclose(out));
	return 0;
}
