/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Input: a configuration tree.  It is put behind the payloads of a good FIT ($FUZZ_FIT), and
 * everything that comes after image_fit_board() is done with it.
 */
#include <stdio.h>
#include <string.h>

#include <image/tree.h>
#include "fuzz.h"

#define MAX_FIT	(64u << 10)

static uint64_t whole[(MAX_FIT + IMAGE_CONFIG_MAX) / sizeof(uint64_t)];
static struct image_fit fit;

static void open_fit(void)
{
	const char *path = getenv("FUZZ_FIT");
	FILE *file = path ? fopen(path, "rb") : NULL;
	struct image_error err;
	size_t size;

	MUST(file);
	size = fread(whole, 1, MAX_FIT, file);
	fclose(file);
	MUST(image_fit_open(&fit, whole, (uint32_t)size, &err));
}

static bool load(struct image_config *config, const struct image_payload *tree,
		 struct image_error *err)
{
	const struct image_ram ram = { .base = FUZZ_RAM_BASE, .size = FUZZ_RAM_SIZE };

	return image_config_read(config, &fit, tree, err) && image_place_slots(config, &ram, err) &&
	       image_config_verify(config, &fit, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct image_config config;
	struct image_payload tree = { .offset = MAX_FIT, .size = (uint32_t)size };
	struct image_error err = { "" };

	if (!fit.base)
		open_fit();
	if (size > IMAGE_CONFIG_MAX)
		return 0;
	memcpy((char *)whole + MAX_FIT, bytes, size);
	if (!image_tree_is_sound((char *)whole + MAX_FIT, (uint32_t)size))
		return 0;
	if (load(&config, &tree, &err))
		fuzz_check_config(&config, fit.size);
	else
		MUST(err.text[0] && strnlen(err.text, sizeof(err.text)) < sizeof(err.text));
	return 0;
}
