// SPDX-License-Identifier: BSD-2-Clause
/*
 * Atomic operations of user space: SWP, SWPB and the kernel's helpers, by threads that are preempted,
 * interrupted by signals, and whose pages become copy-on-write all the time because one of them forks.
 */
#include <asm/hwcap.h>
#include <signal.h>
#include <stdlib.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "user.h"

#define NR_THREADS	4u
#define FORKER		NR_THREADS	/* number of the thread that forks */
#define NR_FORKS	60
#define ALARM_US	700

#define KUSER_PAGE		0xffff0000u
#define KUSER_VERSION		(*(const int32_t *)0xffff0ffc)

typedef int (cmpxchg_t)(int old, int new, volatile int *p);
typedef int (cmpxchg64_t)(const int64_t *old, const int64_t *new, volatile int64_t *p);
#define kuser_cmpxchg		(*(cmpxchg_t *)0xffff0fc0)
#define kuser_cmpxchg64		(*(cmpxchg64_t *)0xffff0f60)
#define kuser_memory_barrier	(*(void (*)(void))0xffff0fa0)

/* Forks children that write to their copies and end. */
static void fork_on(volatile void *page)
{
	for (unsigned int i = 0; i < NR_FORKS; i++) {
		const pid_t pid = child_fork();

		if (!pid) {
			memset((void *)(uintptr_t)page, 0xa5, PAGE);
			child_end();
		}
		child_wait(pid);
		sched_yield();
	}
}

/* ---- SWP, SWPB ----------------------------------------------------------------------------- */

#define NR_SLOTS	8u

struct slots {
	unsigned int rounds;
	volatile uint32_t word[NR_SLOTS];
	volatile uint8_t byte[NR_SLOTS];	/* neighbours in words */
	uint32_t held_word[NR_THREADS];		/* what a thread has at its end */
	uint8_t held_byte[NR_THREADS];
};

static uint32_t swp(uint32_t value, volatile uint32_t *p)
{
	uint32_t former;

	__asm__ volatile("swp %0, %1, [%2]" : "=&r"(former) : "r"(value), "r"(p) : "memory");
	return former;
}

static uint8_t swpb(uint8_t value, volatile uint8_t *p)
{
	uint32_t former;

	__asm__ volatile("swpb %0, %1, [%2]" : "=&r"(former) : "r"(value), "r"(p) : "memory");
	return (uint8_t)former;
}

/* Each thread carries a token from slot to slot: none may be lost or be there twice. */
static void swap_tokens(void *argument, unsigned int number)
{
	struct slots *slots = argument;
	uint32_t state = number + 1, word;
	uint8_t byte;

	if (number == FORKER)
		return fork_on(slots);
	word = NR_SLOTS + number;
	byte = (uint8_t)word;
	for (unsigned int i = 0; i < slots->rounds; i++) {
		const uint32_t random = random_next(&state);

		word = swp(word, &slots->word[random % NR_SLOTS]);
		byte = swpb(byte, &slots->byte[(random >> 8) % NR_SLOTS]);
	}
	slots->held_word[number] = word;
	slots->held_byte[number] = byte;
}

void test_swp(unsigned int amount)
{
	struct slots *slots = pages_map(1, PROT_READ | PROT_WRITE);
	uint32_t words = 0, bytes = 0;

	slots->rounds = amount;
	for (unsigned int i = 0; i < NR_SLOTS; i++)
		slots->word[i] = slots->byte[i] = (uint8_t)i;
	threads_run(NR_THREADS + 1, swap_tokens, slots);
	for (unsigned int i = 0; i < NR_SLOTS; i++) {
		words |= 1u << slots->word[i];
		bytes |= 1u << slots->byte[i];
	}
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		words |= 1u << slots->held_word[i];
		bytes |= 1u << slots->held_byte[i];
	}
	CHECK_EQ(words, (1u << (NR_SLOTS + NR_THREADS)) - 1);
	CHECK_EQ(bytes, (1u << (NR_SLOTS + NR_THREADS)) - 1);
}

/* ---- helpers ------------------------------------------------------------------------------- */

void test_kuser_version(unsigned int amount)
{
	static const uint32_t entries[] = { 0xffff0f60, 0xffff0fa0, 0xffff0fc0, 0xffff0fe0 };

	(void)amount;
	CHECK(KUSER_VERSION >= 5);
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		CHECK_EQ(access_signal(ACCESS_WRITE, (const void *)(uintptr_t)entries[i], NULL), SIGSEGV);
	CHECK_EQ(access_signal(ACCESS_WRITE, (const void *)(KUSER_PAGE + 0xff0), NULL), SIGSEGV);
}

struct counters {
	unsigned int rounds;
	volatile int count;		/* increments of all threads and of handlers */
	volatile int handled;		/* by handlers alone */
	volatile int64_t wide;		/* low half as count, high half its complement */
	volatile int wide_handled;
	volatile int finished;
};

static struct counters *counters;

static void increment(volatile int *p)
{
	int old;

	do {
		old = *p;
	} while (kuser_cmpxchg(old, old + 1, p));
}

static void on_alarm(int signal)
{
	(void)signal;
	increment(&counters->count);
	increment(&counters->handled);
}

static void count_up(void *argument, unsigned int number)
{
	struct counters *own = argument;

	if (number == FORKER)
		return fork_on(own);
	for (unsigned int i = 0; i < own->rounds; i++)
		increment(&own->count);
}

void test_kuser_cmpxchg(unsigned int amount)
{
	counters = pages_map(1, PROT_READ | PROT_WRITE);
	counters->rounds = amount;
	alarms_start(ALARM_US, on_alarm);
	threads_run(NR_THREADS + 1, count_up, counters);
	alarms_start(0, NULL);
	CHECK_EQ(counters->count, NR_THREADS * amount + (unsigned int)counters->handled);
	CHECK(counters->handled > 0);
}

static int64_t wide_of(uint32_t count)
{
	return (int64_t)((uint64_t)~count << 32 | count);
}

/* Reads both halves as they are, whatever happens between: the exchange must notice. */
static void increment_wide(volatile int64_t *p)
{
	int64_t old, new;

	do {
		old = *p;
		new = wide_of((uint32_t)old + 1);
	} while (kuser_cmpxchg64(&old, &new, p));
	if ((uint32_t)(old >> 32) != ~(uint32_t)old)
		test_fail(__FILE__, __LINE__, "an exchange left %llx", (unsigned long long)old);
}

static void on_alarm_wide(int signal)
{
	(void)signal;
	increment_wide(&counters->wide);
	increment(&counters->wide_handled);
}

static void count_up_wide(void *argument, unsigned int number)
{
	struct counters *own = argument;

	if (number == FORKER)
		return fork_on(own);
	for (unsigned int i = 0; i < own->rounds; i++)
		increment_wide(&own->wide);
}

void test_kuser_cmpxchg64(unsigned int amount)
{
	counters = pages_map(1, PROT_READ | PROT_WRITE);
	counters->rounds = amount;
	counters->wide = wide_of(0);
	alarms_start(ALARM_US, on_alarm_wide);
	threads_run(NR_THREADS + 1, count_up_wide, counters);
	alarms_start(0, NULL);
	CHECK_EQ(counters->wide, wide_of(NR_THREADS * amount + (uint32_t)counters->wide_handled));
	CHECK(counters->wide_handled > 0);
}

/* ---- barriers ------------------------------------------------------------------------------ */

struct message {
	unsigned int rounds;
	void (*barrier)(void);
	volatile uint32_t text, sequence, taken;
};

/* Thread 0 writes a text, then its number; thread 1 reads the number, then the text. */
static void exchange_messages(void *argument, unsigned int number)
{
	struct message *message = argument;

	for (uint32_t i = 1; i <= message->rounds; i++) {
		if (number == 0) {
			message->text = i * 2654435761u;
			message->barrier();
			message->sequence = i;
			while (message->taken != i)
				sched_yield();
		} else {
			while (message->sequence != i)
				sched_yield();
			message->barrier();
			CHECK_EQ(message->text, i * 2654435761u);
			message->taken = i;
		}
	}
}

static void check_barrier(void (*barrier)(void), unsigned int amount)
{
	struct message message = { .rounds = amount, .barrier = barrier };

	threads_run(2, exchange_messages, &message);
	CHECK_EQ(message.taken, amount);
}

void test_kuser_barrier(unsigned int amount)
{
	check_barrier(kuser_memory_barrier, amount);
}

static void barrier_dmb(void)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c10, 5" : : "r"(0) : "memory");
}

static void barrier_dsb(void)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c10, 4" : : "r"(0) : "memory");
}

static void barrier_isb(void)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c5, 4" : : "r"(0) : "memory");
}

void test_cp15_barriers(unsigned int amount)
{
	if (cpu_architecture() < 6)
		test_skip("ARMv%u has none for user space", cpu_architecture());
	check_barrier(barrier_dmb, amount);
	check_barrier(barrier_dsb, amount);
	for (unsigned int i = 0; i < amount; i++)
		barrier_isb();
}
