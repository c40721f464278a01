/* SPDX-License-Identifier: Apache-2.0 */
/* The port, interrupts, and what else the console calls. */
#include <stdlib.h>
#include <string.h>

#include <asm/current.h>
#include <exen/arch.h>
#include <exen/board.h>
#include <exen/irq.h>
#include <exen/printk.h>
#include <exen/sched.h>
#include "port.h"

#define MAX_SENT	65536

static char sent[MAX_SENT];
static size_t nr_sent;
static unsigned int nr_full, nr_masked, countdown;
static bool is_masked;
static void (*on_interrupt)(void);

const char *port_sent(void)
{
	return sent;
}

void port_clear(void)
{
	nr_sent = 0;
	sent[0] = '\0';
}

void port_is_full(unsigned int looks)
{
	nr_full = looks;
}

void port_on_interrupt(void (*fn)(void), unsigned int nr)
{
	on_interrupt = fn;
	countdown = nr;
}

bool port_was_interrupted(void)
{
	return !on_interrupt;
}

unsigned int port_nr_masked(void)
{
	return nr_masked;
}

static void let_interrupts_in(void)
{
	void (*const fn)(void) = on_interrupt;

	if (is_masked || !fn || countdown--)
		return;
	on_interrupt = NULL;
	is_masked = true;
	fn();
	is_masked = false;
}

unsigned long irq_save(void)
{
	const bool was = is_masked;

	let_interrupts_in();
	is_masked = true;
	return was;
}

void irq_restore(unsigned long flags)
{
	is_masked = flags;
	nr_masked += !is_masked;
	let_interrupts_in();
}

static void init(volatile void *base)
{
}

static bool put(volatile void *base, char c)
{
	let_interrupts_in();
	if (nr_full) {
		nr_full--;
		return false;
	}
	if (nr_sent == MAX_SENT - 1)
		abort();
	sent[nr_sent++] = c;
	sent[nr_sent] = '\0';
	let_interrupts_in();
	return true;
}

static int get(volatile void *base)
{
	return -1;
}

static const struct serial_ops port = {
	.name = "recorder", .init = init, .putc = put, .getc = get, .ack = init,
};
static const struct board machine = { .serial = { .ops = &port } };
const struct board *board = &machine;

void port_write(const char *text)
{
	const bool was = is_masked;

	is_masked = true;
	for (size_t left = strlen(text); left;) {
		const size_t taken = console_domain_output(&domain_table[0], text, left);

		console_domain_show(&domain_table[0]);
		text += taken;
		left -= taken;
	}
	is_masked = was;
}

void test_set_up(void)
{
	console_init(NULL);
	console_defer();
}

/* -- what isn't part of these tests */

void printk(const char *fmt, ...)
{
}

void thread_kick(void)
{
}

void irq_register(unsigned int irq, void (*handler)(void))
{
}

void command_input(char c)
{
}

void domain_console_input(struct domain *d, char c)
{
}

struct domain domain_table[MAX_DOMAINS] = { { .domid = 0, .state = DOMAIN_RUNNING, .name = "guest" } };

struct vcpu *current_vcpu(void)
{
	return &domain_table[0].vcpu[0];
}

struct domain *domain_next(const struct domain *d)
{
	return d ? NULL : &domain_table[0];
}
