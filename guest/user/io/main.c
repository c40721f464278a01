// SPDX-License-Identifier: BSD-2-Clause
/*
 * exen-io - moves data through a disk or a network and checks every byte
 *
 *	exen-io fill DISK SEED			a disk to begin with
 *	exen-io move DISK SEED MIB		reads and writes it in all patterns and block sizes
 *	exen-io check DISK SEED MIB		is it what `move` must have left?
 *	exen-io serve PORT SEED MIB		MIB each way at once, over TCP
 *	exen-io connect ADDRESS PORT SEED MIB
 *
 * The same numbers on both sides: what one computer has written another can check.  Exit status: 0, 1 for
 * wrong data or an error, 2 for wrong arguments.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sector.h"

static unsigned int number(const char *text)
{
	return (unsigned int)strtoul(text, NULL, 0);
}

static int usage(void)
{
	fputs("usage: exen-io fill DISK SEED | move DISK SEED MIB | check DISK SEED MIB |\n"
	      "       serve PORT SEED MIB | connect ADDRESS PORT SEED MIB\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "fill") && argc == 4)
		return blocks_fill(argv[2], number(argv[3]));
	if (!strcmp(what, "move") && argc == 5)
		return blocks_move(argv[2], number(argv[3]), number(argv[4]));
	if (!strcmp(what, "check") && argc == 5)
		return blocks_check(argv[2], number(argv[3]), number(argv[4]));
	if (!strcmp(what, "serve") && argc == 5)
		return stream_serve(number(argv[2]), number(argv[3]), number(argv[4]));
	if (!strcmp(what, "connect") && argc == 6)
		return stream_connect(argv[2], number(argv[3]), number(argv[4]), number(argv[5]));
	return usage();
}
