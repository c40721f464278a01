/* SPDX-License-Identifier: BSD-2-Clause */
/* From the first page table to the guest's own code. */
#include <guest/guest.h>
#include "internal.h"

static const void *fdt;
static bool dom0;

static void check_abi(void)
{
	const struct exen_ops *ops = exen_ops();

	if (ops->magic != EXEN_BOOT_MAGIC || ops->version >> 16 != EXEN_ABI_VERSION >> 16 ||
	    ops->size < sizeof(*ops))
		panic("operations page: magic %x version %x size %u", ops->magic, ops->version,
		      ops->size);
}

static void find_memory(uint32_t fdt_pa)
{
	uint32_t size;

	mm_map_ram(fdt_pa - slot_pa, GUEST_PAGE_SIZE);
	fdt = pa_to_va(fdt_pa);
	if (!fdt_check(fdt))
		panic("no device tree at %x", fdt_pa);
	mm_map_ram(fdt_pa - slot_pa, fdt_check(fdt));
	if (!fdt_cell(fdt, "/memory", "reg", 1, &size))
		panic("device tree: no memory");
	slot_size = size < GUEST_RAM_MAX ? size : GUEST_RAM_MAX;
	mm_map_ram(0, slot_size);
}

static void find_privilege(void)
{
	struct xen_feature_info info = { .submap_idx = 0 };

	if (xen_version(XENVER_get_features, &info))
		panic("XENVER_get_features fails");
	dom0 = info.submap & (1u << XENFEAT_dom0);
}

/* Called from start.S: interrupts masked, the image's sections and the window mapped. */
void guest_start(uint32_t slot, uint32_t fdt_pa, uint32_t section_flags, uint32_t is_v6)
{
	cpu_is_v6 = is_v6;
	slot_pa = slot;
	mm_init(section_flags);
	traps_init();
	check_abi();
	find_memory(fdt_pa);
	find_privilege();
	evtchn_init();
	gnttab_init();
	console_init();
	irqs_init();
	timer_init();
	irq_enable();
	guest_main();
	sched_shutdown(SHUTDOWN_poweroff);
}

bool is_dom0(void)
{
	return dom0;
}

const void *guest_fdt(void)
{
	return fdt;
}

const char *bootarg(const char *key)
{
	const size_t key_len = strlen(key);
	uint32_t len;
	const char *args = fdt_property(fdt, "/chosen", "bootargs", &len);

	while (args && *args) {
		if (!strncmp(args, key, key_len) && args[key_len] == '=')
			return args + key_len + 1;
		args = strchr(args, ' ');
		while (args && *args == ' ')
			args++;
	}
	return NULL;
}

uint64_t bootarg_number(const char *key, uint64_t otherwise)
{
	const char *text = bootarg(key);
	uint64_t number = 0;

	if (!text || *text < '0' || *text > '9')
		return otherwise;
	for (; *text >= '0' && *text <= '9'; text++)
		number = number * 10 + (uint64_t)(*text - '0');
	return number;
}
