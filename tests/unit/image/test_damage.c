/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A damaged image is refused, or the damage is where nobody looks: for every single-bit flip in a
 * small image, and for every length it may be cut to, image_load() either fails with a message or gives
 * what it gives for the whole image.  $UNIT_FIT names the FIT.
 */
#include <string.h>

#include <libfdt.h>

#include <image/config.h>
#include "unit.h"

#define BOARD	"test,board"

static const struct image_ram ram = { .base = 0x60000000, .size = 64u << 20 };

struct result {
	bool ok;
	struct image_config config;
	struct image_board board;
	struct image_error err;
};

static struct result expected, found;
static uint8_t *image;
static size_t image_size;
static struct image_fit image_fit;

static void load(struct result *r, const void *bytes, size_t size)
{
	struct image_fit fit;

	memset(r, 0, sizeof(*r));
	r->ok = image_fit_open(&fit, bytes, (uint32_t)size, &r->err) &&
		image_load(&r->config, &fit, BOARD, &ram, &r->board, &r->err);
}

static void load_whole(void)
{
	const char *path = getenv("UNIT_FIT");

	CHECK(path);
	image = unit_read_file(path, &image_size);
	load(&expected, image, image_size);
	CHECK(expected.ok);
	CHECK(image_fit_open(&image_fit, image, (uint32_t)image_size, &expected.err));
	CHECK(image_fit.size > image_size - 4096 && image_fit.size <= image_size);
}

/* Refused with words, or not a difference.  @return true if refused */
static bool is_safe(const char *what, size_t at)
{
	if (!found.ok && found.err.text[0])
		return true;
	if (found.ok && !memcmp(&found.config, &expected.config, sizeof(found.config)) &&
	    !memcmp(&found.board, &expected.board, sizeof(found.board)))
		return false;
	fprintf(stderr, "%s %zu: neither refused nor harmless (%s)\n", what, at, found.err.text);
	exit(1);
}

/* Flips each bit of [from, to) in turn.  @return how many flips were refused */
static unsigned int flip(size_t from, size_t to)
{
	unsigned int nr_refused = 0;

	for (size_t at = from; at < to; at++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			image[at] ^= (uint8_t)(1u << bit);
			load(&found, image, image_size);
			nr_refused += is_safe("flipped bit of byte", at);
			image[at] ^= (uint8_t)(1u << bit);
		}
	}
	return nr_refused;
}

static void flips_in_header(void)
{
	load_whole();
	/* All of names, values and structure count, but for descriptions and the like. */
	CHECK(flip(0, image_fit.header_size) > 8 * 700);
}

static unsigned int flip_payload(const struct image_payload *p)
{
	return flip(p->offset, p->offset + p->size);
}

static void flips_in_payloads(void)
{
	const struct domain_config *d = expected.config.domain;

	load_whole();
	CHECK(flip_payload(&expected.board.config) == 8 * expected.board.config.size);
	CHECK(flip_payload(&expected.board.dtb) == 8 * expected.board.dtb.size);
	CHECK(flip_payload(&d[0].kernel) == 8 * d[0].kernel.size);
	CHECK(flip_payload(&d[0].ramdisk) == 8 * d[0].ramdisk.size);
	CHECK(flip_payload(&d[1].kernel) == 8 * d[1].kernel.size);
}

static void truncations(void)
{
	load_whole();
	for (size_t size = 0; size < image_size; size++) {
		uint8_t *cut = malloc(size ? size : 1);

		CHECK(cut);
		memcpy(cut, image, size);
		load(&found, cut, size);
		CHECK(is_safe("cut to", size) == (size < image_fit.size));
		free(cut);
	}
}

/* What lies behind the image when it was cut is not read as if it were the image. */
static void truncated_in_ram(void)
{
	load_whole();
	for (size_t size = 64; size < image_fit.size; size += 509) {
		uint8_t *cut = malloc(image_size);

		CHECK(cut);
		memcpy(cut, image, image_size);
		memset(cut + size, 0x5a, image_size - size);
		load(&found, cut, image_size);
		CHECK(!found.ok || size >= image_fit.header_size);
		is_safe("overwritten from", size);
		free(cut);
	}
}

/* Two flips anywhere in the header, a fixed sample. */
static void double_flips(void)
{
	uint32_t seed = 7, used;

	load_whole();
	used = fdt_off_dt_strings(image) + fdt_size_dt_strings(image);
	for (unsigned int i = 0; i < 30000; i++) {
		size_t at[2];
		uint8_t bit[2];

		for (unsigned int k = 0; k < 2; k++) {
			seed = seed * 1664525 + 1013904223;
			at[k] = (seed >> 4) % used;
			bit[k] = (uint8_t)(1u << (seed >> 28) % 8);
			image[at[k]] ^= bit[k];
		}
		load(&found, image, image_size);
		is_safe("two flips, one in byte", at[0]);
		image[at[0]] ^= bit[0];
		image[at[1]] ^= bit[1];
	}
}

static void other_board(void)
{
	struct image_board board;
	struct image_error err;

	load_whole();
	CHECK(!image_fit_board(&image_fit, "other,board", &board, &err));
	CHECK(!strcmp(err.text, "/configurations: none for a board compatible with \"other,board\""));
}

static void finds_domains(void)
{
	const struct domain_config *d = expected.config.domain;

	load_whole();
	CHECK(expected.config.nr_domains == 2);
	CHECK(!strcmp(d[0].name, "control") && d[0].is_privileged);
	CHECK(!strcmp(d[1].name, "guest") && !d[1].is_privileged);
	CHECK(d[0].slot_base == 0x60000000 && d[0].slot_size == 4u << 20);
	CHECK(d[1].slot_base == 0x62000000 && d[1].slot_size == 2u << 20 && d[1].is_slot_fixed);
	CHECK(!strcmp(d[0].bootargs, "console=hvc0") && !d[1].bootargs[0]);
	CHECK(d[0].kernel.offset == d[1].kernel.offset && d[0].ramdisk.size && !d[1].ramdisk.size);
	CHECK(d[0].priority == 3 && d[1].priority == 5);
	CHECK(!d[0].period_us && d[1].budget_us == 2000 && d[1].period_us == 10000);
	CHECK(d[0].on_reboot == IMAGE_POLICY_RESTART && d[0].on_crash == IMAGE_POLICY_HALT);
	CHECK(d[1].on_reboot == IMAGE_POLICY_HALT && d[1].on_crash == IMAGE_POLICY_RESTART);
	CHECK(d[1].irq_owned[1] == (1u << 5 | 1u << 31) && d[1].irq_owned[2] == 1u);
	CHECK(d[1].nr_devices == 2 && !strcmp(d[1].device[0], "/dev@1") && !strcmp(d[1].device[1], "/dev@2"));
	CHECK(expected.config.has_semihosting_exit);
	CHECK(expected.config.console_focus == 1);
}

const struct unit_test damage_tests[] = {
	{ "image_finds_domains", finds_domains },
	{ "image_other_board", other_board },
	{ "damage_flips_in_header", flips_in_header },
	{ "damage_flips_in_payloads", flips_in_payloads },
	{ "damage_double_flips", double_flips },
	{ "damage_truncations", truncations },
	{ "damage_truncated_in_ram", truncated_in_ram },
	{ NULL, NULL },
};
