/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec-mutex - the owner of a mutex inherits the priority of who waits for it, along a chain
 *
 * Shown by the order of events: a thread of middle priority that becomes ready does not delay the
 * most urgent one, which waits for the least urgent one, directly or by way of another.  A wait that
 * times out takes its priority back; waiters are served by priority; a wait that would never end is an
 * error.
 */
#include <exentest.h>
#include <exec/exec.h>

#define STACK_BYTES	4096
#define NR_THREADS	4

enum { DIRECTOR = 1, LOW, NEXT, MIDDLE, HIGH };	/* priorities */

static struct exec_thread director, threads[NR_THREADS];
static EXEC_STACK(director_stack, STACK_BYTES);
static uint32_t stacks[NR_THREADS][STACK_BYTES / 4] __attribute__((aligned(8)));
static struct exec_mutex first, second;
static uint64_t start_ns;
static char events[64];

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

static void sleep_until_ms(uint32_t ms)
{
	exec_sleep_until(start_ns + ms * NS_PER_MS);
}

static void compute_until_ms(uint32_t ms)
{
	while (exec_now_ns() < start_ns + ms * NS_PER_MS)
		;
}

static void create(uint32_t i, uint8_t priority, void (*entry)(void *arg), const char *name)
{
	exec_thread_create(&threads[i], name, priority, stacks[i], STACK_BYTES, entry, NULL);
}

/* The director is the least urgent one: it goes on when all others wait or have ended. */
static void run(const char *expected, uint32_t ms)
{
	sleep_until_ms(ms);
	expect_events(expected);
	CHECK(!first.owner && !second.owner);
}

/* ms:	1 low locks, computes until 6, unlocks	2 next locks (in a chain)	3 high wants it
 *	4 middle is ready, computes until 9 */
static void low(void *unused)
{
	(void)unused;
	sleep_until_ms(1);
	CHECK_EQ(exec_mutex_lock(&first, EXEC_FOREVER), 0);
	event('L');
	compute_until_ms(6);
	event('l');
	exec_mutex_unlock(&first);
	CHECK_EQ(exec_current()->priority, LOW);
	event('.');
}

static void next(void *unused)
{
	(void)unused;
	sleep_until_ms(2);
	CHECK_EQ(exec_mutex_lock(&second, EXEC_FOREVER), 0);
	CHECK_EQ(exec_mutex_lock(&first, EXEC_FOREVER), 0);
	event('n');
	exec_mutex_unlock(&first);
	exec_mutex_unlock(&second);
	CHECK_EQ(exec_current()->priority, NEXT);
}

static void middle(void *unused)
{
	(void)unused;
	sleep_until_ms(4);
	event('M');
	compute_until_ms(9);
	event('m');
}

static void high_wants(struct exec_mutex *mutex)
{
	sleep_until_ms(3);
	event('H');
	CHECK_EQ(exec_mutex_lock(mutex, EXEC_FOREVER), 0);
	event('h');
	exec_mutex_unlock(mutex);
}

static void high_wants_first(void *unused)
{
	(void)unused;
	high_wants(&first);
}

static void high_wants_second(void *unused)
{
	(void)unused;
	high_wants(&second);
}

static void high_gives_up(void *unused)
{
	(void)unused;
	sleep_until_ms(3);
	event('H');
	CHECK_EQ(exec_mutex_lock(&first, EXEC_NOW), EXEC_TIMEOUT);
	CHECK_EQ(exec_mutex_lock(&first, start_ns + 5 * NS_PER_MS), EXEC_TIMEOUT);
	CHECK(exec_now_ns() >= start_ns + 5 * NS_PER_MS);
	CHECK_EQ(threads[0].priority, LOW);
	event('t');
}

static void direct_inheritance(void)
{
	start_ns = exec_now_ns();
	create(0, LOW, low, "low");
	create(1, MIDDLE, middle, "middle");
	create(2, HIGH, high_wants_first, "high");
	run("LHlhMm.", 20);
}

static void chain(void)
{
	start_ns = exec_now_ns();
	create(0, LOW, low, "low");
	create(1, NEXT, next, "next");
	create(2, MIDDLE, middle, "middle");
	create(3, HIGH, high_wants_second, "high");
	run("LHlnhMm.", 20);
}

static void time_out(void)
{
	start_ns = exec_now_ns();
	create(0, LOW, low, "low");
	create(1, MIDDLE, middle, "middle");
	create(2, HIGH, high_gives_up, "high");
	run("LHtMml.", 20);
}

/* -- who is served first -- */

static void waiter(void *unused)
{
	(void)unused;
	CHECK_EQ(exec_mutex_lock(&first, EXEC_FOREVER), 0);
	event((char)('0' + exec_current()->base_priority));
	exec_mutex_unlock(&first);
}

static void order(void)
{
	start_ns = exec_now_ns();
	CHECK_EQ(exec_mutex_lock(&first, EXEC_FOREVER), 0);
	create(0, 3, waiter, "3");
	create(1, 5, waiter, "5");
	create(2, 5, waiter, "5");
	create(3, 7, waiter, "7");
	CHECK_EQ(exec_current()->priority, 7);
	exec_mutex_unlock(&first);
	CHECK_EQ(exec_current()->priority, DIRECTOR);
	run("7553", 5);
}

/* -- a wait that would never end -- */

static void crosses(void *unused)
{
	(void)unused;
	CHECK_EQ(exec_mutex_lock(&second, EXEC_FOREVER), 0);
	CHECK_EQ(exec_mutex_lock(&first, EXEC_FOREVER), 0);
	event('x');
	exec_mutex_unlock(&second);		/* in any order */
	exec_mutex_unlock(&first);
}

static void deadlock(void)
{
	start_ns = exec_now_ns();
	CHECK_EQ(exec_mutex_lock(&first, EXEC_FOREVER), 0);
	CHECK_EQ(exec_mutex_lock(&first, EXEC_FOREVER), EXEC_DEADLOCK);
	create(0, LOW, crosses, "crosses");	/* has the second, waits for the first */
	CHECK_EQ(exec_mutex_lock(&second, EXEC_FOREVER), EXEC_DEADLOCK);
	exec_mutex_unlock(&first);
	run("x", 5);
}

static void direct(void *unused)
{
	(void)unused;
	direct_inheritance();
	chain();
	time_out();
	order();
	deadlock();
	exentest_end(EXENTEST_SUCCESS, "after %u ms", (uint32_t)(exec_now_ns() / NS_PER_MS));
}

static void dom0(void)
{
	exec_thread_create(&director, "director", DIRECTOR, director_stack, STACK_BYTES, direct,
			   NULL);
	exec_start();
}

EXENTEST(dom0);
