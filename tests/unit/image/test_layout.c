/* SPDX-License-Identifier: Apache-2.0 */
/* Where things lie in a slot. */
#include <string.h>

#include <image/layout.h>
#include "unit.h"

#define MIB	(1u << 20)
#define KIB	(1u << 10)

static struct image_error err;

static struct domain_config domain(uint32_t slot, uint32_t kernel, uint32_t ramdisk)
{
	return (struct domain_config){
		.node = "/chosen/d",
		.slot_size = slot,
		.kernel.size = kernel,
		.ramdisk.size = ramdisk,
	};
}

static void raw_image(void)
{
	struct domain_config d = domain(64 * MIB, 6 * MIB, 1500001);

	CHECK(image_layout_domain(&d, &err));
	CHECK(d.layout.kernel == 0x8000);
	CHECK(d.layout.dtb == 64 * MIB - 64 * KIB);
	CHECK(d.layout.ramdisk == 64 * MIB - 64 * KIB - 1503232);	/* 367 pages */
}

static void zimage(void)
{
	struct domain_config d = domain(64 * MIB, 3 * MIB, 0);

	d.is_zimage = true;
	CHECK(image_layout_domain(&d, &err));
	CHECK(d.layout.kernel == 0x10000);
}

static void lowmem(void)
{
	struct domain_config d = domain(1024 * MIB, 6 * MIB, MIB);

	CHECK(image_layout_domain(&d, &err));
	CHECK(d.layout.dtb == 512 * MIB - 64 * KIB);
}

/* The smallest slot in which kernel, a quarter of it, and the rest fit; and one page less. */
static void just_fits(void)
{
	struct domain_config d = domain(2 * MIB, MIB, 0);
	const uint32_t free = 2 * MIB - 0x8000 - (MIB + MIB / 4) - 64 * KIB - IMAGE_DTB_SPACE;

	d.ramdisk.size = free & ~4095u;
	CHECK(image_layout_domain(&d, &err));
	CHECK(d.layout.ramdisk >= 0x8000 + MIB + MIB / 4);
	d.ramdisk.size += 4096;
	CHECK(!image_layout_domain(&d, &err));
	CHECK(!strncmp(err.text, "/chosen/d: memory: 2048 KiB are too little: ", 44));
}

static void huge_payloads(void)
{
	struct domain_config d = domain(1024 * MIB, UINT32_MAX, UINT32_MAX);

	CHECK(!image_layout_domain(&d, &err));
	d = domain(1024 * MIB, 4096, UINT32_MAX);
	CHECK(!image_layout_domain(&d, &err));
}

static void recognises_zimage(void)
{
	uint8_t head[0x28] = { [0x24] = 0x18, 0x28, 0x6f, 0x01 };

	CHECK(image_is_zimage(head, sizeof(head)));
	CHECK(!image_is_zimage(head, sizeof(head) - 1));
	head[0x27] = 2;
	CHECK(!image_is_zimage(head, sizeof(head)));
}

const struct unit_test layout_tests[] = {
	{ "layout_raw_image", raw_image },
	{ "layout_zimage", zimage },
	{ "layout_lowmem", lowmem },
	{ "layout_just_fits", just_fits },
	{ "layout_huge_payloads", huge_payloads },
	{ "layout_recognises_zimage", recognises_zimage },
	{ NULL, NULL },
};
