/* SPDX-License-Identifier: Apache-2.0 */
/** @file Is this a device tree that libfdt's reading functions can be trusted with? */
#ifndef IMAGE_TREE_H
#define IMAGE_TREE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Checks header, reservations, structure, names and strings (Devicetree Specification 0.3, chapter 5;
 * version 17 only, which dtc has written since 2005).  fdt_check_full() is not enough: that of libfdt
 * 1.6.1 runs for ever if a property's length wraps around, and follows a null pointer if the version
 * is below 16.  Takes time in proportion to the size.
 * @param tree  8-byte aligned
 * @param size  bytes that are there; the tree may be shorter
 */
bool image_tree_is_sound(const void *tree, uint32_t size);

#endif
