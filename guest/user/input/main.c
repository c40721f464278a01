// SPDX-License-Identifier: BSD-2-Clause
/*
 * exen-input - a keyboard and mouse, a tablet or a touch screen that plays what it reads
 *
 *	exen-input mouse|tablet|touch INTERVAL_US
 *
 * By /dev/uinput.  Each line of standard input is an event, "TYPE CODE VALUE" in numbers as in
 * linux/input.h; "0 0 0" ends a frame, and frames are INTERVAL_US apart.  Says "ready" when the device is
 * there, and at the end of the input how long the frames took; then the device goes.  Exit status: 0, 1 for
 * an error, 2 for wrong arguments.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/uinput.h>

#define RANGE		1000	/* of a tablet's and a touch screen's axes, from 0 */
#define CONTACTS	5

#define NS_PER_S	1000000000LL

static int fail(const char *what)
{
	fprintf(stderr, "exen-input: %s: %s\n", what, strerror(errno));
	return -1;
}

static int set(int fd, unsigned long request, int first, int last)
{
	for (; first <= last; first++) {
		if (ioctl(fd, request, first))
			return fail("what the device has");
	}
	return 0;
}

static int set_axis(int fd, int code, int most)
{
	struct uinput_abs_setup axis = { .code = (__u16)code, .absinfo.maximum = most };

	return ioctl(fd, UI_ABS_SETUP, &axis) ? fail("axis") : 0;
}

static int make_mouse(int fd)
{
	return set(fd, UI_SET_EVBIT, EV_KEY, EV_REL) || set(fd, UI_SET_KEYBIT, KEY_ESC, KEY_F10) ||
	       set(fd, UI_SET_KEYBIT, BTN_LEFT, BTN_MIDDLE) || set(fd, UI_SET_RELBIT, REL_X, REL_Y);
}

static int make_tablet(int fd)
{
	return set(fd, UI_SET_EVBIT, EV_KEY, EV_KEY) || set(fd, UI_SET_EVBIT, EV_ABS, EV_ABS) ||
	       set(fd, UI_SET_KEYBIT, BTN_LEFT, BTN_MIDDLE) ||
	       set_axis(fd, ABS_X, RANGE) || set_axis(fd, ABS_Y, RANGE);
}

static int make_touch(int fd)
{
	return set(fd, UI_SET_EVBIT, EV_KEY, EV_KEY) || set(fd, UI_SET_EVBIT, EV_ABS, EV_ABS) ||
	       set(fd, UI_SET_KEYBIT, BTN_TOUCH, BTN_TOUCH) ||
	       set(fd, UI_SET_PROPBIT, INPUT_PROP_DIRECT, INPUT_PROP_DIRECT) ||
	       set_axis(fd, ABS_X, RANGE) || set_axis(fd, ABS_Y, RANGE) ||
	       set_axis(fd, ABS_MT_SLOT, CONTACTS - 1) || set_axis(fd, ABS_MT_TRACKING_ID, 0xffff) ||
	       set_axis(fd, ABS_MT_POSITION_X, RANGE) || set_axis(fd, ABS_MT_POSITION_Y, RANGE);
}

static const struct {
	const char *name;
	int (*make)(int fd);
} devices[] = {
	{ "mouse", make_mouse },
	{ "tablet", make_tablet },
	{ "touch", make_touch },
};

static int make(int fd, const char *name)
{
	struct uinput_setup setup = { .id.bustype = BUS_VIRTUAL, .name = "exen-input" };
	unsigned int i;

	for (i = 0; i < sizeof(devices) / sizeof(*devices); i++) {
		if (strcmp(name, devices[i].name))
			continue;
		if (devices[i].make(fd))
			return -1;
		if (ioctl(fd, UI_DEV_SETUP, &setup) || ioctl(fd, UI_DEV_CREATE))
			return fail("the device");
		return 0;
	}
	return -1;
}

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void sleep_until(long long ns)
{
	struct timespec until = { .tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

/* Frames begin as they should have, whatever the last one took. */
static int play(int fd, long long interval_ns)
{
	unsigned long frames = 0;
	long long start = 0, next = 0;
	struct input_event event;
	int type, code, value;

	while (scanf("%d %d %d", &type, &code, &value) == 3) {
		memset(&event, 0, sizeof(event));
		event.type = (__u16)type;
		event.code = (__u16)code;
		event.value = value;
		if (!start)
			start = next = now_ns();
		if (write(fd, &event, sizeof(event)) != sizeof(event))
			return fail("event");
		if (type != EV_SYN)
			continue;
		frames++;
		next += interval_ns;
		sleep_until(next);
	}
	printf("%lu frames in %lld us\n", frames, (now_ns() - start) / 1000);
	return 0;
}

int main(int argc, char **argv)
{
	int fd, err;

	if (argc != 3) {
		fputs("usage: exen-input mouse|tablet|touch INTERVAL_US\n", stderr);
		return 2;
	}
	fd = open("/dev/uinput", O_WRONLY);
	if (fd < 0)
		return -fail("/dev/uinput");
	if (make(fd, argv[1]))
		return 1;
	puts("ready");
	fflush(stdout);
	err = play(fd, atoll(argv[2]) * 1000);
	ioctl(fd, UI_DEV_DESTROY);
	return err ? 1 : 0;
}
