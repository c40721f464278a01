/* SPDX-License-Identifier: Apache-2.0 */
/** @file Input: a FIT, as it may lie behind the hypervisor. */
#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct image_config config;
	const struct image_ram ram = { .base = FUZZ_RAM_BASE, .size = FUZZ_RAM_SIZE };
	struct image_error err = { "" };
	struct image_board board;
	struct image_fit fit;
	void *copy = malloc(size ? size : 1);	/* aligned, and no byte more than there is */

	MUST(copy);
	memcpy(copy, bytes, size);
	if (image_fit_open(&fit, copy, (uint32_t)size, &err) &&
	    image_load(&config, &fit, "test,board", &ram, &board, &err))
		fuzz_check_config(&config, (uint32_t)size);
	else
		MUST(err.text[0] && strnlen(err.text, sizeof(err.text)) < sizeof(err.text));
	free(copy);
	return 0;
}
