/* SPDX-License-Identifier: Apache-2.0 */
/* Slot placement: explicit slots first, the others bottom-up, first fit. */
#include <string.h>

#include <image/config.h>
#include "unit.h"

#define MIB	(1u << 20)

static const struct image_ram ram = { .base = 0x60000000, .size = 256 * MIB };
static struct image_config config;
static struct image_error err;

static void add(uint32_t size, uint32_t fixed_base)
{
	struct domain_config *d = &config.domain[config.nr_domains];

	snprintf(d->node, sizeof(d->node), "/chosen/d%u", config.nr_domains++);
	d->slot_size = size;
	d->slot_base = fixed_base;
	d->is_slot_fixed = fixed_base != 0;
}

static void reset(void)
{
	memset(&config, 0, sizeof(config));
	memset(&err, 0, sizeof(err));
}

static void bottom_up(void)
{
	reset();
	add(128 * MIB, 0);
	add(64 * MIB, 0);
	add(64 * MIB, 0);
	CHECK(image_place_slots(&config, &ram, &err));
	CHECK(config.domain[0].slot_base == 0x60000000);
	CHECK(config.domain[1].slot_base == 0x68000000);
	CHECK(config.domain[2].slot_base == 0x6c000000);
}

static void around_fixed(void)
{
	reset();
	add(32 * MIB, 0);
	add(2 * MIB, 0x60000000 + 16 * MIB);
	add(16 * MIB, 0);
	CHECK(image_place_slots(&config, &ram, &err));
	CHECK(config.domain[0].slot_base == 0x60000000 + 18 * MIB);
	CHECK(config.domain[1].slot_base == 0x60000000 + 16 * MIB);
	CHECK(config.domain[2].slot_base == 0x60000000);	/* first fit: the hole below */
}

static void unaligned_ram(void)
{
	const struct image_ram odd = { .base = 0x60100000, .size = 16 * MIB };

	reset();
	add(8 * MIB, 0);
	CHECK(image_place_slots(&config, &odd, &err));
	CHECK(config.domain[0].slot_base == 0x60200000);
}

static void full(void)
{
	reset();
	add(128 * MIB, 0);
	add(128 * MIB, 0);
	CHECK(image_place_slots(&config, &ram, &err));
	add(2 * MIB, 0);
	CHECK(!image_place_slots(&config, &ram, &err));
	CHECK(!strcmp(err.text, "/chosen/d2: memory: no 2048 KiB left in RAM for domains (262144 KiB at 0x60000000)"));
}

static void fixed_overlap(void)
{
	reset();
	add(16 * MIB, 0x62000000);
	add(16 * MIB, 0x62e00000);
	CHECK(!image_place_slots(&config, &ram, &err));
	CHECK(!strcmp(err.text, "/chosen/d1: xen,static-mem: 0x1000000 bytes at 0x62e00000 overlap /chosen/d0 (0x1000000 bytes at 0x62000000)"));
}

static void fixed_touching(void)
{
	reset();
	add(16 * MIB, 0x62000000);
	add(16 * MIB, 0x63000000);
	add(16 * MIB, 0x61000000);
	CHECK(image_place_slots(&config, &ram, &err));
}

static void check_outside(uint32_t base, uint32_t size)
{
	reset();
	add(size, base);
	CHECK(!image_place_slots(&config, &ram, &err));
	CHECK(strstr(err.text, "/chosen/d0: xen,static-mem: ") && strstr(err.text, "not in RAM"));
}

static void fixed_outside(void)
{
	check_outside(0x5fe00000, 4 * MIB);
	check_outside(0x6fe00000, 4 * MIB);
	check_outside(0x70000000, 2 * MIB);
	check_outside(0xffe00000, 2 * MIB);
	check_outside(0x60000000, 258 * MIB);
}

/* RAM that ends at 4 GiB: no sum may wrap. */
static void top_of_memory(void)
{
	const struct image_ram high = { .base = 0xf0000000, .size = 0x10000000 - 4096 };

	reset();
	add(254 * MIB, 0);
	CHECK(image_place_slots(&config, &high, &err));
	add(2 * MIB, 0);
	CHECK(!image_place_slots(&config, &high, &err));
}

/* Any mixture: slots never overlap, always inside, always aligned; deterministic pseudo-random. */
static void no_overlap_ever(void)
{
	uint32_t seed = 1;

	for (unsigned int round = 0; round < 20000; round++) {
		reset();
		for (unsigned int i = 0; i < IMAGE_MAX_DOMAINS; i++) {
			seed = seed * 1664525 + 1013904223;
			add((1 + (seed >> 20) % 32) * 2 * MIB,
			    seed >> 16 & 1 ? 0x60000000 + ((seed >> 8) % 128) * 2 * MIB : 0);
		}
		if (!image_place_slots(&config, &ram, &err))
			continue;
		for (unsigned int i = 0; i < IMAGE_MAX_DOMAINS; i++) {
			const struct domain_config *a = &config.domain[i];

			CHECK(a->slot_base >= ram.base && a->slot_base % (2 * MIB) == 0);
			CHECK((uint64_t)a->slot_base + a->slot_size <= (uint64_t)ram.base + ram.size);
			for (unsigned int k = 0; k < i; k++) {
				const struct domain_config *b = &config.domain[k];

				CHECK(a->slot_base + a->slot_size <= b->slot_base ||
				      b->slot_base + b->slot_size <= a->slot_base);
			}
		}
	}
}

static void free_place(void)
{
	uint32_t base;

	reset();
	add(4 * MIB, 0x60000000 + 250 * MIB);
	add(32 * MIB, 0);
	CHECK(image_place_slots(&config, &ram, &err));
	CHECK(image_find_free(&config, &ram, MIB, &base) && base == 0x60000000 + 255 * MIB);
	CHECK(image_find_free(&config, &ram, 2 * MIB, &base) && base == 0x60000000 + 254 * MIB);
	CHECK(image_find_free(&config, &ram, 3 * MIB, &base) && base == 0x60000000 + 247 * MIB);
	CHECK(image_find_free(&config, &ram, 218 * MIB, &base) && base == 0x60000000 + 32 * MIB);
	CHECK(!image_find_free(&config, &ram, 219 * MIB, &base));
}

static void no_free_place(void)
{
	uint32_t base;

	reset();
	add(128 * MIB, 0);
	add(128 * MIB, 0);
	CHECK(image_place_slots(&config, &ram, &err));
	CHECK(!image_find_free(&config, &ram, 4096, &base));
}

const struct unit_test slot_tests[] = {
	{ "slots_bottom_up", bottom_up },
	{ "slots_around_fixed", around_fixed },
	{ "slots_unaligned_ram", unaligned_ram },
	{ "slots_full", full },
	{ "slots_fixed_overlap", fixed_overlap },
	{ "slots_fixed_touching", fixed_touching },
	{ "slots_fixed_outside", fixed_outside },
	{ "slots_top_of_memory", top_of_memory },
	{ "slots_no_overlap_ever", no_overlap_ever },
	{ "slots_free_place", free_place },
	{ "slots_no_free_place", no_free_place },
	{ NULL, NULL },
};
