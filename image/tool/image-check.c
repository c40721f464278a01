/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image-check: looks at a finished image with the code that reads it at boot.
 *
 *	image-check [--fit-offset BYTES] [--ram BASE,SIZE] [--reserve BYTES] [--board COMPATIBLE]
 *		[--cpu NAME] IMAGE
 *
 * --cpu, or else the first CPU of the board's device tree, must be able to run every domain.  Without
 * --fit-offset the FIT is looked for at every 4 KiB boundary; without --ram the board's device tree
 * says what RAM there is; --reserve is what the hypervisor keeps at its top besides the
 * FIT (default 4 MiB); without --board every board of the image is checked.
 * Exit status: 0; 1: the image is bad, one line on stderr says why; 2: wrong usage.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include <image/config.h>
#include <image/layout.h>
#include <image/splash.h>
#include "models.h"

#define ZIMAGE_END_OFFSET	0x2c
#define SECTION			(1u << 20)
#define RESERVE_DEFAULT		(4u << 20)

struct options {
	const char *path;
	const char *board;
	const char *cpu;		/* NULL: from the board's device tree */
	uint32_t fit_offset;		/* 0: search */
	uint32_t reserve;
	struct image_ram ram;		/* size 0: from the board's device tree */
};

static void usage(void)
{
	fprintf(stderr, "usage: image-check [--fit-offset BYTES] [--ram BASE,SIZE] "
			"[--reserve BYTES] [--board COMPATIBLE] [--cpu NAME] IMAGE\n");
	exit(2);
}

/* A number, decimal or with 0x; @p end is what must follow it. */
static uint32_t parse_u32(const char **text, char end)
{
	char *rest;
	unsigned long value;

	errno = 0;
	value = strtoul(*text, &rest, 0);
	if (errno || rest == *text || *rest != end || value > UINT32_MAX)
		usage();
	*text = rest + (end != 0);
	return (uint32_t)value;
}

static void parse_options(struct options *o, int argc, char **argv)
{
	static const struct option list[] = {
		{ "fit-offset", required_argument, NULL, 'f' },
		{ "ram", required_argument, NULL, 'r' },
		{ "reserve", required_argument, NULL, 'k' },
		{ "board", required_argument, NULL, 'b' },
		{ "cpu", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", list, NULL)) >= 0) {
		const char *value = optarg;

		if (option == 'f') {
			o->fit_offset = parse_u32(&value, 0);
		} else if (option == 'r') {
			o->ram.base = parse_u32(&value, ',');
			o->ram.size = parse_u32(&value, 0);
		} else if (option == 'k') {
			o->reserve = parse_u32(&value, 0);
		} else if (option == 'b') {
			o->board = value;
		} else if (option == 'c') {
			o->cpu = value;
		} else {
			usage();
		}
	}
	if (optind != argc - 1)
		usage();
	o->path = argv[optind];
}

static int refuse(const struct options *o, const char *why)
{
	fprintf(stderr, "image-check: %s: %s\n", o->path, why);
	return 1;
}

/* The whole file, page aligned; exits if it cannot be read. */
static unsigned char *read_file(const struct options *o, uint32_t *size)
{
	FILE *file = fopen(o->path, "rb");
	unsigned char *bytes;
	long len;

	if (!file || fseek(file, 0, SEEK_END) || (len = ftell(file)) < 0 || len > INT32_MAX) {
		exit(refuse(o, strerror(errno)));
	}
	rewind(file);
	bytes = aligned_alloc(IMAGE_FIT_ALIGN, ((size_t)len / IMAGE_FIT_ALIGN + 1) * IMAGE_FIT_ALIGN);
	if (!bytes || fread(bytes, 1, (size_t)len, file) != (size_t)len)
		exit(refuse(o, "cannot read it"));
	fclose(file);
	*size = (uint32_t)len;
	return bytes;
}

static uint32_t find_fit(const unsigned char *bytes, uint32_t size)
{
	for (uint32_t at = 0; at + sizeof(fdt32_t) <= size; at += IMAGE_FIT_ALIGN)
		if (fdt_magic(bytes + at) == FDT_MAGIC)
			return at;
	return 0;
}

/* The loader's view: a zImage header whose end is the whole file's. */
static bool check_header(const unsigned char *bytes, uint32_t size, struct image_error *err)
{
	uint32_t end;

	if (size < ZIMAGE_END_OFFSET + 4 || !image_is_zimage(bytes, size))
		return image_fail(err, "no zImage header");
	end = (uint32_t)bytes[ZIMAGE_END_OFFSET] | (uint32_t)bytes[ZIMAGE_END_OFFSET + 1] << 8 |
	      (uint32_t)bytes[ZIMAGE_END_OFFSET + 2] << 16 | (uint32_t)bytes[ZIMAGE_END_OFFSET + 3] << 24;
	if (end != size)
		return image_fail(err, "the zImage header says %u bytes, the file has %u", end, size);
	return true;
}

/* First range of the board's memory node, in root cells; size 0 if there is none. */
static struct image_ram board_ram(const void *dtb)
{
	const int node = fdt_node_offset_by_prop_value(dtb, -1, "device_type", "memory",
						       sizeof("memory"));
	const int address_cells = fdt_address_cells(dtb, 0);
	const int size_cells = fdt_size_cells(dtb, 0);
	struct image_ram ram = { 0 };
	int len;
	const fdt32_t *reg = node < 0 ? NULL : fdt_getprop(dtb, node, "reg", &len);

	if (!reg || address_cells < 1 || size_cells < 1 || len < 4 * (address_cells + size_cells))
		return ram;
	ram.base = fdt32_ld(reg + address_cells - 1);
	ram.size = fdt32_ld(reg + address_cells + size_cells - 1);
	return ram;
}

static void print_payload(const char *what, const struct image_payload *payload, uint32_t address)
{
	if (payload->size)
		printf(", %s %u.%u MiB at 0x%x", what, payload->size >> 20,
		       (payload->size & 0xfffff) * 10 >> 20, address);
}

/* First CPU of the board's device tree; NULL: it has none. */
static const char *board_cpu(const void *dtb)
{
	const int node = fdt_node_offset_by_prop_value(dtb, -1, "device_type", "cpu", sizeof("cpu"));

	return node < 0 ? NULL : fdt_getprop(dtb, node, "compatible", NULL);
}

/* A board whose processor nobody names is not checked: the hypervisor does, at boot. */
static bool check_cpu(const struct options *o, const struct image_config *config, const void *dtb,
		      struct image_error *err)
{
	const char *name = o->cpu ? o->cpu : board_cpu(dtb);
	const struct image_cpu *has = name ? model_by_name(name) : NULL;
	struct image_error why;

	if (!has)
		return !o->cpu || image_fail(err, "--cpu: %s is not known", name);
	for (unsigned int i = 0; i < config->nr_domains; i++)
		if (!image_cpu_check(has, &config->domain[i].needs, &why))
			return image_fail(err, "%s: %s (%s)", config->domain[i].node, why.text, name);
	return true;
}

/* The hypervisor goes on without a picture that is wrong. */
static bool check_splash(const struct image_config *config, const struct image_fit *fit,
			 struct image_error *err)
{
	struct image_splash splash;
	struct image_error why;

	if (!config->splash.size || image_splash_load(&splash, fit, config, &why))
		return true;
	return image_fail(err, "/chosen: exen,splash: %s", why.text);
}

static void print_config(const char *compatible, const struct image_config *config)
{
	printf("board %s\n", compatible);
	for (unsigned int i = 0; i < config->nr_domains; i++) {
		const struct domain_config *d = &config->domain[i];
		char needs[64];

		printf("  dom%u \"%s\": %u MiB at 0x%x, priority %u", i, d->name, d->slot_size >> 20,
		       d->slot_base, d->priority);
		if (d->period_us)
			printf(", %u of %u us", d->budget_us, d->period_us);
		print_payload(d->is_zimage ? "zImage" : "kernel", &d->kernel,
			      d->slot_base + d->layout.kernel);
		print_payload("ramdisk", &d->ramdisk, d->slot_base + d->layout.ramdisk);
		image_cpu_print(&d->needs, needs, sizeof(needs));
		printf(", CPU %s\n", needs);
	}
}

static bool check_board(const struct options *o, const struct image_fit *fit, const char *compatible,
			struct image_error *err)
{
	static struct image_config config;
	const uint32_t kept = o->reserve + ((fit->size + SECTION - 1) & ~(SECTION - 1));
	struct image_board board;
	struct image_ram ram = o->ram;

	if (!image_fit_board(fit, compatible, &board, err))
		return false;
	if (!ram.size)
		ram = board_ram(image_payload_start(fit, &board.dtb));
	if (ram.size <= kept)
		return image_fail(err, "%s: RAM of %u bytes does not hold the image", compatible, ram.size);
	ram.size -= kept;
	if (!image_load(&config, fit, compatible, &ram, &board, err) || !check_splash(&config, fit, err) ||
	    !check_cpu(o, &config, image_payload_start(fit, &board.dtb), err))
		return false;
	print_config(compatible, &config);
	return true;
}

static bool check_all_boards(const struct options *o, const struct image_fit *fit,
			     struct image_error *err)
{
	const int configurations = fdt_path_offset(fit->base, "/configurations");
	unsigned int nr_boards = 0;
	int node;

	fdt_for_each_subnode(node, fit->base, configurations) {
		const char *compatible = fdt_stringlist_get(fit->base, node, "compatible", 0, NULL);

		if (!compatible)
			return image_fail(err, "/configurations/%s: compatible: not there",
					  fdt_get_name(fit->base, node, NULL));
		if (!check_board(o, fit, compatible, err))
			return false;
		nr_boards++;
	}
	return nr_boards || image_fail(err, "/configurations: no board");
}

int main(int argc, char **argv)
{
	struct options o = { .reserve = RESERVE_DEFAULT };
	struct image_error err;
	struct image_fit fit;
	unsigned char *bytes;
	uint32_t size;
	bool ok;

	parse_options(&o, argc, argv);
	bytes = read_file(&o, &size);
	if (!o.fit_offset)
		o.fit_offset = find_fit(bytes, size);
	if (o.fit_offset >= size)
		o.fit_offset = size;
	ok = check_header(bytes, size, &err) &&
	     image_fit_open(&fit, bytes + o.fit_offset, size - o.fit_offset, &err) &&
	     (o.board ? check_board(&o, &fit, o.board, &err) : check_all_boards(&o, &fit, &err));
	free(bytes);
	return ok ? 0 : refuse(&o, err.text);
}
