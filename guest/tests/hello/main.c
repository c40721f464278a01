/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hello - a guest boots, prints, and ends the machine with an exit status
 *
 * The kit's start-up has already checked the boot information, the operations page and the device
 * tree when this runs.  Here: the version that the hypervisor reports, and where things are.
 * FAILURE: the ABI's version or the window is not what exen.h says.
 */
#include <exentest.h>

static void hello(void)
{
	const struct exen_ops *ops = exen_ops();
	const int32_t version = xen_version(XENVER_version, NULL);

	exentest_note("Xen %d.%d, EmbeddedXEN ABI %x, %s, RAM %x + %x", version >> 16,
		      version & 0xffff, ops->version,
		      ops->features & EXEN_FEATURE_FIQ ? "FIQ" : "IRQ fallback", slot_pa,
		      slot_size);
	CHECK_EQ(version, 4 << 16 | 17);
	CHECK_EQ(ops->version, EXEN_ABI_VERSION);
	CHECK(ops->window_pa_size <= EXEN_WINDOW_SIZE);
	CHECK(!(slot_pa & 0x1fffff));
	CHECK(slot_pa + slot_size <= ops->window_pa || slot_pa >= ops->window_pa);
}

EXENTEST(hello);
