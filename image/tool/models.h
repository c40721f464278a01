/* SPDX-License-Identifier: Apache-2.0 */
/** @file The processors that a board may have, for the build machine: what each offers at most. */
#ifndef IMAGE_TOOL_MODELS_H
#define IMAGE_TOOL_MODELS_H

#include <image/cpu.h>

/** @param name  as in device trees (Linux's Documentation/devicetree/bindings/arm/cpus.yaml)
 *  @return NULL: not known */
const struct image_cpu *model_by_name(const char *name);

#endif
