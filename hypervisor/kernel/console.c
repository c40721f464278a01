/* SPDX-License-Identifier: Apache-2.0 */
/* Multiplexes the sources' output on the serial port.  Everything here with interrupts masked, but
 * for the thread's waiting until the port takes the next character. */
#include <exen/arch.h>
#include <exen/board.h>
#include <exen/console.h>
#include <exen/domain.h>
#include <exen/irq.h>
#include <exen/printk.h>
#include <exen/sched.h>
#include <exen/string.h>

#define LINE_SIZE	256		/* longer lines are shown in pieces */
#define HISTORY_SIZE	4096
#define QUEUE_SIZE	16384
#define SEND_CHUNK	32		/* bytes sent between two looks at the rest of the system */
#define MASKED_CHUNK	8		/* bytes taken in, or sent, at once with interrupts masked */
#define CTRL_A		0x01
#define NR_SOURCES	(MAX_DOMAINS + 1)
#define HYPERVISOR	MAX_DOMAINS	/* its place among the sources */

static struct source {
	char line[LINE_SIZE];		/* the line in progress, without prefix */
	unsigned int len;
	bool cr;			/* a carriage return came last */
	char history[HISTORY_SIZE];	/* ring of raw output */
	unsigned int history_end;	/* bytes ever written */
} sources[NR_SOURCES];

static struct {
	const struct serial_ops *ops;
	volatile void *base;
	bool deferred;			/* the thread sends; else at once */
	char queue[QUEUE_SIZE];
	unsigned int in, out;		/* bytes ever queued and sent */
	unsigned int focus;		/* source that has the keyboard */
	unsigned int shown;		/* characters of the focused line on the screen */
	unsigned int ctrl_a;		/* in a row */
} con;

/* Into a ring whose size is a power of two.  @return the new end */
static unsigned int ring_put(char *ring, unsigned int size, unsigned int end, const char *text,
			     unsigned int len)
{
	while (len) {
		const unsigned int at = end % size;
		const unsigned int part = MIN(len, size - at);

		memcpy(ring + at, text, part);
		end += part;
		text += part;
		len -= part;
	}
	return end;
}

/* A character leaves the queue when the port has it, not before: the machine may stop at any moment. */
static void send_one(void)
{
	while (!con.ops->putc(con.base, con.queue[con.out % QUEUE_SIZE]))
		;
	con.out++;
}

/* A full queue is made room in at once, whoever waits: output is never lost.  Domains ask for room before. */
static void put_text(const char *text, unsigned int len)
{
	while (QUEUE_SIZE - (con.in - con.out) < len)
		send_one();
	con.in = ring_put(con.queue, QUEUE_SIZE, con.in, text, len);
}

static void put(char c)
{
	put_text(&c, 1);
}

static void put_prefix(unsigned int source)
{
	char text[] = "(d0) ";

	_Static_assert(MAX_DOMAINS <= 10, "one digit");
	text[2] += (char)source;
	if (source == HYPERVISOR)
		put_text("(XEN) ", 6);
	else
		put_text(text, sizeof(text) - 1);
}

/* The rest of the focused source's line in progress, with its prefix if nothing is shown yet. */
static void show_focused(void)
{
	const struct source *s = &sources[con.focus];

	if (!s->len)
		return;
	if (!con.shown)
		put_prefix(con.focus);
	put_text(s->line + con.shown, s->len - con.shown);
	con.shown = s->len;
}

static void show_line(unsigned int source)
{
	struct source *s = &sources[source];

	if (source == con.focus) {
		if (!con.shown)
			put_prefix(source);
		put_text(s->line + con.shown, s->len - con.shown);
		con.shown = 0;
		put_text("\r\n", 2);
		return;
	}
	if (con.shown)
		put_text("\r\n", 2);
	con.shown = 0;
	put_prefix(source);
	put_text(s->line, s->len);
	put_text("\r\n", 2);
	show_focused();			/* a prompt that was interrupted */
}

static void end_line(unsigned int source)
{
	show_line(source);
	sources[source].len = 0;
}

/* A lone carriage return starts the line again: a shell redraws it. */
static void restart_line(unsigned int source)
{
	if (source == con.focus && con.shown) {
		put('\r');
		con.shown = 0;
	}
	sources[source].len = 0;
}

static void take(unsigned int source, char c)
{
	struct source *s = &sources[source];

	s->history[s->history_end++ % HISTORY_SIZE] = c;
	if (c == '\r') {
		s->cr = true;
		return;
	}
	if (c == '\n') {
		end_line(source);
	} else {
		if (s->cr)
			restart_line(source);
		if (c == '\b' && s->len && source != con.focus) {
			s->len--;
		} else {
			if (s->len == LINE_SIZE)
				end_line(source);
			s->line[s->len++] = c;
		}
	}
	s->cr = false;
}

/* How many of the next characters go to the line as they are. */
static unsigned int plain_run(const struct source *s, const char *buf, size_t len)
{
	const unsigned int max = MIN((unsigned int)len, LINE_SIZE - s->len);
	unsigned int n = 0;

	if (s->cr)
		return 0;
	while (n < max && (unsigned char)buf[n] >= ' ')
		n++;
	return n;
}

static void take_run(struct source *s, const char *buf, unsigned int len)
{
	s->history_end = ring_put(s->history, HISTORY_SIZE, s->history_end, buf, len);
	memcpy(s->line + s->len, buf, len);
	s->len += len;
}

/* Some characters of a line, or what ends it.  @return how many */
static size_t take_some(unsigned int source, const char *buf, size_t len)
{
	const unsigned int run = plain_run(&sources[source], buf, MIN(len, (size_t)MASKED_CHUNK));

	if (run)
		take_run(&sources[source], buf, run);
	else
		take(source, *buf);
	return MAX(run, 1u);
}

static void show(unsigned int source)
{
	if (source == con.focus)
		show_focused();
	if (con.deferred)
		thread_kick();
	else
		while (con.in != con.out)
			send_one();
}

size_t console_domain_output(struct domain *d, const char *buf, size_t len)
{
	return take_some(d->domid, buf, len);
}

void console_domain_show(struct domain *d)
{
	show(d->domid);
}

bool console_has_room(void)
{
	return con.in - con.out <= QUEUE_SIZE / 2;
}

void console_send(void)
{
	if (con.in != con.out)
		send_one();
}

void console_hypervisor_output(const char *buf, size_t len)
{
	while (len) {
		const unsigned long flags = irq_save();
		const size_t taken = take_some(HYPERVISOR, buf, len);

		show(HYPERVISOR);
		irq_restore(flags);
		buf += taken;
		len -= taken;
	}
}

void console_emergency(void)
{
	con.deferred = false;
	while (con.in != con.out)
		send_one();
}

void console_defer(void)
{
	con.deferred = true;
}

/* Sends as long as the port takes something.  @return how many bytes */
static unsigned int send_some(void)
{
	const unsigned int at = con.out % QUEUE_SIZE;
	const unsigned int max = MIN(MIN(con.in - con.out, QUEUE_SIZE - at), (unsigned int)MASKED_CHUNK);
	const struct serial_ops *const ops = con.ops;
	volatile void *const base = con.base;
	unsigned int n = 0;

	while (n < max && ops->putc(base, con.queue[at + n]))
		n++;
	con.out += n;
	return n;
}

bool console_work(void)
{
	unsigned int sent = 0;

	while (sent < SEND_CHUNK && READ_ONCE(con.in) != READ_ONCE(con.out)) {
		const unsigned long flags = irq_save();

		sent += send_some();
		irq_restore(flags);
	}
	return sent != 0;
}

/* -- input -- */

void console_focus(struct domain *d)
{
	const unsigned int focus = d ? d->domid : HYPERVISOR;

	if (con.shown) {
		put_text("\r\n", 2);
		con.shown = 0;
	}
	con.focus = focus;
	printk("*** Serial input to %s (type 'CTRL-a' three times to switch input)\n",
	       d ? d->name : "hypervisor");
	show_focused();
}

static void focus_next(void)
{
	const struct domain *d = con.focus == HYPERVISOR ? NULL : domain_by_id((domid_t)con.focus);

	console_focus(domain_next(d));
}

static void give(char c)
{
	struct domain *d;

	if (con.focus == HYPERVISOR) {
		command_input(c);
		return;
	}
	d = domain_by_id((domid_t)con.focus);
	if (d)
		domain_console_input(d, c);
}

static void input(char c)
{
	if (c == CTRL_A) {
		if (++con.ctrl_a == 3) {
			con.ctrl_a = 0;
			focus_next();
		}
		return;
	}
	for (; con.ctrl_a; con.ctrl_a--)
		give(CTRL_A);
	give(c);
}

static void console_interrupt(void)
{
	int c;

	con.ops->ack(con.base);
	while ((c = con.ops->getc(con.base)) >= 0)
		input((char)c);
}

void console_replay(const struct domain *d)
{
	static char copy[HISTORY_SIZE];
	const struct source *s = &sources[d ? d->domid : HYPERVISOR];
	unsigned int len, start = 0;
	unsigned long flags = irq_save();

	len = MIN(s->history_end, (unsigned int)HISTORY_SIZE);
	for (unsigned int i = 0; i < len; i++)
		copy[i] = s->history[(s->history_end - len + i) % HISTORY_SIZE];
	irq_restore(flags);
	for (unsigned int i = 0; i < len; i++) {
		if (copy[i] != '\n' && i != len - 1)
			continue;
		printk("| %.*s\n", (int)(i - start + (copy[i] != '\n')), copy + start);
		start = i + 1;
	}
}

void console_init(volatile void *base)
{
	con.ops = board->serial.ops;
	con.base = base;
	con.focus = HYPERVISOR;
	con.ops->init(base);
}

void console_start(volatile void *base)
{
	con.base = base;
	irq_register(board->serial.irq, console_interrupt);
}
