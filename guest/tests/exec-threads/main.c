/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec-threads - the executive's most urgent ready thread runs, also when an interrupt makes it ready
 *
 * Threads start in order of priority; equals take turns when they yield; a thread that computes without a
 * call is preempted 500 times by a more urgent one and keeps its registers, as does one in between;
 * the urgent one runs within 100 us of its timer.
 */
#include <exentest.h>
#include <exec/exec.h>

#define PREEMPTIONS	500
#define TIMER_NS	(100 * NS_PER_US)
#define LATENCY_NS	(100 * NS_PER_US)
#define STACK_BYTES	4096

static struct exec_thread director, threads[3];
static EXEC_STACK(director_stack, STACK_BYTES);
static uint32_t stacks[3][STACK_BYTES / 4] __attribute__((aligned(8)));
static char events[64];
static volatile uint32_t preemptions;
static struct exec_semaphore expired;
static uint64_t due_ns, latest_ns;

static void event(char what)
{
	events[strlen(events)] = what;
}

static void expect_events(const char *expected)
{
	if (strcmp(events, expected))
		exentest_failure("events are %s, not %s", events, expected);
	memset(events, 0, sizeof(events));
}

static void create(uint32_t i, uint8_t priority, void (*entry)(void *arg), const char *name)
{
	exec_thread_create(&threads[i], name, priority, stacks[i], STACK_BYTES, entry,
			   (void *)(uintptr_t)name);
}

static void once(void *name)
{
	event(*(const char *)name);
}

static void takes_turns(void *name)
{
	for (uint32_t i = 0; i < 3; i++) {
		event(*(const char *)name);
		exec_yield();
	}
}

static void priorities(void)
{
	create(0, 3, once, "low");
	create(1, 7, once, "high");
	create(2, 5, once, "middle");
	expect_events("h");		/* preempts at once: the director has 6 */
	exec_sleep_until(exec_now_ns() + NS_PER_MS);
	expect_events("ml");
	create(0, 3, takes_turns, "a");
	create(1, 3, takes_turns, "b");
	exec_sleep_until(exec_now_ns() + NS_PER_MS);
	expect_events("ababab");
}

static void timer_expired(struct exec_timer *timer)
{
	due_ns = timer->deadline_ns - timer->period_ns;
	exec_semaphore_give(&expired);
}

static void urgent(void *name)
{
	(void)name;
	while (preemptions < PREEMPTIONS) {
		uint64_t late_ns;

		CHECK_EQ(exec_semaphore_take(&expired, EXEC_FOREVER), 0);
		late_ns = exec_now_ns() - due_ns;
		latest_ns = late_ns > latest_ns ? late_ns : latest_ns;
		preemptions++;
	}
}

static void between(void *name)
{
	(void)name;
	while (preemptions < PREEMPTIONS - 10) {
		CHECK_EQ(regs_hold(&preemptions, preemptions + 2, 0xb0000000), 0);
		exec_sleep_until(exec_now_ns() + 3 * TIMER_NS);
	}
	event('b');
}

static void computing(void *name)
{
	(void)name;
	CHECK_EQ(regs_hold(&preemptions, PREEMPTIONS, 0xc0000000), 0);
	event('c');
}

static void preemption(void)
{
	static struct exec_timer timer;

	exec_semaphore_init(&expired, 0, 1);
	create(0, 7, urgent, "urgent");
	create(1, 5, between, "between");
	create(2, 3, computing, "computing");
	exec_timer_start(&timer, exec_now_ns() + TIMER_NS, TIMER_NS, timer_expired);
	exec_sleep_until(exec_now_ns() + (PREEMPTIONS + 50) * TIMER_NS);
	exec_timer_stop(&timer);
	CHECK_EQ(preemptions, PREEMPTIONS);
	expect_events("bc");
	exentest_note("%u preemptions, the latest after %u ns", preemptions, (uint32_t)latest_ns);
	CHECK(latest_ns < LATENCY_NS);
}

static void direct(void *unused)
{
	(void)unused;
	priorities();
	preemption();
	exentest_end(EXENTEST_SUCCESS, "after %u ms", (uint32_t)(exec_now_ns() / NS_PER_MS));
}

static void dom0(void)
{
	exec_thread_create(&director, "director", 6, director_stack, STACK_BYTES, direct, NULL);
	exec_start();
}

EXENTEST(dom0);
