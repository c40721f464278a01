/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which board and which processor?  A device tree is a file that can be another board's, so it is held
 * against what cannot be wrong: the processor's own registers, where the loader has put things, and the
 * machine number that the loader was built with.  A message goes to a serial port only if these agree
 * on where it is.
 */
#include <libfdt.h>

#include <asm/boot_params.h>
#include <asm/cpu.h>
#include <exen/board.h>
#include <exen/boot.h>
#include <exen/console.h>

extern const struct board *const __board_table_start[], *const __board_table_end[];

const struct board *board;

static bool has_right_cpu(const struct board *b)
{
	const uint16_t part = cpu_midr() >> 4 & 0xfff;

	if (b->clock.ops->is_at && !b->clock.ops->is_at(b->clock.base))
		return false;
	for (unsigned int i = 0; b->cpu_parts[i]; i++) {
		if (b->cpu_parts[i] == part)
			return true;
	}
	return !b->cpu_parts[0];
}

/* By device tree, without one by machine number. */
static const struct board *find_board(uint32_t machine, const void *fdt)
{
	for (const struct board *const *b = __board_table_start; b < __board_table_end; b++) {
		if (fdt ? !fdt_node_check_compatible(fdt, 0, (*b)->compatible) :
			  machine && (*b)->machine == machine)
			return *b;
	}
	return NULL;
}

static bool is_in_memory(const void *params, paddr_t pa)
{
	paddr_t base;
	uint32_t size;

	for (unsigned int nr = 0; boot_memory(params, nr, &base, &size); nr++) {
		if (pa - base < size)
			return true;
	}
	return false;
}

/* What an unknown processor says of itself (ARM ARM B4.1.105, B4.1.89, B4.1.94). */
static const char *architecture(uint32_t midr)
{
	static const char *const old[] = { "?", "4", "4T", "5", "5T", "5TE", "5TEJ", "6" };
	uint32_t mmfr0, pfr1;

	if ((midr >> 16 & 15) < ARRAY_SIZE(old))
		return old[midr >> 16 & 15];
	__asm__("mrc p15, 0, %0, c0, c1, 4" : "=r"(mmfr0));
	__asm__("mrc p15, 0, %0, c0, c1, 1" : "=r"(pfr1));
	if (pfr1 >> 12 & 15)
		return "7 or later, with virtualization extensions";
	return (mmfr0 & 15) < 3 ? "6" : "7";
}

static void refuse_cpu(void)
{
	const uint32_t midr = cpu_midr();

	boot_refuse("unknown CPU, main ID register %08x: implementer '%c', part %03x, r%up%u, ARMv%s",
		    (unsigned int)midr, (char)(midr >> 24), (unsigned int)(midr >> 4 & 0xfff),
		    (unsigned int)(midr >> 20 & 15), (unsigned int)(midr & 15), architecture(midr));
}

/* @return what contradicts its being @p b, NULL if nothing does */
static const char *contradiction(const struct board *b, const struct board *by_number,
				 uint32_t machine, const void *params, paddr_t load)
{
	if (cpu && !has_right_cpu(b))
		return "it has another processor, or its registers elsewhere";
	if (by_number && b->machine != machine)
		return "the loader's machine number is another board's";
	if (!is_in_memory(params, load) || !is_in_memory(params, (paddr_t)(uintptr_t)params))
		return "its memory is not where the loader has put things";
	return NULL;
}

void board_identify(uint32_t machine, const void *params, paddr_t load)
{
	const void *fdt = is_fdt(params) ? params : NULL;
	const char *tree = fdt ? fdt_getprop(fdt, 0, "compatible", NULL) : NULL;
	const struct board *named = find_board(machine, fdt), *by_number = find_board(machine, NULL);
	const char *wrong = NULL;

	cpu_identify();
	if (named)
		wrong = contradiction(named, by_number, machine, params, load);
	board = named && !wrong ? named : by_number;	/* for its serial port */
	if (board && cpu && !has_right_cpu(board))
		board = NULL;
	if (board)
		console_init((volatile void *)board->serial.base);
	if (!cpu)
		refuse_cpu();
	if (!named)
		boot_refuse("unknown board: machine %u, device tree %s", (unsigned int)machine,
			    tree ? tree : "none");
	if (wrong)
		boot_refuse("this is not %s, as device tree \"%s\" and machine %u say: %s; CPU %08x",
			    named->name, tree ? tree : "none", (unsigned int)machine, wrong,
			    (unsigned int)cpu_midr());
}
