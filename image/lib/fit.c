/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <libfdt.h>

#include <image/fit.h>
#include <image/sha256.h>
#include <image/tree.h>

/* fdt_subnode_offset() ignores unit addresses; a payload's name must match as a whole. */
static int find_subnode(const void *fdt, int parent, const char *name)
{
	int node;

	fdt_for_each_subnode(node, fdt, parent) {
		const char *found = fdt_get_name(fdt, node, NULL);

		if (found && !strcmp(found, name))
			return node;
	}
	return -FDT_ERR_NOTFOUND;
}

static bool get_u32(const void *fdt, int node, const char *property, uint32_t *value)
{
	int len;
	const fdt32_t *cell = fdt_getprop(fdt, node, property, &len);

	if (!cell || len != sizeof(*cell))
		return false;
	*value = fdt32_ld(cell);
	return true;
}

/* A property that holds exactly one string; NULL if it is not there or something else. */
static const char *get_string(const void *fdt, int node, const char *property)
{
	int len;
	const char *text = fdt_getprop(fdt, node, property, &len);

	return text && len > 0 && strnlen(text, (size_t)len) == (size_t)len - 1 ? text : NULL;
}

/* Reads where /images/NAME lies, within @p available bytes behind the FIT's start. */
static bool read_payload(const struct image_fit *fit, int node, uint32_t available,
			 struct image_payload *payload, struct image_error *err)
{
	const char *name = fdt_get_name(fit->base, node, NULL);
	const char *compression = fdt_getprop(fit->base, node, "compression", NULL);
	uint32_t offset, size;

	if (!get_u32(fit->base, node, "data-offset", &offset))
		return image_fail(err, "/images/%s: data-offset: not there (mkimage -E makes it)",
				  name);
	if (!get_u32(fit->base, node, "data-size", &size) || !size)
		return image_fail(err, "/images/%s: data-size: not there or 0", name);
	if (compression && strcmp(compression, "none"))
		return image_fail(err, "/images/%s: compression: only \"none\" is supported", name);
	if (offset % IMAGE_FIT_ALIGN)
		return image_fail(err, "/images/%s: data-offset: 0x%x is not a multiple of %u",
				  name, (unsigned int)offset, IMAGE_FIT_ALIGN);
	if (offset > available - fit->header_size || size > available - fit->header_size - offset)
		return image_fail(err, "/images/%s: the image is cut short: %u bytes at 0x%x of %u",
				  name, (unsigned int)size,
				  (unsigned int)(fit->header_size + offset), (unsigned int)available);
	payload->offset = fit->header_size + offset;
	payload->size = size;
	return true;
}

static bool read_all_payloads(struct image_fit *fit, uint32_t available, struct image_error *err)
{
	const int images = find_subnode(fit->base, 0, "images");
	struct image_payload payload;
	int node;

	if (images < 0)
		return image_fail(err, "/: no node \"images\": not a FIT");
	fdt_for_each_subnode(node, fit->base, images) {
		if (!read_payload(fit, node, available, &payload, err))
			return false;
		if (payload.offset + payload.size > fit->size)
			fit->size = payload.offset + payload.size;
	}
	return true;
}

bool image_fit_open(struct image_fit *fit, const void *base, uint32_t available,
		    struct image_error *err)
{
	uint32_t header_size;

	if (available < sizeof(struct fdt_header))
		return image_fail(err, "the image is cut short: %u bytes where the FIT should be",
				  (unsigned int)available);
	if (fdt_magic(base) != FDT_MAGIC)
		return image_fail(err, "no FIT behind the hypervisor: 0x%x instead of 0x%x",
				  (unsigned int)fdt_magic(base), FDT_MAGIC);
	header_size = fdt_totalsize(base);
	if (header_size > IMAGE_FIT_HEADER_MAX || header_size % IMAGE_FIT_ALIGN)
		return image_fail(err, "the FIT's header is damaged: it says %u bytes",
				  (unsigned int)header_size);
	if (header_size > available)
		return image_fail(err, "the image is cut short: %u bytes of a FIT header of %u",
				  (unsigned int)available, (unsigned int)header_size);
	if (!image_tree_is_sound(base, header_size))
		return image_fail(err, "the FIT's header is damaged");
	*fit = (struct image_fit){ .base = base, .header_size = header_size, .size = header_size };
	return read_all_payloads(fit, available, err);
}

bool image_fit_find(const struct image_fit *fit, const char *name, const char *node_path,
		    const char *property, struct image_payload *payload, struct image_error *err)
{
	const int images = find_subnode(fit->base, 0, "images");
	const int node = images < 0 ? images : find_subnode(fit->base, images, name);

	if (node < 0)
		return image_fail(err, "%s: %s: the image has no payload \"%s\"", node_path, property,
				  name);
	return read_payload(fit, node, fit->size, payload, err);
}

/* The sha256 value in the payload's hash node, or NULL. */
static const uint8_t *find_sha256(const void *fdt, int image)
{
	int node;

	fdt_for_each_subnode(node, fdt, image) {
		const char *algo = get_string(fdt, node, "algo");
		int len;
		const uint8_t *value = fdt_getprop(fdt, node, "value", &len);

		if (algo && !strcmp(algo, "sha256") && value && len == SHA256_LEN)
			return value;
	}
	return NULL;
}

/* The node of /images that a payload was read from. */
static int find_payload_node(const struct image_fit *fit, const struct image_payload *payload)
{
	const int images = find_subnode(fit->base, 0, "images");
	uint32_t offset, size;
	int node;

	fdt_for_each_subnode(node, fit->base, images)
		if (get_u32(fit->base, node, "data-offset", &offset) &&
		    get_u32(fit->base, node, "data-size", &size) &&
		    offset + fit->header_size == payload->offset && size == payload->size)
			return node;
	return -FDT_ERR_NOTFOUND;
}

bool image_fit_verify(const struct image_fit *fit, const struct image_payload *payload,
		      struct image_error *err)
{
	const int node = find_payload_node(fit, payload);
	const char *name = node < 0 ? "?" : fdt_get_name(fit->base, node, NULL);
	const uint8_t *expected = node < 0 ? NULL : find_sha256(fit->base, node);
	uint8_t digest[SHA256_LEN];

	if (!expected)
		return image_fail(err, "/images/%s: no hash with algo = \"sha256\"", name);
	sha256(image_payload_start(fit, payload), payload->size, digest);
	if (memcmp(digest, expected, SHA256_LEN))
		return image_fail(err, "/images/%s: damaged: its sha256 is not the one it was built with",
				  name);
	return true;
}

/* The device tree that @p property of the board's node names: found, verified, well-formed. */
static bool read_board_tree(const struct image_fit *fit, int node, const char *property,
			    uint32_t max_size, struct image_payload *payload,
			    struct image_error *err)
{
	const char *board = fdt_get_name(fit->base, node, NULL);
	const char *name = get_string(fit->base, node, property);

	if (!name)
		return image_fail(err, "/configurations/%s: %s: not there", board, property);
	if (!image_fit_find(fit, name, board, property, payload, err) ||
	    !image_fit_verify(fit, payload, err))
		return false;
	if (payload->size > max_size)
		return image_fail(err, "/images/%s: %u bytes are more than %u", name,
				  (unsigned int)payload->size, (unsigned int)max_size);
	if (!image_tree_is_sound(image_payload_start(fit, payload), payload->size))
		return image_fail(err, "/images/%s: not a device tree blob", name);
	return true;
}

static int find_board(const void *fdt, const char *compatible)
{
	const int configurations = find_subnode(fdt, 0, "configurations");
	int node;

	if (configurations < 0)
		return configurations;
	fdt_for_each_subnode(node, fdt, configurations)
		if (!fdt_node_check_compatible(fdt, node, compatible))
			return node;
	return -FDT_ERR_NOTFOUND;
}

bool image_fit_board(const struct image_fit *fit, const char *compatible,
		     struct image_board *board, struct image_error *err)
{
	const int node = find_board(fit->base, compatible);

	if (node < 0)
		return image_fail(err, "/configurations: none for a board compatible with \"%s\"",
				  compatible);
	if (!read_board_tree(fit, node, "fdt", IMAGE_DTB_MAX, &board->dtb, err) ||
	    !read_board_tree(fit, node, "exen,config", IMAGE_CONFIG_MAX, &board->config, err))
		return false;
	if (fdt_node_check_compatible(image_payload_start(fit, &board->dtb), 0, compatible))
		return image_fail(err, "/configurations/%s: fdt: not a device tree for \"%s\"",
				  fdt_get_name(fit->base, node, NULL), compatible);
	return true;
}
