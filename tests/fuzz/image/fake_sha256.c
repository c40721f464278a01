/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A digest that is always the same, and that the seeds carry: a fuzzer cannot forge a real one, and what
 * lies behind the check is what it is to reach.  Here too are the promises that targets check.
 */
#include <string.h>

#include <image/layout.h>
#include <image/sha256.h>
#include "fuzz.h"

void sha256(const void *bytes, size_t len, uint8_t digest[SHA256_LEN])
{
	const volatile uint8_t *p = bytes;

	if (len)		/* the caller must own all of it: sanitizers look */
		(void)(p[0] + p[len - 1]);
	memset(digest, 'X', SHA256_LEN);
}

static void check_payload(const struct image_payload *p, uint32_t available)
{
	MUST(p->offset <= available && p->size <= available - p->offset);
}

static void check_domain(const struct domain_config *d, uint32_t available)
{
	const uint32_t end = d->slot_base - FUZZ_RAM_BASE + d->slot_size;

	check_payload(&d->kernel, available);
	check_payload(&d->ramdisk, available);
	check_payload(&d->device_tree, available);
	MUST(d->kernel.size && d->slot_size && d->slot_base % IMAGE_SLOT_ALIGN == 0);
	MUST(d->slot_base >= FUZZ_RAM_BASE && end <= FUZZ_RAM_SIZE);
	MUST(d->layout.kernel + d->kernel.size <= d->layout.ramdisk);
	MUST(d->layout.ramdisk + d->ramdisk.size <= d->layout.dtb);
	MUST(d->layout.dtb + IMAGE_DTB_SPACE <= d->slot_size);
	MUST(d->name[0] && strnlen(d->name, IMAGE_NAME_LEN) < IMAGE_NAME_LEN);
	MUST(strnlen(d->bootargs, IMAGE_BOOTARGS_LEN) < IMAGE_BOOTARGS_LEN);
	MUST(d->priority >= IMAGE_PRIORITY_MIN && d->priority <= IMAGE_PRIORITY_MAX);
	MUST(!d->irq_owned[0] && d->nr_cpus == 1 && d->nr_devices <= IMAGE_MAX_DEVICES);
}

void fuzz_check_config(const struct image_config *config, uint32_t available)
{
	MUST(config->nr_domains >= 1 && config->nr_domains <= IMAGE_MAX_DOMAINS);
	MUST(config->console_focus < config->nr_domains ||
	     config->console_focus == IMAGE_FOCUS_HYPERVISOR);
	for (unsigned int i = 0; i < config->nr_domains; i++) {
		const struct domain_config *d = &config->domain[i];

		check_domain(d, available);
		MUST(d->is_privileged == (i == 0));
		for (unsigned int k = 0; k < i; k++) {
			const struct domain_config *e = &config->domain[k];

			MUST(d->slot_base + d->slot_size <= e->slot_base ||
			     e->slot_base + e->slot_size <= d->slot_base);
			MUST(strcmp(d->name, e->name));
		}
	}
}
