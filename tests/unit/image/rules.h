/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULES_H
#define RULES_H

#include <exen/board_fdt.h>

extern const struct board_fdt_rules test_board_fdt_rules;

#endif
