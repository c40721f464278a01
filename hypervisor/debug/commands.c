/* SPDX-License-Identifier: Apache-2.0 */
/* The hypervisor's command line: reached by Ctrl-A three times, runs in the hypervisor's thread. */
#include <asm/machine.h>
#include <exen/arch.h>
#include <exen/commands.h>
#include <exen/console.h>
#include <exen/domain.h>
#include <exen/irq.h>
#include <exen/printk.h>
#include <exen/sched.h>
#include <exen/string.h>
#include <exen/watchdog.h>
#include "commands.h"

#define LINE_SIZE	64

static struct {
	char line[LINE_SIZE];
	unsigned int len;
	bool complete;		/* the thread has not run it yet; further input is dropped */
} input;

struct command {
	const char *name;
	const char *help;
	void (*run)(char *arg);
};

static const char *domain_state_name(enum domain_state s)
{
	static const char *const name[] = {
		[DOMAIN_NONE] = "none", [DOMAIN_BUILDING] = "building",
		[DOMAIN_RUNNING] = "running", [DOMAIN_SHUTDOWN] = "shutdown",
		[DOMAIN_HALTED] = "halted",
	};

	return name[s];
}

static const char *vcpu_state_name(const struct vcpu *v)
{
	static const char *const name[] = {
		[VCPU_OFFLINE] = "offline", [VCPU_RUNNABLE] = "runnable",
		[VCPU_BLOCKED] = "blocked", [VCPU_POLLING] = "polling", [VCPU_PAUSED] = "paused",
	};

	return name[v->state];
}

static void cmd_domains(char *arg)
{
	printk("dom name             state     vcpu      prio  memory  starts  CPU time\n");
	for (const struct domain *d = domain_next(NULL); d; d = domain_next(d)) {
		const struct vcpu *v = &d->vcpu[0];
		const uint32_t cpu_ms = (uint32_t)(v->runstate_ns[RUNSTATE_running] / NS_PER_MS);

		printk("%3u %-16s %-9s %-9s %4u %4u MiB %7u %5u.%03u s\n", d->domid, d->name,
		       domain_state_name(d->state), vcpu_state_name(v), v->priority,
		       (unsigned int)(d->slot.size >> 20), d->nr_starts,
		       (unsigned int)cpu_ms / 1000, (unsigned int)cpu_ms % 1000);
	}
	watchdog_show();
}

static void cmd_irqs(char *arg)
{
	printk("interrupt  count\n");
	for (unsigned int i = 0; i < EXEN_NR_IRQS; i++) {
		if (irq_count(i))
			printk("%9u  %u\n", i, irq_count(i));
	}
}

char *command_word(char **rest)
{
	char *word = *rest, *end = word;

	while (*end && *end != ' ')
		end++;
	while (*end == ' ')
		*end++ = '\0';
	*rest = end;
	return word;
}

bool command_number(const char *word, uint32_t *value)
{
	*value = 0;
	if (!*word || strlen(word) > 7)
		return false;
	for (; *word; word++) {
		if (*word < '0' || *word > '9')
			return false;
		*value = *value * 10 + (uint32_t)(*word - '0');
	}
	return true;
}

struct domain *command_domain(const char *word)
{
	struct domain *d = NULL;
	uint32_t domid;

	if (command_number(word, &domid) && domid < MAX_DOMAINS)
		d = domain_by_id((domid_t)domid);
	if (!d)
		printk("no domain %s\n", word);
	return d;
}

static void for_domains(const char *arg, void (*dump)(struct domain *d))
{
	if (*arg) {
		struct domain *d = command_domain(arg);

		if (d)
			dump(d);
		return;
	}
	for (struct domain *d = domain_next(NULL); d; d = domain_next(d))
		dump(d);
}

static void cmd_evtchn(char *arg)
{
	for_domains(arg, command_dump_evtchn);
}

static void cmd_grants(char *arg)
{
	for_domains(arg, command_dump_grants);
}

static void cmd_xenstore(char *arg)
{
	command_dump_xenstore();
}

static void cmd_log(char *arg)
{
	console_replay(*arg ? command_domain(arg) : NULL);
}

static void cmd_crash(char *arg)
{
	struct domain *d = command_domain(arg);
	unsigned long flags;

	if (!d)
		return;
	flags = irq_save();
	if (d->state == DOMAIN_RUNNING)
		domain_crash(d, "from the hypervisor's command line");
	irq_restore(flags);
}

static void cmd_reboot(char *arg)
{
	printk("reboot\n");
	machine_restart();
}

static void cmd_help(char *arg);

static const struct command commands[] = {
	{ "help",	"this list", cmd_help },
	{ "domains",	"states and CPU time; the board's watchdog", cmd_domains },
	{ "sched",	"priorities and budgets; sched DOM prio N, sched DOM budget US PERIOD_US|none", cmd_sched },
	{ "latency",	"[DOM]: times to handlers and from wake-ups; reset", cmd_latency },
	{ "evtchn",	"[DOM]: event channels", cmd_evtchn },
	{ "grants",	"[DOM]: granted pages", cmd_grants },
	{ "xenstore",	"all of xenstore", cmd_xenstore },
	{ "irqs",	"count of each physical interrupt", cmd_irqs },
	{ "log",	"[DOM]: the last output of a domain, or of the hypervisor", cmd_log },
	{ "crash",	"DOM: ends a domain as if it had crashed", cmd_crash },
	{ "reboot",	"the board, at once", cmd_reboot },
};

static void cmd_help(char *arg)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++)
		printk("%-9s %s\n", commands[i].name, commands[i].help);
	printk("Ctrl-A three times: the keyboard goes to the next domain\n");
}

static void run(char *line)
{
	char *arg = line;

	command_word(&arg);
	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(line, commands[i].name)) {
			commands[i].run(arg);
			return;
		}
	}
	if (*line)
		printk("unknown command '%s'; help lists them\n", line);
}

void command_input(char c)
{
	if (input.complete)
		return;
	if (c == '\r' || c == '\n') {
		input.line[input.len] = '\0';
		input.complete = true;
		console_hypervisor_output("\n", 1);
		thread_kick();
	} else if ((c == '\b' || c == 0x7f) && input.len) {
		input.len--;
		console_hypervisor_output("\b \b", 3);
	} else if (c >= ' ' && c < 0x7f && input.len < LINE_SIZE - 1) {
		input.line[input.len++] = c;
		console_hypervisor_output(&c, 1);
	}
}

bool command_work(void)
{
	unsigned long flags;

	if (!input.complete)
		return false;
	run(input.line);
	flags = irq_save();
	input.len = 0;
	input.complete = false;
	irq_restore(flags);
	return false;
}
