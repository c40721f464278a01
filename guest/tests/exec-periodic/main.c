/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec-periodic - periodic threads and timers don't drift, and without work there is no interrupt
 *
 * In one second of the machine's time a thread with a period of 1 ms begins 1,000 times, each at start + n
 * ms, never early and at most 100 us late, beside a thread of 700 us, a timer of 300 us and
 * one that always computes; all three counts are exact.  A sleep of a second takes two interrupts at most.
 */
#include <exentest.h>
#include <exec/exec.h>

#define STACK_BYTES	4096
#define LATE_NS		(100 * NS_PER_US)
#define RUN_NS		NS_PER_S

struct activity {
	uint64_t period_ns;
	uint32_t count;
	uint32_t latest_ns;
};

static struct exec_thread director, threads[3];
static EXEC_STACK(director_stack, STACK_BYTES);
static uint32_t stacks[3][STACK_BYTES / 4] __attribute__((aligned(8)));
static struct activity slow = { .period_ns = NS_PER_MS };
static struct activity fast = { .period_ns = 700 * NS_PER_US };
static uint32_t timer_calls;
static uint64_t start_ns;
static volatile bool is_over;

static void note_start(struct activity *a, uint64_t due_ns)
{
	const uint64_t now_ns = exec_now_ns();

	CHECK_EQ(due_ns, start_ns + (a->count + 1) * a->period_ns);
	CHECK(now_ns >= due_ns);
	if (now_ns - due_ns > a->latest_ns)
		a->latest_ns = (uint32_t)(now_ns - due_ns);
	a->count++;
}

static void periodic(void *arg)
{
	struct activity *a = arg;
	struct exec_period period;

	exec_period_init(&period, start_ns, a->period_ns);
	while (!is_over) {
		CHECK_EQ(exec_period_wait(&period), 0);
		if (!is_over)
			note_start(a, period.next_ns);
	}
}

static void computing(void *unused)
{
	(void)unused;
	while (!is_over)
		;
}

static void timer_called(struct exec_timer *timer)
{
	(void)timer;
	timer_calls++;
}

static void sleeps_without_a_tick(void)
{
	const uint32_t upcalls = irq_stats.upcalls;

	exec_sleep_until(exec_now_ns() + NS_PER_S);
	CHECK(irq_stats.upcalls - upcalls <= 2);
}

static void direct(void *unused)
{
	static struct exec_timer timer;

	(void)unused;
	sleeps_without_a_tick();
	start_ns = exec_now_ns();
	exec_timer_start(&timer, start_ns + 300 * NS_PER_US, 300 * NS_PER_US, timer_called);
	exec_thread_create(&threads[0], "slow", 5, stacks[0], STACK_BYTES, periodic, &slow);
	exec_thread_create(&threads[1], "fast", 6, stacks[1], STACK_BYTES, periodic, &fast);
	exec_thread_create(&threads[2], "computing", 1, stacks[2], STACK_BYTES, computing, NULL);
	exec_sleep_until(start_ns + RUN_NS + 50 * NS_PER_US);
	exec_timer_stop(&timer);
	is_over = true;
	exentest_note("the latest of %u and %u activations: %u and %u ns", slow.count, fast.count,
		      slow.latest_ns, fast.latest_ns);
	CHECK_EQ(slow.count, RUN_NS / slow.period_ns);
	CHECK_EQ(fast.count, RUN_NS / fast.period_ns);
	CHECK_EQ(timer_calls, RUN_NS / (300 * NS_PER_US));
	CHECK_EQ(timer.overruns, 0);
	CHECK(slow.latest_ns < LATE_NS && fast.latest_ns < LATE_NS);
	exentest_end(EXENTEST_SUCCESS, "after %u ms", (uint32_t)(exec_now_ns() / NS_PER_MS));
}

static void dom0(void)
{
	exec_thread_create(&director, "director", 10, director_stack, STACK_BYTES, direct, NULL);
	exec_start();
}

EXENTEST(dom0);
