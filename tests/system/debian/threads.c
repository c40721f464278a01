/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads: mutexes, condition variables (futex), atomic counters of 32 and 64 bits (exclusive accesses or the
 * kernel's helpers), thread-local storage.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#define NR_THREADS	8
#define ROUNDS		5000
#define TURNS		50

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static unsigned long locked_count;	/* under lock */
static unsigned int turn;		/* under lock: whose turn it is */
static atomic_uint count;
static _Atomic uint64_t wide_count;
static _Thread_local unsigned int own_count;

static void count_up(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		atomic_fetch_add(&count, 1);
		atomic_fetch_add(&wide_count, 0x100000001);
		own_count++;
		pthread_mutex_lock(&lock);
		locked_count++;
		pthread_mutex_unlock(&lock);
	}
}

static void take_turns(unsigned int self)
{
	for (int i = 0; i < TURNS; i++) {
		pthread_mutex_lock(&lock);
		while (turn % NR_THREADS != self)
			pthread_cond_wait(&turned, &lock);
		turn++;
		pthread_cond_broadcast(&turned);
		pthread_mutex_unlock(&lock);
	}
}

static void *run(void *argument)
{
	count_up();
	take_turns((uintptr_t)argument);
	return (void *)(uintptr_t)own_count;
}

int main(void)
{
	pthread_t thread[NR_THREADS];
	int is_right = 1;

	for (uintptr_t i = 0; i < NR_THREADS; i++)
		if (pthread_create(&thread[i], NULL, run, (void *)i))
			return 1;
	for (int i = 0; i < NR_THREADS; i++) {
		void *own;

		if (pthread_join(thread[i], &own))
			return 1;
		is_right &= (uintptr_t)own == ROUNDS;
	}
	printf("%u %llx %lu %u\n", atomic_load(&count), (unsigned long long)atomic_load(&wide_count),
	       locked_count, turn);
	is_right &= atomic_load(&count) == NR_THREADS * ROUNDS;
	is_right &= atomic_load(&wide_count) == 0x100000001ull * NR_THREADS * ROUNDS;
	return !(is_right && locked_count == NR_THREADS * ROUNDS && turn == NR_THREADS * TURNS);
}
