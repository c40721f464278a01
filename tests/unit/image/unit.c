/* SPDX-License-Identifier: Apache-2.0 */
/* unit --list; unit NAME */
#include <string.h>

#include "unit.h"

static const struct unit_test *const tables[] = {
	sha256_tests, slot_tests, layout_tests, damage_tests, fdt_tests, build_tests, tree_tests,
	splash_tests,
};

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (const struct unit_test *t = tables[i]; t->name; t++) {
			if (!strcmp(argv[1], "--list")) {
				puts(t->name);
			} else if (!strcmp(argv[1], t->name)) {
				t->run();
				return 0;
			}
		}
	}
	return strcmp(argv[1], "--list") ? 2 : 0;
}
