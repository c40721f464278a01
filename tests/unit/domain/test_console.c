/* SPDX-License-Identifier: Apache-2.0 */
/* Consoles of domains: the PV ring with indices that lie, console_io, VIRQ_CONSOLE. */
#include <string.h>

#include <exen/console.h>

#include "unit.h"

static void put(struct domain *d, const char *text)
{
	struct xencons_interface *ring = d->console_ring;

	for (; *text; text++)
		ring->out[ring->out_prod++ % sizeof(ring->out)] = *text;
}

static void work(void)
{
	host_enter_hypervisor();
	for (unsigned int i = 0; i < 1000 && domain_console_work(); i++)
		;
}

TEST(console_ring_output)
{
	put(dom[1], "hello\n");
	CHECK(!strstr(host_output(), "hello"));
	CHECK_EQ(send(dom[1], dom[1]->console_port), 0);
	CHECK_EQ(host_nr_kicks(), 1);
	work();
	CHECK(!strcmp(host_output(), "hello\n"));
	CHECK_EQ(dom[1]->console_ring->out_cons, 6);
	work();
	CHECK(!strcmp(host_output(), "hello\n"));
}

TEST(console_ring_output_in_small_steps)
{
	const char line[] = "0123456789abcde\n";

	start_interrupts(dom[1]);
	for (unsigned int i = 0; i < 2048 / 16; i++)
		put(dom[1], line);
	CHECK_EQ(send(dom[1], dom[1]->console_port), 0);
	CHECK(domain_console_work());
	CHECK(strlen(host_output()) <= 64);
	CHECK_EQ(handle_events(dom[1]), 1ull << dom[1]->console_port);	/* there is room again */
	work();
	CHECK_EQ(strlen(host_output()), 2048);
	CHECK(!strcmp(host_output() + 2048 - 16, line));
}

TEST(console_ring_output_waits_for_room)
{
	put(dom[1], "hello\n");
	CHECK_EQ(send(dom[1], dom[1]->console_port), 0);
	host_console_is_full(20);
	host_enter_hypervisor();
	CHECK(domain_console_work());
	CHECK(domain_console_work());
	CHECK(!strstr(host_output(), "hello"));
	host_console_is_full(0);
	work();
	CHECK(!strcmp(host_output(), "hello\n"));
}

TEST(console_ring_wraps)
{
	struct xencons_interface *ring = dom[1]->console_ring;

	for (unsigned int i = 0; i < 300; i++) {
		host_clear_output();
		put(dom[1], "seventeen bytes\n.");
		send(dom[1], dom[1]->console_port);
		work();
		CHECK(!strcmp(host_output(), "seventeen bytes\n."));
	}
	CHECK_EQ(ring->out_cons, 300 * 17);
}

TEST(console_ring_with_broken_indices)
{
	struct xencons_interface *ring = dom[1]->console_ring;

	ring->out_prod = 0x80000000;
	CHECK_EQ(send(dom[1], dom[1]->console_port), 0);
	work();
	CHECK(!strcmp(host_output(), ""));
	CHECK_EQ(ring->out_cons, ring->out_prod);
	ring->out_cons = 12345;			/* the guest's lie about our index */
	put(dom[1], "again");
	CHECK_EQ(send(dom[1], dom[1]->console_port), 0);
	work();
	CHECK(!strcmp(host_output(), "again"));
	ring->out_prod--;			/* backwards */
	CHECK_EQ(send(dom[1], dom[1]->console_port), 0);
	work();
	CHECK(!strcmp(host_output(), "again"));
}

TEST(console_ring_input)
{
	struct xencons_interface *ring = dom[1]->console_ring;

	start_interrupts(dom[1]);
	domain_console_input(dom[1], 'x');
	CHECK_EQ(ring->in_prod, 1);
	CHECK_EQ(ring->in[0], 'x');
	CHECK_EQ(handle_events(dom[1]), 1ull << dom[1]->console_port);
	for (unsigned int i = 0; i < 5000; i++)
		domain_console_input(dom[1], 'y');
	CHECK_EQ(ring->in_prod, sizeof(ring->in));
	CHECK_EQ(ring->in[0], 'x');
	ring->in_cons = 0xdeadbeef;		/* nonsense: nothing is written */
	domain_console_input(dom[1], 'z');
	CHECK_EQ(ring->in_prod, sizeof(ring->in));
}

TEST(console_input_of_the_privileged_domain)
{
	struct evtchn_bind_virq virq = { .virq = VIRQ_CONSOLE };
	const char *text = page_ptr(dom[0], 3);

	start_interrupts(dom[0]);
	CHECK_EQ(EVTCHN(dom[0], bind_virq, &virq), 0);
	CHECK_EQ(call(dom[0], CALL_console_io, CONSOLEIO_read, 10, page(dom[0], 3)), 0);
	domain_console_input(dom[0], 'a');
	domain_console_input(dom[0], 'b');
	CHECK_EQ(handle_events(dom[0]), 1ull << virq.port);
	CHECK_EQ(call(dom[0], CALL_console_io, CONSOLEIO_read, 1, page(dom[0], 3)), 1);
	CHECK_EQ(text[0], 'a');
	CHECK_EQ(call(dom[0], CALL_console_io, CONSOLEIO_read, 10, EXEN_WINDOW_BASE), -EFAULT);
	CHECK_EQ(call(dom[0], CALL_console_io, CONSOLEIO_read, 10, page(dom[0], 3)), 1);
	CHECK_EQ(text[0], 'b');
	for (unsigned int i = 0; i < 1000; i++)
		domain_console_input(dom[0], (char)i);
	CHECK_EQ(call(dom[0], CALL_console_io, CONSOLEIO_read, INT32_MAX, page(dom[0], 3)), 256);
	CHECK_EQ(call(dom[1], CALL_console_io, CONSOLEIO_read, 10, page(dom[1], 3)), -EPERM);
}

TEST(console_io_write_waits_for_room)
{
	memset(page_ptr(dom[1], 3), 'x', 100);
	host_console_is_full(20);
	CHECK_EQ(call(dom[1], CALL_console_io, CONSOLEIO_write, 100, page(dom[1], 3)), 0);
	CHECK_EQ(strlen(host_output()), 100);
	CHECK(console_has_room());
}

TEST(console_io_write)
{
	char *text = page_ptr(dom[1], 3);

	memset(text, 'q', PAGE_SIZE);
	CHECK_EQ(call(dom[1], CALL_console_io, CONSOLEIO_write, 1000, page(dom[1], 3)), 0);
	CHECK_EQ(strspn(host_output(), "q"), 1000);
	CHECK_EQ(host_output()[1000], 0);
	CHECK_EQ(call(dom[1], CALL_console_io, CONSOLEIO_write, 10, 0), -EFAULT);
	CHECK_EQ(call(dom[1], CALL_console_io, CONSOLEIO_write, 0, 0), 0);
	CHECK_EQ(call(dom[1], CALL_console_io, CONSOLEIO_write, 0x80000000, page(dom[1], 3)),
		 -EINVAL);
	CHECK_EQ(call(dom[1], CALL_console_io, CONSOLEIO_write, INT32_MAX,
		      dom[1]->slot.base + HOST_READONLY), -EFAULT);
	CHECK_EQ(call(dom[1], CALL_console_io, 2, 0, 0), -ENOSYS);
}

TEST(console_last_words)
{
	put(dom[1], "oops");
	domain_shutdown(dom[1], SHUTDOWN_crash);
	CHECK_EQ(domain_reset_for_start(dom[1]), -EBUSY);
	work();
	CHECK(!strcmp(host_output(), "oops"));
	CHECK_EQ(domain_reset_for_start(dom[1]), 0);
	CHECK_EQ(dom[1]->console_ring->out_prod, 0);
}
