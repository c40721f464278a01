/* SPDX-License-Identifier: Apache-2.0 */
/** @file Between the files that build domains: image (build_image.c) and slots (build.c). */
#ifndef DOMAIN_BUILD_H
#define DOMAIN_BUILD_H

#include <stdbool.h>

#include <image/config.h>

struct domain;

/** The image that was opened at boot; it stays in RAM. */
const struct image_fit *build_fit(void);

/** Shows the image's picture, if it has one, or says in a line why not.  Slots are placed.  Context: boot. */
void build_splash(const struct image_config *config, const struct image_ram *ram);

/** Shows the picture again if the screen is @p d's: what it scans out lies in the slot.  Context: thread; the
 *  domain has ended, and is about to be built anew. */
void build_splash_again(const struct domain *d);

/** Queues @p d for its first start. */
void build_queue(struct domain *d);

/**
 * Writes the domain's device tree to its place in the slot.
 * @return NULL, or what is wrong
 * Context: thread; the slot is not in use.
 */
const char *build_domain_tree(const struct domain *d, const struct domain_config *config);

/**
 * Connects the domain to xenstore and writes the nodes that every domain has.
 * @return 0 or an error of xenstore_write_local()
 * Context: thread; the domain doesn't run, its event channels are made.
 */
int build_store_connect(struct domain *d);

/**
 * Writes the nodes of the domain's paravirtual devices, at both ends.
 * @return 0 or an error of xenstore_write_local()
 * Context: thread.
 */
int build_devices_add(const struct domain *d);

/**
 * Takes its devices from a domain that has ended: frontends are closed, backends are told that theirs go.
 * @return no backend has one any more; never at the first call
 * Context: thread.
 */
bool build_devices_release(const struct domain *d);

#endif
