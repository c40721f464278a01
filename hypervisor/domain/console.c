/* SPDX-License-Identifier: Apache-2.0 */
/* Domains' consoles.  Where the bytes go and come from is kernel/console.c's business. */
#include <errno.h>

#include <exen/arch.h>
#include <exen/console.h>
#include <exen/hypercall.h>
#include <exen/sched.h>
#include <exen/string.h>

#include "console.h"
#include "evtchn.h"

#define CHUNK	8			/* bytes handled with interrupts masked */

static struct domain_console consoles[MAX_DOMAINS];
static bool some_output;		/* of any domain, since the thread last began to look */

void domain_console_init(struct domain *d)
{
	d->console = &consoles[d->domid];
	memset(d->console, 0, sizeof(*d->console));
	memset(d->console_ring, 0, PAGE_SIZE);
}

/* The ring can hold 2048 bytes, too many for the hypercall: the thread takes them. */
void domain_console_event(struct domain *d)
{
	d->console->has_output = true;
	some_output = true;
	thread_kick();
}

/* @return how many bytes, at least one and perhaps not all */
static size_t take_chunk(struct domain *d, const char *chunk, size_t len, bool is_awaited)
{
	struct domain_console *con = d->console;
	const unsigned long flags = irq_save();
	const size_t taken = console_domain_output(d, chunk, len);

	con->out_cons += taken;
	WRITE_ONCE(d->console_ring->out_cons, con->out_cons);
	if (is_awaited)
		evtchn_raise(d, d->console_port);
	irq_restore(flags);
	return taken;
}

/*
 * @return there is more.  Nobody but the thread takes from a ring, so only what others change, too, is
 * masked.  Indices beyond the ring's size are a guest's error: the ring starts anew.
 */
static bool take_output(struct domain *d)
{
	struct xencons_interface *ring = d->console_ring;
	struct domain_console *con = d->console;
	const uint32_t used = READ_ONCE(ring->out_prod) - con->out_cons;
	const size_t len = MIN(used, (uint32_t)CHUNK);
	char chunk[CHUNK];

	if (used > sizeof(ring->out)) {
		con->out_cons += used;
		WRITE_ONCE(ring->out_cons, con->out_cons);
		return false;
	}
	if (!used)
		return false;
	for (uint32_t i = 0; i < len; i++)
		chunk[i] = ring->out[MASK_XENCONS_IDX(con->out_cons + i, ring->out)];
	/* A guest waits for room only if there is little; an event for every line would be waste. */
	return take_chunk(d, chunk, len, used > sizeof(ring->out) / 2) < used;
}

static void show_output(struct domain *d)
{
	const unsigned long flags = irq_save();

	console_domain_show(d);
	irq_restore(flags);
}

/* Of a domain that has ended too: its last words count most. */
bool domain_console_work(void)
{
	bool more = false;

	if (!READ_ONCE(some_output))
		return false;
	if (!console_has_room())
		return true;		/* the thread sends meanwhile */
	WRITE_ONCE(some_output, false);
	for (struct domain *d = domain_next(NULL); d; d = domain_next(d)) {
		if (!READ_ONCE(d->console->has_output))
			continue;
		WRITE_ONCE(d->console->has_output, false);	/* one that comes from now on counts */
		if (take_output(d)) {
			WRITE_ONCE(d->console->has_output, true);
			more = true;
		}
		show_output(d);
	}
	if (more)
		WRITE_ONCE(some_output, true);
	return more;
}

static void put_ring_input(struct domain *d, char c)
{
	struct xencons_interface *ring = d->console_ring;
	struct domain_console *con = d->console;

	if (con->in_prod - READ_ONCE(ring->in_cons) >= sizeof(ring->in))
		return;				/* full, or nonsense: lost, as on a serial line */
	ring->in[MASK_XENCONS_IDX(con->in_prod, ring->in)] = c;
	con->in_prod++;
	WRITE_ONCE(ring->in_prod, con->in_prod);
	evtchn_raise(d, d->console_port);
}

void domain_console_input(struct domain *d, char c)
{
	struct domain_console *con = d->console;

	if (d->state != DOMAIN_RUNNING)
		return;
	if (!d->is_privileged) {
		put_ring_input(d, c);
		return;
	}
	if (con->input_in - con->input_out < CONSOLE_INPUT_SIZE)
		con->input[con->input_in++ % CONSOLE_INPUT_SIZE] = c;
	virq_raise(d, VIRQ_CONSOLE);
}

/* -- console_io -- */

/* The thread sends, if the vcpu isn't more urgent; what it finds no time for is sent here. */
static void wait_for_room(void)
{
	while (!console_has_room()) {
		sched_yield();
		console_send();
	}
}

/* Any domain may: it is what a kernel has before it finds its console ring. */
static int32_t write_console(uint32_t count, uint32_t va)
{
	char chunk[CHUNK];

	for (size_t done = 0; done < count;) {
		const size_t len = MIN(count - done, (size_t)CHUNK);

		if (copy_from_guest(chunk, (uint64_t)va + done, len))
			return -EFAULT;
		wait_for_room();
		sched_preempt_point();
		done += console_domain_output(current_domain(), chunk, len);
		sched_preempt_point();
		console_domain_show(current_domain());
		sched_preempt_point();
	}
	return 0;
}

/* @return number of bytes; -EFAULT, and they are still there */
static int32_t read_console(uint32_t count, uint32_t va)
{
	struct domain_console *con = current_domain()->console;
	const uint32_t len = MIN(count, con->input_in - con->input_out);
	char text[CONSOLE_INPUT_SIZE];

	for (uint32_t i = 0; i < len; i++)
		text[i] = con->input[(con->input_out + i) % CONSOLE_INPUT_SIZE];
	if (len && copy_to_guest(va, text, len))
		return -EFAULT;
	con->input_out += len;
	return (int32_t)len;
}

int32_t do_console_io(uint32_t cmd, uint32_t count, uint32_t va, uint32_t a3, uint32_t a4)
{
	if (count > INT32_MAX)
		return -EINVAL;
	switch (cmd) {
	case CONSOLEIO_write:
		return write_console(count, va);
	case CONSOLEIO_read:
		return current_domain()->is_privileged ? read_console(count, va) : -EPERM;
	default:
		return -ENOSYS;
	}
}
