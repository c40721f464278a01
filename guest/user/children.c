// SPDX-License-Identifier: BSD-2-Clause
/* Processes, threads and alarms of tests. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "user.h"

#define MOST_THREADS	16
#define THREAD_STACK	(64 * 1024)

pid_t child_fork(void)
{
	return CHECK_CALL(fork());
}

void child_end(void)
{
	_exit(0);
}

int child_wait_status(pid_t pid)
{
	pid_t ended;
	int status;

	do {
		ended = waitpid(pid, &status, 0);
	} while (ended < 0 && errno == EINTR);
	CHECK_EQ(ended, pid);
	if (WIFSIGNALED(status))
		test_fail(__FILE__, __LINE__, "a child ended by signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

void child_wait(pid_t pid)
{
	CHECK_EQ(child_wait_status(pid), 0);
}

struct thread {
	void (*function)(void *argument, unsigned int number);
	void *argument;
	unsigned int number;
	pthread_t id;
};

static void *thread_start(void *cookie)
{
	struct thread *thread = cookie;

	thread->function(thread->argument, thread->number);
	return NULL;
}

void threads_run(unsigned int nr, void (*function)(void *argument, unsigned int number),
		 void *argument)
{
	struct thread threads[MOST_THREADS];
	pthread_attr_t attributes;

	CHECK(nr <= MOST_THREADS);
	CHECK(!pthread_attr_init(&attributes));
	CHECK(!pthread_attr_setstacksize(&attributes, THREAD_STACK));
	for (unsigned int i = 0; i < nr; i++) {
		threads[i] = (struct thread){ .function = function, .argument = argument, .number = i };
		CHECK(!pthread_create(&threads[i].id, &attributes, thread_start, &threads[i]));
	}
	for (unsigned int i = 0; i < nr; i++)
		CHECK(!pthread_join(threads[i].id, NULL));
}

void alarms_start(unsigned int us, void (*handler)(int signal))
{
	const struct itimerval every = { .it_interval.tv_usec = (suseconds_t)us,
					 .it_value.tv_usec = (suseconds_t)us };
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };

	if (us)
		CHECK_CALL(sigaction(SIGALRM, &action, NULL));
	CHECK_CALL(setitimer(ITIMER_REAL, &every, NULL));
}
