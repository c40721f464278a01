/* SPDX-License-Identifier: Apache-2.0 */
/* The image at boot: read, checked, and its domains made from it. */
#include <libfdt.h>

#include <asm/machine.h>
#include <image/config.h>
#include <image/layout.h>
#include <image/tree.h>
#include <exen/arch.h>
#include <exen/board.h>
#include <exen/boot.h>
#include <exen/console.h>
#include <exen/domain.h>
#include <exen/domain_build.h>
#include <exen/irq.h>
#include <exen/printk.h>
#include <exen/string.h>
#include <exen/watchdog.h>
#include "build.h"
#include "build_fdt.h"
#include "gnttab.h"
#include "exen.h"

_Static_assert(IMAGE_MAX_DOMAINS == MAX_DOMAINS, "image and hypervisor: domains");
_Static_assert(IMAGE_NAME_LEN == DOMAIN_NAME_LEN, "image and hypervisor: names");
_Static_assert(IMAGE_NR_IRQS == EXEN_NR_IRQS, "image and ABI: interrupts");
_Static_assert(IMAGE_IRQ_LINE == EXEN_IRQ_LINE, "image and ABI: lines");
_Static_assert(IMAGE_PRIORITY_MAX < SCHED_NR_PRIORITIES, "image and hypervisor: priorities");
_Static_assert(IMAGE_PRIORITY_DEFAULT == SCHED_PRIO_DEFAULT, "image and hypervisor: priorities");
_Static_assert(IMAGE_BUDGET_MIN_US == SCHED_BUDGET_MIN_US && IMAGE_PERIOD_MIN_US == SCHED_PERIOD_MIN_US &&
	       IMAGE_PERIOD_MAX_US == SCHED_PERIOD_MAX_US, "image and hypervisor: budgets");

static struct image_config config;
static struct image_fit fit;
static const void *board_dtb;

const struct image_fit *build_fit(void)
{
	return &fit;
}

static void read_image(void)
{
	const struct image_ram ram = {
		.base = boot_info.ram_base,
		.size = boot_info.slots_size,
	};
	struct image_error err;
	struct image_board found;

	if (!image_fit_open(&fit, boot_info.fit, boot_info.fit_size, &err) ||
	    !image_load_config(&config, &fit, board->compatible, &ram, &found, &err))
		boot_refuse("image: %s", err.text);
	build_splash(&config, &ram);	/* what is left takes longest */
	if (!image_config_verify(&config, &fit, &err))
		boot_refuse("image: %s", err.text);
	board_dtb = boot_info.board_dtb;
	if (!board_dtb)
		board_dtb = image_payload_start(&fit, &found.dtb);
	else if (!image_tree_is_sound(board_dtb, fdt_totalsize(board_dtb)) ||
		 fdt_pack(boot_info.board_dtb))	/* loaders leave room for their own changes */
		boot_refuse("the loader's device tree is damaged");
}

/* Devices that other domains own, for the tree of the one that has the rest.  Ends with NULL. */
static void list_devices(const char **list, const struct domain_config *but)
{
	for (unsigned int i = 0; i < config.nr_domains; i++) {
		const struct domain_config *c = &config.domain[i];

		for (unsigned int k = 0; c != but && k < c->nr_devices; k++)
			*list++ = c->device[k];
	}
	*list = NULL;
}

static int write_tree(void *buf, const struct domain_config *c, const struct fdt_domain *tree)
{
	const void *from = c->device_tree.size ? image_payload_start(&fit, &c->device_tree) : board_dtb;

	if (!c->is_privileged && !c->device_tree.size)
		return build_fdt_minimal(buf, IMAGE_DTB_SPACE, board_dtb, tree);
	return build_fdt_board(buf, IMAGE_DTB_SPACE, from, board->fdt_rules, tree);
}

const char *build_domain_tree(const struct domain *d, const struct domain_config *c)
{
	const char *devices[MAX_DOMAINS * IMAGE_MAX_DEVICES + 1];
	const struct fdt_domain tree = {
		.memory_base = d->slot.base,
		.memory_size = d->slot.size,
		.bootargs = c->bootargs,
		.ramdisk_base = d->slot.base + c->layout.ramdisk,
		.ramdisk_size = c->ramdisk.size,
		.grant_base = gnttab_frames_paddr(d),
		.grant_size = MAX_GRANT_FRAMES * PAGE_SIZE,
		.nr_cpus = c->nr_cpus,
		.disable_path = devices,
	};
	int err;

	list_devices(devices, c);
	err = write_tree(thread_ram(d->slot.base + c->layout.dtb), c, &tree);
	return err ? fdt_strerror(err) : NULL;
}

/* Interrupts of devices that nobody else owns are the privileged domain's, but for the
 * hypervisor's own. */
static void give_other_lines(void)
{
	for (unsigned int irq = IMAGE_IRQ_LINE; irq < IMAGE_NR_IRQS; irq++) {
		uint32_t *const word = &config.domain[0].irq_owned[irq / 32];
		uint32_t owned = 0;

		for (unsigned int i = 1; i < config.nr_domains; i++)
			owned |= config.domain[i].irq_owned[irq / 32];
		*word &= ~BIT(irq % 32);
		if (irq_is_assignable(irq))
			*word |= ~owned & BIT(irq % 32);
	}
}

static struct image_cpu has;	/* what the processor offers */

static void find_cpu(void)
{
	char text[64];

	arch_cpu(&has);
	image_cpu_print(&has, text, sizeof(text));
	printk("CPU offers %s\n", text);
}

/* Can the processor run it?  If not it stays down; without the privileged one there is no system. */
static bool check_cpu(struct domain *d, const struct domain_config *c)
{
	struct image_error err;

	if (image_cpu_check(&has, &c->needs, &err))
		return true;
	if (c->is_privileged)
		boot_refuse("dom%u \"%s\": %s", d->domid, d->name, err.text);
	printk("dom%u \"%s\": not started: %s\n", d->domid, d->name, err.text);
	d->state = DOMAIN_HALTED;
	return false;
}

static void make_domain(domid_t domid, const struct domain_config *c)
{
	const struct domain_params params = {
		.domid = domid,
		.name = c->name,
		.slot = { .base = c->slot_base, .size = c->slot_size },
		.is_privileged = c->is_privileged,
		.priority = c->priority,
		.budget_us = c->budget_us,
		.period_us = c->period_us,
		.irq_owned = c->irq_owned,
		.config = c,
	};
	struct domain *d = domain_create(&params);

	if (!d)
		boot_refuse("dom%u \"%s\" cannot be made", domid, c->name);
	if (check_cpu(d, c))
		build_queue(d);
}

void domains_build_all(void)
{
	read_image();
	if (config.has_semihosting_exit)
		semihosting_allow();
	give_other_lines();
	find_cpu();
	for (unsigned int i = 0; i < config.nr_domains; i++)
		make_domain((domid_t)i, &config.domain[i]);
	console_focus(config.console_focus == IMAGE_FOCUS_HYPERVISOR ?
		      NULL : domain_by_id((domid_t)config.console_focus));
	if (config.has_watchdog)
		watchdog_start(config.watchdog_s);
}
