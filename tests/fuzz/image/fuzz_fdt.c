/* SPDX-License-Identifier: Apache-2.0 */
/** @file Input: a board's device tree, from any loader.  Both kinds of domains' trees are made from it. */
#include <string.h>

#include <libfdt.h>

#include <image/tree.h>
#include "build_fdt.h"
#include "fuzz.h"
#include "rules.h"

#define SPACE	(64u << 10)

static uint64_t buf[SPACE / sizeof(uint64_t)];

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const disable[] = { "/bus@40000000/inner@3,10000/net@6000", NULL };
	const struct fdt_domain domain = {
		.memory_base = FUZZ_RAM_BASE,
		.memory_size = FUZZ_RAM_SIZE,
		.bootargs = "console=hvc0",
		.ramdisk_base = FUZZ_RAM_BASE + 0x1000,
		.ramdisk_size = 1,
		.grant_base = 0x7fe00000,
		.grant_size = 0x8000,
		.nr_cpus = 1,
		.disable_path = disable,
	};
	void *copy = malloc(size ? size : 1);

	MUST(copy);
	memcpy(copy, bytes, size);
	if (image_tree_is_sound(copy, (uint32_t)size)) {
		if (!build_fdt_board(buf, SPACE, copy, &test_board_fdt_rules, &domain))
			MUST(!fdt_check_full(buf, SPACE));
		if (!build_fdt_minimal(buf, SPACE, copy, &domain))
			MUST(!fdt_check_full(buf, SPACE));
	}
	free(copy);
	return 0;
}
