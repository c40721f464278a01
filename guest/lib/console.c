/* SPDX-License-Identifier: BSD-2-Clause */
/* Console: console_io hypercalls, and the ring of xen/io/console.h. */
#include <guest/console.h>
#include <guest/evtchn.h>
#include <guest/mm.h>
#include <guest/sched.h>
#include "internal.h"

static struct xencons_interface *ring;
static evtchn_port_t port;

int32_t console_io_write(const char *text, uint32_t len)
{
	return hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, len, hypercall_ptr(text), 0, 0);
}

int32_t console_io_read(char *buf, uint32_t size)
{
	return hypercall(__HYPERVISOR_console_io, CONSOLEIO_read, size, hypercall_ptr(buf), 0, 0);
}

void console_init(void)
{
	uint64_t pfn, evtchn;

	if (hvm_param_get(HVM_PARAM_CONSOLE_PFN, &pfn) ||
	    hvm_param_get(HVM_PARAM_CONSOLE_EVTCHN, &evtchn) || !evtchn)
		return;
	ring = shared_page(pfn * GUEST_PAGE_SIZE);
	port = (evtchn_port_t)evtchn;
	if (ring)
		evtchn_unmask(port);	/* its events only wake console_ring_write() */
}

bool console_ring_present(void)
{
	return ring;
}

struct xencons_interface *console_ring(void)
{
	return ring;
}

uint32_t console_ring_port(void)
{
	return port;
}

static volatile struct xencons_interface *shared_ring(void)
{
	return ring;
}

static uint32_t room(void)
{
	return sizeof(ring->out) - (shared_ring()->out_prod - shared_ring()->out_cons);
}

static uint32_t write_some(const char *text, uint32_t len)
{
	volatile struct xencons_interface *r = shared_ring();
	const uint32_t n = len < room() ? len : room();
	uint32_t prod = r->out_prod;

	for (uint32_t i = 0; i < n; i++)
		r->out[MASK_XENCONS_IDX(prod++, r->out)] = text[i];
	memory_barrier();
	r->out_prod = prod;
	evtchn_send(port);
	return n;
}

/* With interrupts masked no event is waited for; the other end runs while this vcpu yields. */
static void wait_for_reader(void)
{
	if (cpsr_read() & PSR_I)
		sched_yield();
	else
		wait_event(room() > 0, NS_PER_S);
}

void console_ring_write(const char *text, uint32_t len)
{
	while (len) {
		const uint32_t n = write_some(text, len);

		text += n;
		len -= n;
		if (len)
			wait_for_reader();
	}
}

uint32_t console_ring_read(char *buf, uint32_t size)
{
	volatile struct xencons_interface *r = shared_ring();
	uint32_t cons = r->in_cons, n = 0;
	const uint32_t prod = r->in_prod;

	memory_barrier();
	while (n < size && cons != prod)
		buf[n++] = r->in[MASK_XENCONS_IDX(cons++, r->in)];
	memory_barrier();
	r->in_cons = cons;
	if (n)
		evtchn_send(port);
	return n;
}

bool console_ring_flush(void)
{
	for (uint32_t ms = 0; ms < 1000 && room() != sizeof(ring->out); ms++)
		sleep_ns(NS_PER_MS);	/* the other end sends no event when it has taken all */
	return room() == sizeof(ring->out);
}

int printf(const char *fmt, ...)
{
	char text[256];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (len >= (int)sizeof(text))
		len = sizeof(text) - 1;
	if (console_io_write(text, (uint32_t)len) < 0 && ring)
		console_ring_write(text, (uint32_t)len);
	return len;
}
