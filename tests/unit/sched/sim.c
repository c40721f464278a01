/* SPDX-License-Identifier: Apache-2.0 */
/* The machine. */
#include <stdlib.h>

#include <asm/cpu.h>
#include <asm/percpu.h>
#include <exen/board.h>
#include <exen/irq.h>
#include <exen/time.h>
#include "sim.h"

#define MAX_RUNS	200000
#define COUNT_NS	10

/* -- clock and processor */

static ns_t now;
static uint64_t comparator;
static bool is_armed;
static void (*timer_handler)(void);
static unsigned int nr_interrupts, nr_switches;
static ns_t reading_ns;			/* that reading the clock takes */

static uint64_t clock_read(void)
{
	const uint64_t count = now / COUNT_NS;

	now += reading_ns;
	return count;
}

static void clock_init(volatile void *base)
{
}

static void clock_set(uint64_t count)
{
	comparator = count;
	is_armed = true;
}

static void clock_stop(void)
{
	is_armed = false;
}

static void clock_ack(void)
{
	is_armed = false;
}

static const struct clock_ops clock = {
	.name = "simulated", .init = clock_init, .read = clock_read, .set_deadline = clock_set,
	.stop = clock_stop, .ack = clock_ack,
};
static const struct board machine = { .clock = { .ops = &clock, .hz = NS_PER_S / COUNT_NS } };
const struct board *board = &machine;

void irq_register(unsigned int irq, void (*handler)(void))
{
	timer_handler = handler;
}

static ns_t next_interrupt(void)
{
	return is_armed ? comparator * COUNT_NS : UINT64_MAX;
}

bool irq_handle_one(void)
{
	if (next_interrupt() > now)
		return false;
	nr_interrupts++;
	timer_handler();
	return true;
}

static uint32_t is_pending(void)
{
	return next_interrupt() <= now;
}

uint32_t (*irq_is_pending)(void) = is_pending;

void irq_upcall_ack(void)
{
}

static void idle(void)
{
	if (!is_armed)
		abort();
	now = next_interrupt() > now ? next_interrupt() : now;
}

static const struct cpu_ops processor = { .idle = idle };
const struct cpu_ops *cpu = &processor;

/* -- domains, and who ran when */

static struct domain dom[3], thread;
struct vcpu *const a = &dom[0].vcpu[0], *const b = &dom[1].vcpu[0], *const c = &dom[2].vcpu[0];

static struct run {
	const struct vcpu *v;
	ns_t from, to;
} runs[MAX_RUNS];
static unsigned int nr_runs;

struct vcpu *thread_init(void)
{
	thread.domid = DOMID_XEN;
	thread.vcpu[0] = (struct vcpu){ .domain = &thread, .state = VCPU_RUNNABLE,
					.priority = SCHED_PRIO_IDLE };
	return &thread.vcpu[0];
}

void switch_to(struct vcpu *prev, struct vcpu *next)
{
	nr_switches++;
}

static void record(ns_t from, ns_t to)
{
	if (from == to)
		return;
	if (nr_runs && runs[nr_runs - 1].v == percpu.current && runs[nr_runs - 1].to == from) {
		runs[nr_runs - 1].to = to;
		return;
	}
	if (nr_runs == MAX_RUNS)
		abort();
	runs[nr_runs++] = (struct run){ percpu.current, from, to };
}

ns_t sim_ran(const struct vcpu *v, ns_t from, ns_t to)
{
	ns_t sum = 0;

	for (unsigned int i = 0; i < nr_runs; i++) {
		const ns_t start = runs[i].from > from ? runs[i].from : from;
		const ns_t end = runs[i].to < to ? runs[i].to : to;

		if (runs[i].v == v && end > start)
			sum += end - start;
	}
	return sum;
}

/* The most is in an interval that begins with a run. */
ns_t sim_most(const struct vcpu *v, ns_t length)
{
	ns_t most = 0;

	for (unsigned int i = 0; i < nr_runs; i++) {
		ns_t sum = 0;

		if (runs[i].v != v)
			continue;
		for (unsigned int k = i; k < nr_runs && runs[k].from < runs[i].from + length; k++) {
			const ns_t end = runs[i].from + length;

			if (runs[k].v == v)
				sum += (runs[k].to < end ? runs[k].to : end) - runs[k].from;
		}
		most = sum > most ? sum : most;
	}
	return most;
}

/* -- time passes */

ns_t sim_now(void)
{
	return now;
}

struct vcpu *sim_runs(void)
{
	return percpu.current;
}

unsigned int sim_nr_interrupts(void)
{
	return nr_interrupts;
}

unsigned int sim_nr_switches(void)
{
	return nr_switches;
}

void sim_reading_takes(ns_t ns)
{
	reading_ns = ns;
}

void sim_exit(void)
{
	if (percpu.exit_work & EXIT_RESCHED)
		schedule();
	percpu.exit_work = 0;
}

static void pass(ns_t until)
{
	record(now, until);
	now = until;
}

void sim_run(ns_t ns)
{
	const ns_t until = now + ns;

	for (;;) {
		while (irq_handle_one())
			sim_exit();
		if (now >= until)
			return;
		pass(next_interrupt() < until ? next_interrupt() : until);
	}
}

void sim_run_masked(ns_t ns)
{
	pass(now + ns);
	sim_run(0);
}

void sim_block(struct vcpu *v)
{
	if (v != percpu.current)
		abort();
	sched_sleep(v, VCPU_BLOCKED);
	percpu.exit_work = 0;
}

void sim_wake(struct vcpu *v)
{
	sched_wake(v);
	sim_exit();
}

void test_set_up(void)
{
	static const unsigned int priority[] = { 5, 3, 3 };

	now = NS_PER_S;
	time_init(NULL);
	sched_init();
	for (domid_t i = 0; i < 3; i++) {
		struct vcpu *v = &dom[i].vcpu[0];

		dom[i].domid = i;
		v->domain = &dom[i];
		v->priority = priority[i];
		v->state = VCPU_OFFLINE;
		if (v != c)
			sched_start(v);
	}
	sim_exit();
}
