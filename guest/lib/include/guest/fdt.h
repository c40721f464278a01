/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Reading the flattened device tree (Devicetree Specification 0.4, chapter 5). */
#ifndef GUEST_FDT_H
#define GUEST_FDT_H

#include <stdbool.h>
#include <stdint.h>

/** @return bytes of the tree at @p fdt, 0 if there is none */
uint32_t fdt_check(const void *fdt);
/**
 * @param path  node, "/" or "/chosen"; a component without '@' also matches one with a unit address
 * @return the property's value and its length, or NULL
 */
const void *fdt_property(const void *fdt, const char *path, const char *name, uint32_t *len);
/** 32-bit cell @p index of a property.  @return false if there is none */
bool fdt_cell(const void *fdt, const char *path, const char *name, uint32_t index,
	      uint32_t *value);

#endif
