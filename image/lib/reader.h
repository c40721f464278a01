/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Reading the configuration tree: one node at a time, each property by a table.  A property
 * or node that is in no table is an error.
 */
#ifndef IMAGE_LIB_READER_H
#define IMAGE_LIB_READER_H

#include <stddef.h>

#include <image/config.h>

/** What is being read. */
struct reader {
	const struct image_fit *fit;
	const void *tree;
	struct image_config *config;
	struct domain_config *domain;	/**< whose node, or whose module, this is; NULL above */
	struct image_payload *payload;	/**< what the module's exen,image goes to */
	int node;
	char path[IMAGE_NODE_LEN];	/**< of @ref node, for messages */
	struct image_error *err;
};

/** One property of the node. */
struct property {
	const char *name;
	const char *value;
	int len;			/**< bytes */
};

/** How a property is read; fails with a message. */
struct property_rule {
	const char *name;
	bool (*read)(struct reader *r, const struct property *p);
	bool is_required;
};

/** Makes @p node the one that is read. */
void reader_enter(struct reader *r, int node);

/** Reads all properties of the node by the @p nr rules. */
bool reader_properties(struct reader *r, const struct property_rule *rules, size_t nr);

/** Fails with "NODE: PROPERTY: what". */
bool reader_fail(struct reader *r, const struct property *p, const char *what);

/** One cell. */
bool reader_u32(struct reader *r, const struct property *p, uint32_t *value);
/** A number of 1 or 2 cells at byte @p at, which the caller has checked to be there. */
uint64_t reader_cells(const struct property *p, int at, int cells);
/** One string, not empty, of at most @p size - 1 characters, copied to @p text. */
bool reader_string(struct reader *r, const struct property *p, char *text, size_t size);
/** A property that is there or not, without a value. */
bool reader_flag(struct reader *r, const struct property *p, bool *value);
/** For properties that are checked elsewhere, or that say nothing to us. */
bool reader_ignore(struct reader *r, const struct property *p);

/** Properties of a domain's node and of its modules (config_domain.c). */
bool read_domain(struct reader *r);

/** A paravirtual device's node (config_device.c). */
bool read_device(struct reader *r);
/** Domids of all devices' backends, when all domains are known. */
bool find_backends(struct image_config *config, struct image_error *err);

#endif
