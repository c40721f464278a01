/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupt lines, console output and the end of the machine, recorded. */
#include <errno.h>
#include <stdlib.h>

#include <asm/host.h>
#include <asm/machine.h>
#include <exen/bug.h>
#include <exen/console.h>
#include <exen/irq.h>
#include <exen/printk.h>
#include <exen/string.h>

#define NR_LINES	(EXEN_NR_IRQS - EXEN_IRQ_LINE)
#define OUTPUT_SIZE	65536
#define CONSOLE_AT_ONCE	5

static struct host_line lines[NR_LINES];
static bool exit_allowed;
static unsigned int exit_status;
static char output[OUTPUT_SIZE];
static size_t output_len;
static uint32_t ended;

void host_devices_reset(void)
{
	memset(lines, 0, sizeof(lines));
	exit_allowed = false;
	ended = 0;
	host_clear_output();
}

struct host_line *host_line(unsigned int line)
{
	BUG_ON(line >= NR_LINES);
	return &lines[line];
}

int irq_line_assign(unsigned int line, struct domain *owner)
{
	if (line >= NR_LINES)
		return -EINVAL;
	if (lines[line].owner && lines[line].owner != owner)
		return -EBUSY;
	lines[line].owner = owner;
	return 0;
}

void irq_line_unmask(unsigned int line)
{
	host_line(line)->is_unmasked = true;
}

void irq_line_mask(unsigned int line)
{
	host_line(line)->is_unmasked = false;
}

void irq_line_eoi(unsigned int line)
{
	host_line(line)->nr_eois++;
}

int irq_line_set_type(unsigned int line, unsigned int type)
{
	host_line(line)->type = type;
	return 0;
}

void irq_upcall_ack(void)
{
}

static void put(const char *text, size_t len)
{
	len = MIN(len, OUTPUT_SIZE - 1 - output_len);
	memcpy(output + output_len, text, len);
	output_len += len;
	output[output_len] = '\0';
}

const char *host_output(void)
{
	return output;
}

void host_clear_output(void)
{
	output_len = 0;
	output[0] = '\0';
}

static unsigned int bytes_without_room;

void host_console_is_full(unsigned int bytes)
{
	bytes_without_room = bytes;
}

bool console_has_room(void)
{
	return !bytes_without_room;
}

void console_send(void)
{
	if (bytes_without_room)
		bytes_without_room--;
}

/* Not always all, as the real one. */
size_t console_domain_output(struct domain *d, const char *buf, size_t len)
{
	const size_t taken = MIN(len, (size_t)CONSOLE_AT_ONCE);

	put(buf, taken);
	return taken;
}

/* It has been already. */
void console_domain_show(struct domain *d)
{
}

void printk(const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	put(text, strlen(text));
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

void host_allow_exit(bool allow)
{
	exit_allowed = allow;
}

bool semihosting_is_allowed(void)
{
	return exit_allowed;
}

unsigned int host_exit_status(void)
{
	return exit_status;
}

void machine_stop(unsigned int status)
{
	exit_status = status;
	host_leave(HOST_MACHINE_STOPPED);
}

void domain_ended(struct domain *d)
{
	ended |= BIT(d->domid);
}

uint32_t host_ended(void)
{
	return ended;
}
