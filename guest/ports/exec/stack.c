/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack overflow.  The lowest words of a stack keep a pattern; it and the stack pointer are looked at
 * when the thread stops running, be it for an interrupt.  Then the thread's frame is whole, though
 * perhaps outside of its stack, and a context with a stack of its own says what is in it.  A function that
 * steps over the pattern with an array that it doesn't write, and returns before that, is not found.
 */
#include "internal.h"

#define GUARD_WORDS		8
#define GUARD			0x5aa5c33c
#define REPORT_STACK_BYTES	2048

static const struct exec_thread *victim;

void stack_prepare(struct exec_thread *thread)
{
	const uint32_t least = GUARD_WORDS * sizeof(uint32_t) + 2 * sizeof(struct port_frame);

	if (!thread->stack || thread->stack_bytes < least)
		port_panic("exec: thread \"%s\": no stack", thread->name);
	for (uint32_t i = 0; i < GUARD_WORDS; i++)
		thread->stack[i] = GUARD;
}

static bool is_sound(const struct exec_thread *thread, uint32_t sp)
{
	const uint32_t base = (uint32_t)(uintptr_t)thread->stack;

	for (uint32_t i = 0; i < GUARD_WORDS; i++)
		if (thread->stack[i] != GUARD)
			return false;
	return sp - base <= thread->stack_bytes;
}

static void report(void *unused)
{
	(void)unused;
	port_irq_mask();
	port_printf("exec: thread \"%s\": stack overflow, stack %08x, %u bytes\n", victim->name,
		    (uint32_t)(uintptr_t)victim->stack, victim->stack_bytes);
	port_context_print(&victim->context);
	port_panic("stack overflow");
}

struct port_context *stack_check(const struct exec_thread *thread, uint32_t sp)
{
	static EXEC_STACK(report_stack, REPORT_STACK_BYTES);
	static struct port_context context;

	if (is_sound(thread, sp))
		return NULL;
	victim = thread;
	port_context_init(&context, report_stack, sizeof(report_stack), report, NULL, NULL);
	return &context;
}
