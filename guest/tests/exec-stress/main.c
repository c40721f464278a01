/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec-stress - whatever threads do with mutexes, each has the priority that those who wait for it give it
 *
 * Six threads lock up to three of four mutexes at random, in any order, with and without deadlines,
 * compute, sleep and unlock in any order, 1,200 times.  A timer looks at irregular times, in interrupts:
 * every thread's priority is the highest of its own and its waiters', waiters are in order, an owner
 * has what it owns.  Nobody else is ever inside a mutex; time-outs and deadlocks occur and are
 * answered; at the end all is as at the start.
 */
#include <exentest.h>
#include <exec/exec.h>

#define NR_THREADS	6
#define NR_MUTEXES	4
#define MAX_HELD	3
#define ROUNDS		1200
#define STACK_BYTES	2048
#define END_NS		(10 * NS_PER_S)

static struct {
	struct exec_thread thread;
	EXEC_STACK(stack, STACK_BYTES);
	bool has_ended;
} worker[NR_THREADS];
static struct exec_thread director;
static EXEC_STACK(director_stack, 4096);
static struct exec_mutex mutex[NR_MUTEXES];
static const void *volatile inside[NR_MUTEXES];
static uint32_t random_state = 1;
static uint32_t rounds, nr_locked, nr_timeouts, nr_deadlocks, nr_looks, nr_inherited;

static uint32_t below(uint32_t n)
{
	const uint32_t irq = port_irq_mask();
	const uint32_t value = exentest_random(&random_state) % n;

	port_irq_restore(irq);
	return value;
}

/* ---- what must be so whenever an interrupt comes --------------------------------------------- */

static uint8_t check_waiters(const struct exec_mutex *m, uint8_t priority)
{
	for (const struct exec_thread *t = m->waiting; t; t = t->next) {
		CHECK(t->wanted == m && !t->is_ready);
		CHECK(!t->next || t->next->priority <= t->priority);
		priority = t->priority > priority ? t->priority : priority;
	}
	return priority;
}

static void look(struct exec_timer *timer)
{
	for (uint32_t i = 0; i < NR_THREADS; i++) {
		const struct exec_thread *t = &worker[i].thread;
		uint8_t priority = t->base_priority;

		for (const struct exec_mutex *m = t->held; m; m = m->next_held) {
			CHECK(m->owner == t);
			priority = check_waiters(m, priority);
		}
		CHECK_EQ(t->priority, priority);
		nr_inherited += priority != t->base_priority;
	}
	for (uint32_t i = 0; i < NR_MUTEXES; i++)
		CHECK(mutex[i].owner || !mutex[i].waiting);
	nr_looks++;
	exec_timer_start(timer, exec_now_ns() + 5 * NS_PER_US + below(60000), 0, look);
}

/* ---- threads ------------------------------------------------------------------------------- */

static uint64_t deadline(void)
{
	switch (below(4)) {
	case 0:
		return EXEC_NOW;
	case 1:
		return EXEC_FOREVER;
	default:
		return exec_now_ns() + below(300) * NS_PER_US;
	}
}

static void compute(void)
{
	for (volatile uint32_t i = below(3000); i; i--)
		;
}

static bool lock(uint32_t n)
{
	const int err = exec_mutex_lock(&mutex[n], deadline());

	nr_timeouts += err == EXEC_TIMEOUT;
	nr_deadlocks += err == EXEC_DEADLOCK;
	if (err)
		return false;
	nr_locked++;
	CHECK(!inside[n]);
	inside[n] = exec_current();
	return true;
}

static void unlock(uint32_t n)
{
	CHECK(inside[n] == exec_current());
	inside[n] = NULL;
	exec_mutex_unlock(&mutex[n]);
}

static void one_round(void)
{
	uint32_t held[MAX_HELD], nr = 0;

	for (uint32_t i = 1 + below(MAX_HELD); i; i--) {
		const uint32_t n = below(NR_MUTEXES);

		if (lock(n))
			held[nr++] = n;
		compute();
	}
	while (nr) {
		const uint32_t i = below(nr);

		unlock(held[i]);
		held[i] = held[--nr];
		compute();
	}
}

static void work(void *has_ended)
{
	while (rounds < ROUNDS) {
		rounds++;
		one_round();
		exec_sleep_until(exec_now_ns() + below(200) * NS_PER_US);
	}
	*(bool *)has_ended = true;
}

static void direct(void *unused)
{
	static struct exec_timer timer;

	(void)unused;
	for (uint32_t i = 0; i < NR_THREADS; i++)
		exec_thread_create(&worker[i].thread, "worker", (uint8_t)(2 + i * 3 / 2),
				   worker[i].stack, STACK_BYTES, work, &worker[i].has_ended);
	exec_timer_start(&timer, exec_now_ns() + NS_PER_US, 0, look);
	for (uint32_t i = 0; i < NR_THREADS; i++)
		while (!worker[i].has_ended && exec_now_ns() < END_NS)
			exec_sleep_until(exec_now_ns() + NS_PER_MS);
	exec_timer_stop(&timer);
	exentest_note("%u locked, %u time-outs, %u deadlocks; %u looks, %u times inherited", nr_locked,
		      nr_timeouts, nr_deadlocks, nr_looks, nr_inherited);
	for (uint32_t i = 0; i < NR_THREADS; i++) {
		CHECK(worker[i].has_ended);
		CHECK_EQ(worker[i].thread.priority, worker[i].thread.base_priority);
	}
	for (uint32_t i = 0; i < NR_MUTEXES; i++)
		CHECK(!mutex[i].owner && !mutex[i].waiting);
	CHECK(nr_timeouts > 50 && nr_deadlocks > 50 && nr_inherited > 50);
	exentest_end(EXENTEST_SUCCESS, "after %u ms", (uint32_t)(exec_now_ns() / NS_PER_MS));
}

static void dom0(void)
{
	exec_thread_create(&director, "director", 20, director_stack, sizeof(director_stack), direct,
			   NULL);
	exec_start();
}

EXENTEST(dom0);
