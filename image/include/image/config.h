/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file What an image's configuration says: the domains, and what each is built from.  The binding
 * (node and property names) is Documentation/image.md.
 */
#ifndef IMAGE_CONFIG_H
#define IMAGE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include <image/cpu.h>
#include <image/device.h>
#include <image/error.h>
#include <image/fit.h>

#define IMAGE_MAX_DOMAINS	8	/**< a domain's index is its domid */
#define IMAGE_NAME_LEN		16	/**< of a domain, with the 0 at the end */
#define IMAGE_BOOTARGS_LEN	512
#define IMAGE_PATH_LEN		96
#define IMAGE_NODE_LEN		48
#define IMAGE_MAX_DEVICES	4	/**< device nodes that a domain owns */
#define IMAGE_NR_IRQS		256	/**< as EXEN_NR_IRQS of abi/exen.h */
#define IMAGE_IRQ_LINE		32	/**< first line of a device, as EXEN_IRQ_LINE */
#define IMAGE_PRIORITY_MIN	1
#define IMAGE_PRIORITY_MAX	7
#define IMAGE_PRIORITY_DEFAULT	3
#define IMAGE_BUDGET_MIN_US	10
#define IMAGE_PERIOD_MIN_US	100
#define IMAGE_PERIOD_MAX_US	1000000
#define IMAGE_SLOT_ALIGN	(2u << 20)	/**< of a slot's base and size, bytes */

/** What becomes of a domain that has ended. */
enum image_policy {
	IMAGE_POLICY_HALT,		/**< it stays down */
	IMAGE_POLICY_RESTART,		/**< its memory is filled anew from the image */
};

/** Where things lie in a domain's slot: bytes from its base.  Set by image_layout_domain(). */
struct image_layout {
	uint32_t kernel;		/**< also where the domain is entered */
	uint32_t ramdisk;		/**< meaningful if there is one */
	uint32_t dtb;			/**< IMAGE_DTB_SPACE bytes */
};

/** One domain, as configured and checked. */
struct domain_config {
	char name[IMAGE_NAME_LEN];
	char node[IMAGE_NODE_LEN];	/**< its path in the configuration, for messages; may be cut */
	bool is_privileged;		/**< has dom0's rights, owns the board's devices */
	bool is_slot_fixed;		/**< slot_base was configured, not chosen */
	bool is_zimage;			/**< the kernel decompresses itself */
	uint32_t slot_base;		/**< physical address; set by image_place_slots() */
	uint32_t slot_size;		/**< bytes */
	uint32_t nr_cpus;
	uint32_t priority;		/**< IMAGE_PRIORITY_MIN (least urgent) .. _MAX */
	uint32_t budget_us;		/**< CPU time that it may have in period_us */
	uint32_t period_us;		/**< 0: as much as its priority gives it */
	struct image_cpu needs;		/**< the least processor that runs it */
	enum image_policy on_reboot;
	enum image_policy on_crash;
	uint32_t irq_owned[IMAGE_NR_IRQS / 32];	/**< lines of devices, by interrupt number */
	char device[IMAGE_MAX_DEVICES][IMAGE_PATH_LEN];	/**< nodes of the board's tree it owns */
	unsigned int nr_devices;
	struct image_pv_devices pv;	/**< that other domains serve */
	struct image_payload kernel;
	struct image_payload ramdisk;
	struct image_payload device_tree;	/**< the domain's own; else the board's or a minimal one */
	char bootargs[IMAGE_BOOTARGS_LEN];
	struct image_layout layout;
};

struct image_config {
	unsigned int nr_domains;
	struct domain_config domain[IMAGE_MAX_DOMAINS];	/**< by domid; 0 is the privileged one */
	bool has_semihosting_exit;	/**< a guest may end the emulator (test images) */
	/** Domid whose console gets the keyboard first, or IMAGE_FOCUS_HYPERVISOR. */
	unsigned int console_focus;
	bool has_watchdog;		/**< the board's is to be started */
	uint32_t watchdog_s;		/**< its limit, not checked: the board's driver knows */
	struct image_payload splash;	/**< picture to show at boot (image/splash.h) */
};

#define IMAGE_FOCUS_HYPERVISOR	IMAGE_MAX_DOMAINS

/** RAM that slots may take. */
struct image_ram {
	uint32_t base;			/**< physical address of the board's RAM */
	uint32_t size;			/**< bytes, without what the hypervisor keeps at the top */
};

/**
 * Reads the configuration tree into @p config: names, values, payload references.  No payload is looked into;
 * slots and layouts are not set yet.
 * @param tree  the blob image_fit_board() found: structure checked
 */
bool image_config_read(struct image_config *config, const struct image_fit *fit,
		       const struct image_payload *tree, struct image_error *err);

/** Verifies every payload that a domain is made from, and lays the domains out in their slots. */
bool image_config_verify(struct image_config *config, const struct image_fit *fit, struct image_error *err);

/** Gives each domain its slot: the fixed ones first, then bottom-up, first fit. */
bool image_place_slots(struct image_config *config, const struct image_ram *ram,
		       struct image_error *err);

/** The highest place for @p size bytes of @p ram that belong to no domain, when slots are placed.
 *  @return false: there is none */
bool image_find_free(const struct image_config *config, const struct image_ram *ram, uint32_t size,
		     uint32_t *base);

/**
 * All for one board but what takes long, image_config_verify(): image_fit_board(), image_config_read() and
 * image_place_slots().
 * @param fit         opened by image_fit_open()
 * @param compatible  one string of the root node of the board's device tree
 * @param board       what the FIT has for the board, for the caller's own use
 */
bool image_load_config(struct image_config *config, const struct image_fit *fit, const char *compatible,
		       const struct image_ram *ram, struct image_board *board, struct image_error *err);

/** All of it: image_load_config(), image_config_verify(). */
bool image_load(struct image_config *config, const struct image_fit *fit, const char *compatible,
		const struct image_ram *ram, struct image_board *board, struct image_error *err);

#endif
