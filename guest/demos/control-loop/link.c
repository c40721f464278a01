/* SPDX-License-Identifier: BSD-2-Clause */
/* The link to the operator.  Nothing here can hold up the loop, whatever the other end does. */
#include "demo.h"

#define REF		16
#define OPEN_NS		(5 * NS_PER_S)
#define LOOK_NS		(100 * NS_PER_MS)
#define REPORT_STATES	100		/* a line on the console each second */

static struct rtlink link;
static volatile bool is_broken;
static struct rtlink_pages pages;
static struct exec_semaphore command_arrived = EXEC_SEMAPHORE(0, 1);

/* The least urgent thread: xenstore may be slow. */
void link_keep(void *unused)
{
	(void)unused;
	if (xs_init())
		port_panic("no xenstore");
	for (;;) {
		if (rtlink_open(&link, 0, &pages, REF, OPEN_NS))
			continue;
		is_broken = false;
		printf("control-loop: link open\n");
		exec_semaphore_bind(&command_arrived, link.port);
		while (!is_broken && rtlink_is_connected(&link))
			exec_sleep_until(exec_now_ns() + LOOK_NS);
		printf("control-loop: link closed\n");
		while (!rtlink_close(&link, OPEN_NS))
			;		/* our pages are still mapped */
	}
}

static uint32_t format_state(const struct loop_state *s, char *line, uint32_t size)
{
	const uint32_t ms = (uint32_t)(s->time_ns / NS_PER_MS);

	return (uint32_t)snprintf(line, size,
				  "t=%u.%03u set=%d speed=%d out=%d late=%u worst=%u overruns=%u lost=%u\n",
				  ms / 1000, ms % 1000, s->set_rpm, s->speed_rpm, s->output, s->late_ns,
				  s->worst_ns, s->overruns, link.out.dropped);
}

void link_publish(void *unused)
{
	char line[RTLINK_MESSAGE_BYTES];

	(void)unused;
	for (uint32_t n = 1;; n++) {
		struct loop_state state;
		uint32_t len;

		exec_queue_receive(&loop_states, &state, EXEC_FOREVER);
		len = format_state(&state, line, sizeof(line));
		len = len < sizeof(line) ? len : sizeof(line) - 1;
		is_broken |= rtlink_send(&link, line, len) == RTLINK_BROKEN;
		if (n % REPORT_STATES == 0)
			printf("control-loop: %s", line);
	}
}

/* "set NUMBER", a sign before it perhaps.  @return false: it is something else */
static bool parse(const char *text, uint32_t len, int32_t *rpm)
{
	static const char word[] = "set ";
	uint32_t at = sizeof(word) - 1;
	bool is_negative;

	if (len <= at || memcmp(text, word, at))
		return false;
	is_negative = text[at] == '-';
	at += is_negative;
	*rpm = 0;
	if (at == len || len - at > 6)		/* no number, or a huge one */
		return false;
	for (; at < len && text[at] != '\n'; at++) {
		if (text[at] < '0' || text[at] > '9')
			return false;
		*rpm = *rpm * 10 + text[at] - '0';
	}
	*rpm = is_negative ? -*rpm : *rpm;
	return true;
}

void link_obey(void *unused)
{
	char text[RTLINK_MESSAGE_BYTES];

	(void)unused;
	for (;;) {
		const int len = rtlink_receive(&link, text);
		int32_t rpm;

		if (len >= 0) {
			if (parse(text, (uint32_t)len, &rpm))
				loop_set_speed(rpm);
			else
				printf("control-loop: a command of %d bytes is not understood\n", len);
			continue;	/* a sender without end keeps nobody from work but the keeper */
		}
		is_broken |= len == RTLINK_BROKEN;
		if (!rtlink_want_event(&link) || is_broken)
			exec_semaphore_take(&command_arrived, exec_now_ns() + LOOK_NS);
	}
}
