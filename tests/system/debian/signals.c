/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals: a fault whose handler repairs the page, one on another stack, siglongjmp out of a handler, a
 * timer that interrupts computing, floating point registers kept across a handler.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#define PAGES	64
#define ALARMS	20

static char *area;
static long page_size;
static sigjmp_buf back;
static volatile sig_atomic_t faults, alarms, is_on_other_stack;
static char other_stack[64 * 1024];

static void on_fault(int number, siginfo_t *info, void *context)
{
	char here, *address = info->si_addr;

	(void)number;
	(void)context;
	faults++;
	is_on_other_stack = &here >= other_stack && &here < other_stack + sizeof(other_stack);
	if (address == NULL)
		siglongjmp(back, 1);
	if (address < area || address >= area + PAGES * page_size)
		abort();
	address -= (address - area) % page_size;
	if (mprotect(address, page_size, PROT_READ | PROT_WRITE))
		abort();
}

static void on_alarm(int number)
{
	volatile double x = number;

	x = x * 1.5 + 0.25;		/* uses the registers of the interrupted code */
	alarms++;
}

static int faults_are_repaired(void)
{
	area = mmap(NULL, PAGES * page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED)
		return 0;
	for (int i = 0; i < PAGES; i++)
		area[i * page_size + i] = (char)i;
	for (int i = 0; i < PAGES; i++)
		if (area[i * page_size + i] != (char)i)
			return 0;
	printf("faults %d, on the other stack %d\n", faults, is_on_other_stack);
	return faults == PAGES;
}

static int handler_is_left(void)
{
	volatile int *nowhere = NULL;

	for (volatile int i = 0; i < 100; i++)
		if (!sigsetjmp(back, 1))
			*nowhere = 1;
	printf("left %d\n", faults - PAGES);
	return faults == PAGES + 100;
}

static int computing_is_interrupted(void)
{
	const struct itimerval interval = { { 0, 5000 }, { 0, 5000 } };
	const struct itimerval none = { { 0, 0 }, { 0, 0 } };
	int is_right = 1;

	setitimer(ITIMER_REAL, &interval, NULL);
	while (alarms < ALARMS) {
		double sum = 0;

		for (int i = 1; i <= 1000; i++)
			sum += 1.0 / i;
		is_right &= sum > 7.48547086055034 && sum < 7.48547086055035;
	}
	setitimer(ITIMER_REAL, &none, NULL);
	printf("interrupted, sums %s\n", is_right ? "right" : "wrong");
	return is_right;
}

int main(void)
{
	const stack_t stack = { .ss_sp = other_stack, .ss_size = sizeof(other_stack) };
	struct sigaction fault = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction alarm = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };

	page_size = sysconf(_SC_PAGESIZE);
	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &fault, NULL);
	sigaction(SIGALRM, &alarm, NULL);
	return !(faults_are_repaired() && handler_is_left() && computing_is_interrupted());
}
