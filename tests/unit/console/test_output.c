/* SPDX-License-Identifier: Apache-2.0 */
/* What is written reaches the port: all of it, once, in order. */
#include <stdio.h>
#include <string.h>

#include "port.h"

#define MAX_PLACES	10000
#define BIG		40000		/* bytes; more than the queue holds */

static void send_all(void)
{
	while (console_work())
		;
}

static void stop(void)
{
	port_write("the end\n");
	console_emergency();
}

TEST(a_line_has_its_prefix)
{
	port_write("one\n");
	CHECK_EQ(strlen(port_sent()), 0);
	send_all();
	CHECK_STR(port_sent(), "(d0) one\r\n");
}

TEST(a_stop_loses_nothing_wherever_it_interrupts_the_sender)
{
	unsigned int nr;

	for (nr = 0; nr < MAX_PLACES; nr++) {
		port_clear();
		console_defer();
		port_write("a line of more than thirty-two bytes, RESULT test SUCCESS\n");
		port_on_interrupt(stop, nr);
		send_all();
		if (!port_was_interrupted())
			break;
		CHECK_STR(port_sent(), "(d0) a line of more than thirty-two bytes, RESULT test SUCCESS\r\n"
				       "(d0) the end\r\n");
	}
	CHECK(nr > 10 && nr < MAX_PLACES);
}

static void write_much(void)
{
	char line[16];

	for (unsigned int i = 0; i < BIG / 16; i++) {
		snprintf(line, sizeof(line), "%09u\n", i);	/* 16 with the prefix and the return */
		port_write(line);
	}
}

TEST(a_full_queue_keeps_the_order)
{
	port_write("first\n");
	port_on_interrupt(write_much, 2);	/* 8 of its bytes are sent */
	send_all();
	CHECK(port_was_interrupted());
	CHECK_EQ(strncmp(port_sent(), "(d0) first\r\n", 12), 0);
	CHECK_EQ(strlen(port_sent()), 12 + BIG / 16 * 16);
	for (unsigned int i = 0; i < BIG / 16; i++) {
		char line[20];

		snprintf(line, sizeof(line), "(d0) %09u\r\n", i);
		CHECK_EQ(strncmp(port_sent() + 12 + 16 * i, line, 16), 0);
	}
}

TEST(the_thread_waits_for_the_port_with_interrupts_on)
{
	port_write("x\n");
	port_is_full(1000);
	send_all();
	CHECK_STR(port_sent(), "(d0) x\r\n");
	CHECK(port_nr_masked() >= 1000);
}

TEST(an_emergency_sends_at_once_from_then_on)
{
	console_emergency();
	port_write("now\n");
	CHECK_STR(port_sent(), "(d0) now\r\n");
}
