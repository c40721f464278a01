// SPDX-License-Identifier: Apache-2.0
/*
 * A key is pressed in one place and read in another: each press a sample, from before the one to behind the
 * other.  What is written to an input device is an event of that device's for everybody.
 *
 * usage:	key press DEVICE COUNT	presses and releases it, with pauses
 *		key read DEVICE COUNT	ends when it has read so many presses
 */
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mark.h"

#define PAUSE_NS	20000000
#define SCAN_CODE	0x1e		/* of KEY_A on a PC's keyboard */

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void pause_event(void)
{
	const struct timespec time = { .tv_nsec = PAUSE_NS };

	nanosleep(&time, NULL);
}

/* What a keyboard's driver says of a key. */
static void write_key(int fd, int value)
{
	const struct input_event events[] = {
		{ .type = EV_MSC, .code = MSC_SCAN, .value = SCAN_CODE },
		{ .type = EV_KEY, .code = KEY_A, .value = value },
		{ .type = EV_SYN, .code = SYN_REPORT },
	};

	if (write(fd, events, sizeof(events)) != sizeof(events))
		fail("write");
}

static void press(int fd, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		MARK(MARK_BEGIN, SECTION_key);
		write_key(fd, 1);
		pause_event();
		write_key(fd, 0);
		pause_event();
	}
}

/* One read() gets what one write() has caused; only a press ends a section. */
static void read_keys(int fd, unsigned int count)
{
	struct input_event events[16];

	while (count) {
		const ssize_t size = read(fd, events, sizeof(events));

		MARK(MARK_END, SECTION_key);
		if (size < (ssize_t)sizeof(events[0]))
			fail("read");
		for (size_t i = 0; i < size / sizeof(events[0]) && count; i++)
			count -= events[i].type == EV_KEY && events[i].value == 1;
	}
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 4)
		return 2;
	fd = open(argv[2], O_RDWR);
	if (fd < 0)
		fail(argv[2]);
	if (!strcmp(argv[1], "press"))
		press(fd, strtoul(argv[3], NULL, 0));
	else if (!strcmp(argv[1], "read"))
		read_keys(fd, strtoul(argv[3], NULL, 0));
	else
		return 2;
	return EXIT_SUCCESS;
}
