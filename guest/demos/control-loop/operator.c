/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dom0's part where no Linux plays it: takes the states, asks for three speeds, looks whether the motor
 * gets there, and ends the machine with 0, else with 1.
 */
#include "demo.h"

#define PATIENCE_NS	(5 * NS_PER_S)
#define STATES_A_STEP	60
#define TOLERANCE_RPM	5

static struct rtlink link;
static char line[RTLINK_MESSAGE_BYTES + 1];

static void failure(const char *why)
{
	printf("operator: FAILURE: %s: %s\n", why, line);
	machine_exit(1);
}

static void next_state(void)
{
	const uint64_t end_ns = time_ns() + PATIENCE_NS;
	int len;

	while ((len = rtlink_receive(&link, line)) == RTLINK_WOULD_WAIT) {
		const uint32_t count = evtchn_count(link.port);

		if (time_ns() > end_ns)
			failure("no state any more");
		if (!rtlink_want_event(&link))
			wait_event(evtchn_count(link.port) != count, NS_PER_S);
	}
	if (len < 0)
		failure("the link is broken");
	line[len] = '\0';
}

/* Number behind "name=". */
static int32_t value_of(const char *name)
{
	const char *p = line;
	bool is_negative;
	int32_t value = 0;

	while (p && strncmp(p, name, strlen(name))) {
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	if (!p)
		failure(name);
	p += strlen(name);
	is_negative = *p == '-';
	for (p += is_negative; *p >= '0' && *p <= '9'; p++)
		value = value * 10 + *p - '0';
	return is_negative ? -value : value;
}

static void demand(int32_t rpm)
{
	char command[16];
	const int len = snprintf(command, sizeof(command), "set %d\n", rpm);
	int32_t off;

	if (rtlink_send(&link, command, (uint32_t)len))
		failure("a command can't be sent");
	for (uint32_t i = 0; i < STATES_A_STEP; i++)
		next_state();
	off = value_of("speed=") - rpm;
	printf("operator: %s", line);
	if (value_of("set=") != rpm || off > TOLERANCE_RPM || off < -TOLERANCE_RPM)
		failure("the motor does not follow");
}

void operator_run(void)
{
	if (xs_init() || rtlink_accept(&link, 1, 0, 0, PATIENCE_NS))
		failure("no link");
	evtchn_unmask(link.port);
	demand(1500);
	demand(-800);
	rtlink_send(&link, "faster!", 7);
	demand(250);
	if (rtlink_lost(&link))
		failure("states were lost");
	printf("operator: SUCCESS, cycles begin at most %d ns late, %d overruns\n", value_of("worst="),
	       value_of("overruns="));
	machine_exit(0);
}
