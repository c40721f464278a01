/* SPDX-License-Identifier: Apache-2.0 */
/* Building, ending and restarting domains.  $UNIT_BUILD: a FIT of test.dts and board.dts. */
#include <errno.h>
#include <string.h>

#include <libfdt.h>

#include <image/layout.h>
#include <exen/boot.h>
#include <exen/domain_build.h>
#include "exen.h"
#include "fake_core.h"
#include "unit.h"
#include "xenstore/xenstore.h"

#define MIB	(1u << 20)

static uint8_t *fit_bytes;
static size_t fit_size;
static struct domain *control, *guest;

static void load_fit_of(const char *variable)
{
	const char *path = getenv(variable);

	CHECK(path);
	free(fit_bytes);
	fit_bytes = unit_read_file(path, &fit_size);
	fake_reset(fit_bytes, (uint32_t)fit_size);
}

static void load_fit(void)
{
	load_fit_of("UNIT_BUILD");
}

static void boot(void)
{
	load_fit();
	CHECK(fake_run(domains_build_all) == FAKE_RETURNED);
	CHECK(fake_work() == FAKE_RETURNED);
	control = domain_by_id(0);
	guest = domain_by_id(1);
	CHECK(control->state == DOMAIN_RUNNING && guest->state == DOMAIN_RUNNING);
}

/* $UNIT_BUILD asks for it, $UNIT_SPLASH doesn't. */
static void starts_watchdog(void)
{
	boot();
	CHECK(fake.nr_watchdog_starts == 1 && fake.watchdog_s == 9);
	load_fit_of("UNIT_SPLASH");
	CHECK(fake_run(domains_build_all) == FAKE_RETURNED);
	CHECK(!fake.nr_watchdog_starts);
}

static void builds_all(void)
{
	boot();
	CHECK(!strcmp(control->name, "control") && control->is_privileged);
	CHECK(!strcmp(guest->name, "guest") && !guest->is_privileged);
	CHECK(control->slot.base == 0x60000000 && control->slot.size == 4 * MIB);
	CHECK(guest->slot.base == 0x62000000 && guest->slot.size == 2 * MIB);
	CHECK(control->vcpu[0].priority == 3 && guest->vcpu[0].priority == 5);
	CHECK(!control->vcpu[0].budget.period_ns);
	CHECK(guest->vcpu[0].budget.budget_ns == 2000000 && guest->vcpu[0].budget.period_ns == 10000000);
	CHECK(fake.start[0].nr_starts == 1 && fake.start[1].nr_starts == 1);
	CHECK(fake.start[0].entry == 0x60008000 && fake.start[0].dtb == 0x603f0000);
	CHECK(fake.start[1].entry == 0x62008000 && fake.start[1].dtb == 0x621f0000);
	CHECK(fake.start[0].cleans_before && fake.start[1].cleans_before);
	CHECK(fake.is_exit_allowed && fake.focus == 1 && fake.nr_connects == 2);
	CHECK(strstr(fake.text, "dom1 \"guest\": 2 MiB at 62000000, kernel "));
}

/* [from, from + len) of the slot are zero. */
static bool is_zero(const struct domain *d, uint32_t from, uint32_t len)
{
	const uint8_t *p = fake_ram(d->slot.base + from);

	return !len || (!p[0] && !memcmp(p, p + 1, len - 1));
}

static const void *payload(const struct image_payload *p)
{
	return fit_bytes + p->offset;
}

/* What the image and the hypervisor put into a slot is there. */
static void check_content(const struct domain *d)
{
	const struct domain_config *c = d->config;
	const struct exen_boot_info *info = (const void *)fake_ram(d->slot.base + 0x1000);
	const void *dtb = fake_ram(d->slot.base + c->layout.dtb);

	CHECK(info->magic == EXEN_BOOT_MAGIC && info->magic2 == EXEN_BOOT_MAGIC2);
	CHECK(info->version == EXEN_ABI_VERSION && info->section[7] == 0x7fc0040e + (7u << 20));
	CHECK(!memcmp(fake_ram(d->slot.base + 0x8000), payload(&c->kernel), c->kernel.size));
	if (c->ramdisk.size)
		CHECK(!memcmp(fake_ram(d->slot.base + c->layout.ramdisk), payload(&c->ramdisk),
			      c->ramdisk.size));
	CHECK(!fdt_check_full(dtb, IMAGE_DTB_SPACE));
}

/* And everything else is zero: nothing of a former run is left. */
static void check_slot(const struct domain *d)
{
	const struct domain_config *c = d->config;
	const uint32_t after_info = 0x1000 + sizeof(struct exen_boot_info);
	const uint32_t after_kernel = c->layout.kernel + c->kernel.size;
	const uint32_t after_ramdisk = c->layout.ramdisk + c->ramdisk.size;

	check_content(d);
	CHECK(is_zero(d, 0, 0x1000));
	CHECK(is_zero(d, after_info, 0x8000 - after_info));
	CHECK(is_zero(d, after_kernel, c->layout.ramdisk - after_kernel));
	CHECK(is_zero(d, after_ramdisk, c->layout.dtb - after_ramdisk));
}

static void fills_slots(void)
{
	boot();
	check_content(control);
	check_content(guest);
	CHECK(*fake_ram(0x60400000) == 0xa5 && *fake_ram(0x61ffffff) == 0xa5);	/* nobody's */
	CHECK(*fake_ram(0x62200000) == 0xa5);
}

static void writes_trees(void)
{
	const void *fdt;

	boot();
	fdt = fake_ram(fake.start[0].dtb);
	CHECK(fdt_path_offset(fdt, "/bus@40000000") > 0);
	CHECK(fdt_path_offset(fdt, "/memory@60000000") > 0);
	fdt = fake_ram(fake.start[1].dtb);
	CHECK(fdt_path_offset(fdt, "/bus@40000000") < 0);
	CHECK(fdt_path_offset(fdt, "/memory@62000000") > 0);
	CHECK(fdt32_ld((const fdt32_t *)fdt_getprop(fdt, fdt_path_offset(fdt, "/hypervisor"), "reg",
						    NULL)) == 0x7fe18000);
}

/* Lines: the guest has its three, dom0 all others but the hypervisor's two (serial line, clock). */
static void shares_interrupts(void)
{
	boot();
	for (unsigned int irq = 0; irq < EXEN_NR_IRQS; irq++) {
		const uint32_t bit = 1u << irq % 32;
		const bool is_guests = irq == 37 || irq == 63 || irq == 64;
		const bool is_own = irq < EXEN_IRQ_LINE || irq == 40 || irq == 27 || irq >= FAKE_NR_IRQS;

		CHECK(!(guest->irq_owned[irq / 32] & bit) == !is_guests);
		CHECK(!(control->irq_owned[irq / 32] & bit) == (is_guests || is_own));
	}
}

/* No step zeroes or copies more than 256 KiB: a restart of 4 MiB takes 16 and some. */
static void steps_are_bounded(void)
{
	boot();
	fake_end_domain(control, SHUTDOWN_reboot);
	CHECK(fake_work() == FAKE_RETURNED);
	CHECK(fake_nr_steps() >= 16 && fake_nr_steps() < 32);
	CHECK(!domain_work());
}

/* A domain with devices waits once in any case: its backends are told, and looked at later. */
static void work_to_restart(void)
{
	CHECK(fake_work() == FAKE_RETURNED);
	if (fake.timer) {
		fake_fire_timer();
		CHECK(fake_work() == FAKE_RETURNED);
	}
}

static void restart(struct domain *d, unsigned int code)
{
	memset(fake_ram(d->slot.base), 0x5a, d->slot.size);
	fake_end_domain(d, code);
	work_to_restart();
	CHECK(d->state == DOMAIN_RUNNING);
	check_slot(d);
}

/* guest restarts on a crash; control on a reboot. */
static void restarts(void)
{
	boot();
	for (unsigned int i = 0; i < 100; i++)
		restart(guest, SHUTDOWN_crash);
	CHECK(fake.start[1].nr_starts == 101 && fake.start[0].nr_starts == 1);
	CHECK(fake.nr_disconnects == 102 && fake.nr_connects == 102);
	restart(guest, SHUTDOWN_watchdog);
	restart(control, SHUTDOWN_reboot);
	check_slot(guest);		/* has not been touched since */
}

/* -- the guest's disk, which control serves -- */

#define FRONTEND	"/local/domain/1/device/vbd/51712/"
#define BACKEND		"/local/domain/0/backend/vbd/1/51712/"

static bool store_says(const char *path, const char *value)
{
	const char *found = fake_store_read(path);

	return found && !strcmp(found, value);
}

static void backend_says(const char *state)
{
	const struct xs_perm perms[2] = { { .domid = 0 }, { .domid = 1 } };

	CHECK(!xenstore_write_local(BACKEND "state", state, perms, 2));
}

static void frontend_says(const char *state)
{
	const struct xs_perm perms[2] = { { .domid = 1 }, { .domid = 0 } };

	CHECK(!xenstore_write_local(FRONTEND "state", state, perms, 2));
}

static void writes_devices(void)
{
	boot();
	CHECK(store_says(FRONTEND "backend", "/local/domain/0/backend/vbd/1/51712"));
	CHECK(store_says(FRONTEND "backend-id", "0") && store_says(FRONTEND "state", "1"));
	CHECK(store_says(FRONTEND "virtual-device", "51712"));
	CHECK(store_says(BACKEND "frontend", "/local/domain/1/device/vbd/51712"));
	CHECK(store_says(BACKEND "frontend-id", "1") && store_says(BACKEND "state", "1"));
	CHECK(store_says(BACKEND "online", "1") && store_says(BACKEND "params", "/dev/sda"));
	CHECK(store_says(BACKEND "mode", "w"));
	/* The screen's waits for its backend. */
	CHECK(store_says("/local/domain/1/device/vfb/0/state", "0"));
	CHECK(store_says("/local/domain/0/backend/vfb/1/0/state", "1"));
}

/* The backend has the disk open: nothing of the guest is touched before it lets go. */
static void waits_for_backends(void)
{
	boot();
	backend_says("4");
	fake_end_domain(guest, SHUTDOWN_crash);
	CHECK(fake_work() == FAKE_RETURNED);
	CHECK(guest->state == DOMAIN_SHUTDOWN && fake.timer);
	CHECK(store_says(FRONTEND "state", "6") && store_says(BACKEND "online", "0"));
	for (unsigned int i = 0; i < 150; i++) {
		frontend_says("0");
		fake_fire_timer();
		CHECK(fake_work() == FAKE_RETURNED && guest->state == DOMAIN_SHUTDOWN);
		CHECK(store_says(FRONTEND "state", "6"));	/* told again */
	}
	CHECK(strstr(fake.text, "dom1 \"guest\": not restarted yet: others still use its devices\n"));
	backend_says("6");
	fake_fire_timer();
	CHECK(fake_work() == FAKE_RETURNED && guest->state == DOMAIN_RUNNING);
	CHECK(store_says(FRONTEND "state", "1") && store_says(BACKEND "state", "1"));
	CHECK(store_says(BACKEND "online", "1"));
}

/* A backend that says Closed may not have looked at "online" yet. */
static void tells_backends_first(void)
{
	boot();
	backend_says("6");
	fake_end_domain(guest, SHUTDOWN_crash);
	CHECK(fake_work() == FAKE_RETURNED && guest->state == DOMAIN_SHUTDOWN);
	CHECK(store_says(FRONTEND "state", "6") && store_says(BACKEND "online", "0"));
	fake_fire_timer();
	CHECK(fake_work() == FAKE_RETURNED && guest->state == DOMAIN_RUNNING);
}

/* What a backend has written of the domain's former life is not there in the next. */
static void forgets_what_backends_knew(void)
{
	const struct xs_perm perms[2] = { { .domid = 0 }, { .domid = 1 } };

	boot();
	CHECK(!xenstore_write_local(BACKEND "physical-device", "b3:0", perms, 2));
	restart(guest, SHUTDOWN_crash);
	CHECK(!fake_store_read(BACKEND "physical-device"));
	CHECK(store_says(BACKEND "params", "/dev/sda"));
}

static void backends_go_for_good(void)
{
	boot();
	backend_says("4");
	fake_end_domain(guest, SHUTDOWN_poweroff);
	CHECK(fake_work() == FAKE_RETURNED && guest->state == DOMAIN_HALTED);
	CHECK(store_says(BACKEND "online", "0") && !fake_store_read(FRONTEND "state"));
}

static void both_end_at_once(void)
{
	boot();
	fake_end_domain(guest, SHUTDOWN_crash);
	fake_end_domain(control, SHUTDOWN_reboot);
	work_to_restart();
	CHECK(fake.start[0].nr_starts == 2 && fake.start[1].nr_starts == 2);
}

static void ends_while_another_is_built(void)
{
	boot();
	fake_end_domain(control, SHUTDOWN_reboot);
	CHECK(domain_work() && domain_work());
	fake_end_domain(guest, SHUTDOWN_crash);
	work_to_restart();
	CHECK(fake.start[0].nr_starts == 2 && fake.start[1].nr_starts == 2);
	check_slot(control);
}

static void halts(void)
{
	boot();
	fake_end_domain(guest, SHUTDOWN_reboot);
	CHECK(fake_work() == FAKE_RETURNED);
	CHECK(guest->state == DOMAIN_HALTED && fake.start[1].nr_starts == 1);
	CHECK(strstr(fake.text, "dom1 \"guest\": halted\n"));
	CHECK(fake.nr_disconnects == 3);
}

static void poweroff_never_restarts(void)
{
	boot();
	fake_end_domain(guest, SHUTDOWN_poweroff);
	CHECK(fake_work() == FAKE_RETURNED && guest->state == DOMAIN_HALTED);
	fake_end_domain(control, SHUTDOWN_poweroff);
	CHECK(fake_work() == FAKE_STOPPED && fake.exit_status == 0);
}

static void machine_goes_with_dom0(void)
{
	boot();
	fake_end_domain(control, SHUTDOWN_poweroff);
	CHECK(fake_work() == FAKE_STOPPED && fake.exit_status == 0);
}

static void stops_when_none_is_left(void)
{
	boot();
	fake_end_domain(control, SHUTDOWN_crash);
	CHECK(fake_work() == FAKE_RETURNED && control->state == DOMAIN_HALTED);
	fake_end_domain(guest, SHUTDOWN_poweroff);
	CHECK(fake_work() == FAKE_STOPPED && fake.exit_status == 0);

	boot();
	fake_end_domain(guest, SHUTDOWN_poweroff);
	CHECK(fake_work() == FAKE_RETURNED);
	fake_end_domain(control, SHUTDOWN_crash);
	CHECK(fake_work() == FAKE_STOPPED && fake.exit_status == 3);
}

/* Pages that another domain still maps must not be filled: it is tried again later. */
static void waits_for_mappings(void)
{
	boot();
	fake.reset_error = -EBUSY;
	memset(fake_ram(guest->slot.base), 0x5a, guest->slot.size);
	fake_end_domain(guest, SHUTDOWN_crash);
	for (unsigned int i = 0; i < 3; i++) {
		CHECK(fake_work() == FAKE_RETURNED);
		CHECK(guest->state == DOMAIN_SHUTDOWN && *fake_ram(guest->slot.base) == 0x5a);
		fake_fire_timer();
	}
	fake.reset_error = 0;
	CHECK(fake_work() == FAKE_RETURNED);
	CHECK(guest->state == DOMAIN_RUNNING && !fake.timer);
	check_slot(guest);
}

static void no_room_in_xenstore(void)
{
	boot();
	fake.store_error = -ENOMEM;
	fake_end_domain(guest, SHUTDOWN_crash);
	work_to_restart();
	CHECK(guest->state == DOMAIN_HALTED && fake.start[1].nr_starts == 1);
	CHECK(strstr(fake.text, "dom1 \"guest\": not started: xenstore has no room\n"));
}

static void none_can_be_built(void)
{
	load_fit();
	fake.store_error = -ENOMEM;
	CHECK(fake_run(domains_build_all) == FAKE_RETURNED);
	CHECK(fake_work() == FAKE_STOPPED && fake.exit_status == 3);
	CHECK(domain_by_id(0)->state == DOMAIN_HALTED && domain_by_id(1)->state == DOMAIN_HALTED);
}

/* A tree of the loader's without the controller: dom0 stays down, the guest runs. */
static void board_without_controller(void)
{
	static uint64_t tree[64];

	load_fit();
	CHECK(!fdt_create_empty_tree(tree, sizeof(tree)));
	boot_info.board_dtb = tree;
	CHECK(fake_run(domains_build_all) == FAKE_RETURNED);
	CHECK(fake_work() == FAKE_RETURNED);
	CHECK(domain_by_id(0)->state == DOMAIN_HALTED && domain_by_id(1)->state == DOMAIN_RUNNING);
	CHECK(strstr(fake.text, "dom0 \"control\": not started: FDT_ERR_NOTFOUND\n"));
}

/* dom0 asks for ARMv5TE, the guest for ARMv6 with VFPv2. */
static void boot_on(enum image_arch arch, uint32_t features)
{
	load_fit();
	fake.cpu = (struct image_cpu){ .arch = arch, .features = features };
	CHECK(fake_run(domains_build_all) == FAKE_RETURNED);
	CHECK(fake_work() == FAKE_RETURNED);
	CHECK(domain_by_id(0)->state == DOMAIN_RUNNING);
}

static void processor_lacks_architecture(void)
{
	boot_on(IMAGE_ARCH_V5TE, IMAGE_CPU_VFPV2);
	CHECK(domain_by_id(1)->state == DOMAIN_HALTED && !fake.start[1].nr_starts);
	CHECK(strstr(fake.text, "dom1 \"guest\": not started: needs a CPU with armv6 vfpv2, this one is armv5te vfpv2\n"));
}

static void processor_lacks_feature(void)
{
	boot_on(IMAGE_ARCH_V7, 0);
	CHECK(domain_by_id(1)->state == DOMAIN_HALTED && !fake.start[1].nr_starts);
	CHECK(strstr(fake.text, "this one is armv7\n"));
}

static void processor_just_does(void)
{
	boot_on(IMAGE_ARCH_V6, IMAGE_CPU_VFPV2);
	CHECK(domain_by_id(1)->state == DOMAIN_RUNNING);
}

static void processor_lacks_what_dom0_needs(void)
{
	load_fit();
	fake.cpu.arch = IMAGE_ARCH_ANY;
	CHECK(fake_run(domains_build_all) == FAKE_REFUSED);
	CHECK(strstr(fake.refusal, "dom0 \"control\": needs a CPU with armv5te, this one is any "));
	CHECK(!fake.start[1].nr_starts);
}

static void damaged_board_tree(void)
{
	static uint64_t tree[64];

	load_fit();
	CHECK(!fdt_create_empty_tree(tree, sizeof(tree)));
	fdt_set_size_dt_struct(tree, 4);
	boot_info.board_dtb = tree;
	CHECK(fake_run(domains_build_all) == FAKE_REFUSED);
	CHECK(!strcmp(fake.refusal, "the loader's device tree is damaged"));
}

static void refuses_bad_image(void)
{
	load_fit();
	fit_bytes[0x1000 + 100] ^= 1;		/* in the configuration, the first payload */
	CHECK(fake_run(domains_build_all) == FAKE_REFUSED);
	CHECK(!strcmp(fake.refusal, "image: /images/config: damaged: its sha256 is not the one it was built with"));
	CHECK(!domain_next(NULL));
}

static void refuses_truncated_image(void)
{
	load_fit();
	boot_info.fit_size = 5000;
	CHECK(fake_run(domains_build_all) == FAKE_REFUSED);
	CHECK(strstr(fake.refusal, "image: /images/config: the image is cut short: "));
}

static void refuses_small_memory(void)
{
	load_fit();
	boot_info.slots_size = 16 * MIB;
	CHECK(fake_run(domains_build_all) == FAKE_REFUSED);
	CHECK(strstr(fake.refusal, "image: /chosen/guest: xen,static-mem: "));
}

/* $UNIT_SPLASH: the same with a picture of 4x3 pixels, the first red, the others 0x1111, 0x2222 and so on. */
static void boot_with_splash(void)
{
	CHECK(fake_run(domains_build_all) == FAKE_RETURNED);
	CHECK(fake_work() == FAKE_RETURNED);
	CHECK(domain_by_id(0)->state == DOMAIN_RUNNING);
}

static void shows_picture(void)
{
	const uint16_t *frame;

	load_fit_of("UNIT_SPLASH");
	fake_screen();
	boot_with_splash();
	CHECK(fake.frame == FAKE_RAM_BASE + FAKE_RAM_SIZE - 640 * 480 * 2);
	frame = (const void *)fake_ram(fake.frame);
	CHECK(fake.flushed == frame && fake.nr_flushed == 640 * 480 * 2);
	for (unsigned int y = 0; y < 480; y++) {
		for (unsigned int x = 0; x < 640; x++) {
			const unsigned int i = 4 * (y - 238) + x - 318;

			CHECK(frame[640 * y + x] == (x - 318 < 4 && y - 238 < 3 && i ? i * 0x1111 : 0xf800));
		}
	}
	CHECK(strstr(fake.text, "splash: 4x3 pixels, the screen's at 63f6a000\n"));
}

/* When who has the screen is built anew; nobody has drawn over it. */
static void shows_picture_again(void)
{
	const uint16_t *pixels;
	paddr_t picture;

	load_fit_of("UNIT_SPLASH");
	fake_screen();
	boot_with_splash();
	control = domain_by_id(0);
	guest = domain_by_id(1);
	picture = fake.frame;
	restart(control, SHUTDOWN_reboot);
	CHECK(fake.nr_shown == 1);	/* it has not had it yet */
	fake.frame = control->slot.base + MIB;
	restart(guest, SHUTDOWN_crash);
	CHECK(fake.nr_shown == 1 && fake.frame == control->slot.base + MIB);
	restart(control, SHUTDOWN_reboot);
	CHECK(fake.nr_shown == 2 && fake.frame == picture);
	fake.frame = guest->slot.base + guest->slot.size - 1;
	restart(guest, SHUTDOWN_crash);
	CHECK(fake.nr_shown == 3 && fake.frame == picture);
	pixels = (const void *)fake_ram(picture);
	CHECK(pixels[0] == 0xf800 && pixels[640 * 238 + 319] == 0x1111);
}

static void shows_nothing_unasked(void)
{
	load_fit();
	fake_screen();
	boot_with_splash();
	CHECK(!fake.frame && !strstr(fake.text, "splash"));
	control = domain_by_id(0);
	restart(control, SHUTDOWN_reboot);
	CHECK(!fake.frame);
}

static void has_no_screen(void)
{
	load_fit_of("UNIT_SPLASH");
	boot_with_splash();
	CHECK(!fake.frame && strstr(fake.text, "splash: not shown: no driver for the screen of this board\n"));
}

static void goes_on_without_damaged_picture(void)
{
	size_t at;

	load_fit_of("UNIT_SPLASH");
	/* mkimage leaves another copy, in the padding before. */
	for (at = fit_size - 4; memcmp(fit_bytes + at, "EXSP", 4); at--)
		CHECK(at);
	fit_bytes[at + 20] ^= 1;
	fake_screen();
	boot_with_splash();
	CHECK(!fake.frame);
	CHECK(strstr(fake.text, "splash: not shown: /images/splash: damaged: "));
}

const struct unit_test build_tests[] = {
	{ "build_all", builds_all },
	{ "build_starts_watchdog", starts_watchdog },
	{ "build_fills_slots", fills_slots },
	{ "build_writes_trees", writes_trees },
	{ "build_shares_interrupts", shares_interrupts },
	{ "build_steps_are_bounded", steps_are_bounded },
	{ "build_restarts", restarts },
	{ "build_writes_devices", writes_devices },
	{ "build_waits_for_backends", waits_for_backends },
	{ "build_tells_backends_first", tells_backends_first },
	{ "build_forgets_what_backends_knew", forgets_what_backends_knew },
	{ "build_backends_go_for_good", backends_go_for_good },
	{ "build_both_end_at_once", both_end_at_once },
	{ "build_ends_while_another_is_built", ends_while_another_is_built },
	{ "build_halts", halts },
	{ "build_poweroff_never_restarts", poweroff_never_restarts },
	{ "build_machine_goes_with_dom0", machine_goes_with_dom0 },
	{ "build_stops_when_none_is_left", stops_when_none_is_left },
	{ "build_waits_for_mappings", waits_for_mappings },
	{ "build_no_room_in_xenstore", no_room_in_xenstore },
	{ "build_none_can_be_built", none_can_be_built },
	{ "build_board_without_controller", board_without_controller },
	{ "build_processor_lacks_architecture", processor_lacks_architecture },
	{ "build_processor_lacks_feature", processor_lacks_feature },
	{ "build_processor_just_does", processor_just_does },
	{ "build_processor_lacks_what_dom0_needs", processor_lacks_what_dom0_needs },
	{ "build_damaged_board_tree", damaged_board_tree },
	{ "build_refuses_bad_image", refuses_bad_image },
	{ "build_refuses_truncated_image", refuses_truncated_image },
	{ "build_refuses_small_memory", refuses_small_memory },
	{ "build_shows_picture", shows_picture },
	{ "build_shows_picture_again", shows_picture_again },
	{ "build_shows_nothing_unasked", shows_nothing_unasked },
	{ "build_has_no_screen", has_no_screen },
	{ "build_goes_on_without_damaged_picture", goes_on_without_damaged_picture },
	{ NULL, NULL },
};
