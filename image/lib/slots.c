/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include <image/config.h>

static bool overlap(uint32_t base, uint32_t size, const struct domain_config *d)
{
	return base - d->slot_base < d->slot_size || d->slot_base - base < size;
}

static bool is_inside(const struct domain_config *d, const struct image_ram *ram)
{
	return d->slot_base >= ram->base && d->slot_size <= ram->size &&
	       d->slot_base - ram->base <= ram->size - d->slot_size;
}

/* A placed domain but @p d whose slot overlaps a range; NULL if there is none. */
static const struct domain_config *find_overlap(const struct image_config *config, uint32_t placed,
						const struct domain_config *d, uint32_t base, uint32_t size)
{
	for (unsigned int i = 0; i < config->nr_domains; i++) {
		const struct domain_config *other = &config->domain[i];

		if (other != d && placed & 1u << i && overlap(base, size, other))
			return other;
	}
	return NULL;
}

static bool check_fixed(const struct image_config *config, uint32_t placed,
			const struct domain_config *d, const struct image_ram *ram,
			struct image_error *err)
{
	const struct domain_config *other = find_overlap(config, placed, d, d->slot_base, d->slot_size);

	if (!is_inside(d, ram))
		return image_fail(err,
				  "%s: xen,static-mem: 0x%x bytes at 0x%x are not in RAM for domains (0x%x bytes at 0x%x)",
				  d->node, (unsigned int)d->slot_size, (unsigned int)d->slot_base,
				  (unsigned int)ram->size, (unsigned int)ram->base);
	if (other)
		return image_fail(err,
				  "%s: xen,static-mem: 0x%x bytes at 0x%x overlap %s (0x%x bytes at 0x%x)",
				  d->node, (unsigned int)d->slot_size, (unsigned int)d->slot_base,
				  other->node, (unsigned int)other->slot_size,
				  (unsigned int)other->slot_base);
	return true;
}

/* Lowest place that is free.  Each step passes one placed domain, so there are few. */
static bool find_place(const struct image_config *config, uint32_t placed, struct domain_config *d,
		       const struct image_ram *ram, struct image_error *err)
{
	uint64_t base = ((uint64_t)ram->base + IMAGE_SLOT_ALIGN - 1) & ~(uint64_t)(IMAGE_SLOT_ALIGN - 1);

	while (base <= UINT32_MAX) {
		const struct domain_config *other;

		d->slot_base = (uint32_t)base;
		if (!is_inside(d, ram))
			break;
		other = find_overlap(config, placed, d, d->slot_base, d->slot_size);
		if (!other)
			return true;
		base = (uint64_t)other->slot_base + other->slot_size;
	}
	return image_fail(err,
			  "%s: memory: no %u KiB left in RAM for domains (%u KiB at 0x%x)",
			  d->node, (unsigned int)(d->slot_size >> 10), (unsigned int)(ram->size >> 10),
			  (unsigned int)ram->base);
}

bool image_place_slots(struct image_config *config, const struct image_ram *ram,
		       struct image_error *err)
{
	uint32_t placed = 0;

	for (unsigned int i = 0; i < config->nr_domains; i++) {
		if (!config->domain[i].is_slot_fixed)
			continue;
		if (!check_fixed(config, placed, &config->domain[i], ram, err))
			return false;
		placed |= 1u << i;
	}
	for (unsigned int i = 0; i < config->nr_domains; i++) {
		if (placed & 1u << i)
			continue;
		if (!find_place(config, placed, &config->domain[i], ram, err))
			return false;
		placed |= 1u << i;
	}
	return true;
}

bool image_find_free(const struct image_config *config, const struct image_ram *ram, uint32_t size,
		     uint32_t *base)
{
	const struct domain_config *other;

	for (uint32_t left = ram->size; left >= size; left = other->slot_base - ram->base) {
		*base = ram->base + left - size;
		other = find_overlap(config, ~0u, NULL, *base, size);
		if (!other)
			return true;
	}
	return false;
}
