/* SPDX-License-Identifier: Apache-2.0 */
/* What load.c loads, compiled once for each NUMBER. */
static int base = NUMBER * 1000;

int function(int argument);

int function(int argument)
{
	return base + argument;
}
