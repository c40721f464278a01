/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control-loop - a loop of 1 kHz beside another system; the other sees its state and sets its speed.
 *
 * In dom0 the same binary is the operator (operator.c), for images without Linux.
 */
#include "demo.h"

#define STACK_BYTES	2048

static struct {
	struct exec_thread thread;
	EXEC_STACK(stack, STACK_BYTES);
} loop, publisher, commands, keeper;

void guest_main(void)
{
	if (is_dom0())
		operator_run();
	exec_thread_create(&loop.thread, "loop", 20, loop.stack, STACK_BYTES, loop_run, NULL);
	exec_thread_create(&publisher.thread, "publisher", 10, publisher.stack, STACK_BYTES,
			   link_publish, NULL);
	exec_thread_create(&commands.thread, "commands", 9, commands.stack, STACK_BYTES, link_obey,
			   NULL);
	exec_thread_create(&keeper.thread, "keeper", 1, keeper.stack, STACK_BYTES, link_keep, NULL);
	exec_start();
}
