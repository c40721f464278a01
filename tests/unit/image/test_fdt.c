/* SPDX-License-Identifier: Apache-2.0 */
/* Device trees of domains: address translation, and buffers of every size.  $UNIT_BOARD: board.dtb. */
#include <string.h>

#include <libfdt.h>

#include "build_fdt.h"
#include "rules.h"
#include "unit.h"

static const struct fdt_domain domain = {
	.memory_base = 0x60000000,
	.memory_size = 0x200000,
	.bootargs = "quiet",
	.grant_base = 0x70000000,
	.grant_size = 0x8000,
	.nr_cpus = 1,
};

static void *board_dtb(void)
{
	const char *path = getenv("UNIT_BOARD");
	size_t size;

	CHECK(path);
	return unit_read_file(path, &size);
}

static void check_reg(const void *fdt, const char *path, uint64_t expected)
{
	const int node = fdt_path_offset(fdt, path);
	uint64_t address = 0;

	CHECK(node >= 0 && build_fdt_reg(fdt, node, &address));
	CHECK(address == expected);
}

static void translates(void)
{
	void *fdt = board_dtb();

	check_reg(fdt, "/timer@1e000600", 0x1e000600);
	check_reg(fdt, "/bus@40000000/serial@3,9000", 0x10009000);
	check_reg(fdt, "/bus@40000000/serial@0,9000", 0x40009000);
	check_reg(fdt, "/bus@40000000/inner@3,10000/i2c@5000", 0x10015000);
	check_reg(fdt, "/bus@40000000/inner@3,10000/identity@4000/watchdog@4010", 0x10014010);
	free(fdt);
}

static void check_no_reg(const void *fdt, const char *path)
{
	const int node = fdt_path_offset(fdt, path);
	uint64_t address;

	CHECK(node >= 0 && !build_fdt_reg(fdt, node, &address));
}

static void translates_not(void)
{
	void *fdt = board_dtb();

	check_no_reg(fdt, "/chosen");					/* no register */
	check_no_reg(fdt, "/cpus/cpu@0");				/* no bus */
	check_no_reg(fdt, "/bus@40000000/inner@3,10000/i2c@5000/good@40");
	check_no_reg(fdt, "/bus@40000000/inner@3,10000/identity@4000/far@9000");	/* no range */
	free(fdt);
}

/* A buffer of each size, in memory of exactly that size: fails with NOSPACE or is complete. */
static void check_spaces(const void *board, bool is_board, uint32_t enough)
{
	bool was_done = false;

	for (uint32_t space = 0; space <= enough; space += 8) {
		uint64_t *buf = malloc(space ? space : 8);
		int err;

		CHECK(buf);
		err = is_board ? build_fdt_board(buf, space, board, &test_board_fdt_rules, &domain) :
				 build_fdt_minimal(buf, space, board, &domain);
		CHECK(err ? err == -FDT_ERR_NOSPACE && !was_done : !fdt_check_full(buf, space));
		was_done = !err;
		free(buf);
	}
	CHECK(was_done);
}

static void board_in_any_space(void)
{
	void *fdt = board_dtb();

	check_spaces(fdt, true, fdt_totalsize(fdt) + 1024);
	free(fdt);
}

static void minimal_in_any_space(void)
{
	void *fdt = board_dtb();

	check_spaces(fdt, false, 4096);
	free(fdt);
}

const struct unit_test fdt_tests[] = {
	{ "fdt_translates", translates },
	{ "fdt_translates_not", translates_not },
	{ "fdt_board_in_any_space", board_in_any_space },
	{ "fdt_minimal_in_any_space", minimal_in_any_space },
	{ NULL, NULL },
};
