/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <image/layout.h>

/* Linux's Documentation/arm/booting.rst and arch/arm/boot/compressed/head.S: a magic word. */
#define ZIMAGE_MAGIC_OFFSET	0x24
#define ZIMAGE_MAGIC		"\x18\x28\x6f\x01"
#define ZIMAGE_MAGIC_LEN	4

#define PAGE			4096u
/* Of a raw Image its file says no bss: a quarter of it, and stacks and first page tables. */
#define BSS_MIN			(64u << 10)
/* A zImage unpacks to three or four times its size, and first moves itself behind that. */
#define UNPACK_FACTOR		5

bool image_is_zimage(const void *kernel, uint32_t size)
{
	return size >= ZIMAGE_MAGIC_OFFSET + ZIMAGE_MAGIC_LEN &&
	       !memcmp((const char *)kernel + ZIMAGE_MAGIC_OFFSET, ZIMAGE_MAGIC, ZIMAGE_MAGIC_LEN);
}

/* Bytes from the slot's base that the kernel needs before it reads its device tree. */
static uint64_t kernel_need(const struct domain_config *domain)
{
	const uint64_t size = domain->kernel.size;

	if (domain->is_zimage)
		return IMAGE_ZIMAGE_OFFSET + UNPACK_FACTOR * size + BSS_MIN;
	return IMAGE_KERNEL_OFFSET + size + size / 4 + BSS_MIN;
}

bool image_layout_domain(struct domain_config *domain, struct image_error *err)
{
	const uint64_t end = domain->slot_size < IMAGE_LOWMEM_SIZE ? domain->slot_size :
								     IMAGE_LOWMEM_SIZE;
	const uint64_t ramdisk_space = ((uint64_t)domain->ramdisk.size + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	const uint64_t need = kernel_need(domain) + ramdisk_space + IMAGE_DTB_SPACE;

	if (need > end)
		return image_fail(err,
				  "%s: memory: %u KiB are too little: kernel, ramdisk and device tree need %u KiB",
				  domain->node, (unsigned int)(end >> 10),
				  (unsigned int)((need + 1023) >> 10));
	domain->layout.kernel = domain->is_zimage ? IMAGE_ZIMAGE_OFFSET : IMAGE_KERNEL_OFFSET;
	domain->layout.dtb = (uint32_t)end - IMAGE_DTB_SPACE;
	domain->layout.ramdisk = (uint32_t)(domain->layout.dtb - ramdisk_space);
	return true;
}
