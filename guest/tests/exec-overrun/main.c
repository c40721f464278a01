/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec-overrun - activations that a busy thread or masked interrupts missed are counted and left out
 *
 * A thread of 1 ms that works 3.5 ms misses three activations and goes on in phase; one that works just less
 * than its period misses none.  A timer of 1 ms that could not be called for 3.5 ms is called once,
 * counts what it missed, and stays in phase.
 */
#include <exentest.h>
#include <exec/exec.h>

#define STACK_BYTES	4096
#define PERIOD_NS	NS_PER_MS
#define LATE_NS		(100 * NS_PER_US)

static struct exec_thread director;
static EXEC_STACK(director_stack, STACK_BYTES);
static uint32_t timer_calls;
static uint64_t timer_called_ns;

static void compute_until(uint64_t end_ns)
{
	while (exec_now_ns() < end_ns)
		;
}

static void check_in_phase(uint64_t start_ns, uint64_t now_ns)
{
	CHECK((now_ns - start_ns) % PERIOD_NS < LATE_NS);
}

static void thread_overruns(void)
{
	struct exec_period period;
	const uint64_t start_ns = exec_now_ns();

	exec_period_init(&period, start_ns, PERIOD_NS);
	for (uint32_t i = 1; i <= 5; i++) {
		CHECK_EQ(exec_period_wait(&period), 0);
		CHECK_EQ(period.next_ns, start_ns + i * PERIOD_NS);
		compute_until(period.next_ns + PERIOD_NS - 50 * NS_PER_US);
	}
	CHECK_EQ(period.overruns, 0);
	compute_until(period.next_ns + 3 * PERIOD_NS + PERIOD_NS / 2);
	CHECK_EQ(exec_period_wait(&period), 3);
	CHECK_EQ(period.next_ns, start_ns + 9 * PERIOD_NS);
	check_in_phase(start_ns, exec_now_ns());
	compute_until(period.next_ns + PERIOD_NS + PERIOD_NS / 2);
	CHECK_EQ(exec_period_wait(&period), 1);
	CHECK_EQ(exec_period_wait(&period), 0);
	CHECK_EQ(period.next_ns, start_ns + 12 * PERIOD_NS);
	CHECK_EQ(period.overruns, 4);
}

static void timer_called(struct exec_timer *timer)
{
	(void)timer;
	timer_calls++;
	timer_called_ns = exec_now_ns();
}

static void timer_overruns(void)
{
	static struct exec_timer timer;
	const uint64_t start_ns = exec_now_ns();
	uint32_t irq;

	exec_timer_start(&timer, start_ns + PERIOD_NS, PERIOD_NS, timer_called);
	exec_sleep_until(start_ns + PERIOD_NS + PERIOD_NS / 2);
	CHECK_EQ(timer_calls, 1);
	check_in_phase(start_ns, timer_called_ns);
	irq = port_irq_mask();
	compute_until(start_ns + 5 * PERIOD_NS + PERIOD_NS / 2);	/* 2, 3, 4, 5 are due */
	CHECK_EQ(timer_calls, 1);
	port_irq_restore(irq);
	CHECK_EQ(timer_calls, 2);
	CHECK_EQ(timer.overruns, 3);
	CHECK_EQ(timer.deadline_ns, start_ns + 6 * PERIOD_NS);
	exec_sleep_until(start_ns + 6 * PERIOD_NS + PERIOD_NS / 2);
	CHECK_EQ(timer_calls, 3);
	check_in_phase(start_ns, timer_called_ns);
	exec_timer_stop(&timer);
}

static void direct(void *unused)
{
	(void)unused;
	thread_overruns();
	timer_overruns();
	exentest_end(EXENTEST_SUCCESS, "after %u ms", (uint32_t)(exec_now_ns() / NS_PER_MS));
}

static void dom0(void)
{
	exec_thread_create(&director, "director", 10, director_stack, STACK_BYTES, direct, NULL);
	exec_start();
}

EXENTEST(dom0);
