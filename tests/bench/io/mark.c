// SPDX-License-Identifier: Apache-2.0
/*
 * Marks for programs that are not ours: fio runs "mark begin" and "mark end" around a job.
 *
 * usage: mark begin|end|stop
 */
#include <string.h>

#include "mark.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "begin"))
		MARK(MARK_BEGIN, SECTION_io);
	else if (!strcmp(argv[1], "end"))
		MARK(MARK_END, SECTION_io);
	else if (!strcmp(argv[1], "stop"))
		MARK(MARK_STOP, 0);
	else
		return 2;
	return 0;
}
