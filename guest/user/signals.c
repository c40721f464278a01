// SPDX-License-Identifier: BSD-2-Clause
/* Signals: what they interrupt goes on as it was; handlers nest; they tell the truth. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#include "user.h"

#define ALARM_US	500

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };

	CHECK_CALL(sigaction(signal, &action, NULL));
}

/* ---- registers ----------------------------------------------------------------------------- */

#define ALARMS_PER_HOLD	3u

static volatile uint32_t is_enough;
static volatile unsigned int nr_alarms;

static void on_alarm(int signal)
{
	(void)signal;
	if (++nr_alarms % ALARMS_PER_HOLD == 0)
		is_enough = 1;
}

static void hold_registers(uint32_t seed, unsigned int rounds)
{
	alarms_start(ALARM_US, on_alarm);
	for (unsigned int i = 0; i < rounds; i++) {
		is_enough = 0;
		CHECK_EQ(registers_hold(&is_enough, seed + i), 0);
	}
	alarms_start(0, NULL);
}

void test_registers(unsigned int amount)
{
	enum { NR_PROCESSES = 3 };
	pid_t pids[NR_PROCESSES];

	for (unsigned int i = 0; i < NR_PROCESSES; i++) {
		pids[i] = child_fork();
		if (!pids[i]) {
			hold_registers(i * 0x01010101u, amount);
			child_end();
		}
	}
	for (unsigned int i = 0; i < NR_PROCESSES; i++)
		child_wait(pids[i]);
}

/* ---- nesting ------------------------------------------------------------------------------- */

#define DEPTH	12

static volatile int order[3 * DEPTH];
static volatile int nr_in_order;

static void note_order(int event)
{
	if (nr_in_order < (int)(sizeof(order) / sizeof(order[0])))
		order[nr_in_order++] = event;
}

/* Each handler raises the next number, which interrupts it. */
static void on_nested(int signal, siginfo_t *info, void *context)
{
	const int level = signal - SIGRTMIN;

	(void)info;
	(void)context;
	note_order(level);
	if (level + 1 < DEPTH)
		raise(signal + 1);
	note_order(-level);
}

static void on_queued(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	note_order(info->si_value.sival_int);
}

/* Blocked signals of one number wait, each of them, and come in their order. */
static void check_queue(void)
{
	sigset_t blocked;

	nr_in_order = 0;
	handle(SIGRTMIN, on_queued, 0);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGRTMIN);
	CHECK_CALL(sigprocmask(SIG_BLOCK, &blocked, NULL));
	for (int i = 0; i < DEPTH; i++)
		CHECK_CALL(sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = i }));
	CHECK_EQ(nr_in_order, 0);
	CHECK_CALL(sigprocmask(SIG_UNBLOCK, &blocked, NULL));
	CHECK_EQ(nr_in_order, DEPTH);
	for (int i = 0; i < DEPTH; i++)
		CHECK_EQ(order[i], i);
}

void test_signal_nested(unsigned int amount)
{
	for (unsigned int i = 0; i < amount; i++) {
		nr_in_order = 0;
		for (int level = 0; level < DEPTH; level++)
			handle(SIGRTMIN + level, on_nested, 0);
		CHECK_EQ(raise(SIGRTMIN), 0);
		CHECK_EQ(nr_in_order, 2 * DEPTH);
		for (int level = 0; level < DEPTH; level++) {
			CHECK_EQ(order[level], level);
			CHECK_EQ(order[2 * DEPTH - 1 - level], -level);
		}
		check_queue();
	}
}

/* ---- the alternate stack ------------------------------------------------------------------- */

#define ALTERNATE_PAGES	8u
#define SMALL_STACK	(64u * 1024)

static char *alternate;
static sigjmp_buf after_overflow;
static volatile int nr_overflows;

static void on_overflow(int signal, siginfo_t *info, void *context)
{
	char here;

	(void)signal;
	(void)info;
	(void)context;
	CHECK(&here > alternate && &here < alternate + ALTERNATE_PAGES * PAGE);
	nr_overflows++;
	siglongjmp(after_overflow, 1);
}

#pragma GCC diagnostic ignored "-Winfinite-recursion"
static int __attribute__((noinline)) overflow(volatile char *former)
{
	volatile char frame[512];

	frame[0] = *former;
	return overflow(frame) + frame[0];
}

/* The stack of a thread with a page below that may not be touched. */
static void overflow_thread(void *argument, unsigned int number)
{
	const unsigned int *rounds = argument;
	stack_t stack = { .ss_sp = alternate, .ss_size = ALTERNATE_PAGES * PAGE };
	volatile char start = 0;

	(void)number;
	CHECK_CALL(sigaltstack(&stack, NULL));
	for (volatile unsigned int i = 0; i < *rounds; i++)
		if (!sigsetjmp(after_overflow, 1))
			overflow(&start);
}

void test_signal_altstack(unsigned int amount)
{
	alternate = pages_map(ALTERNATE_PAGES, PROT_READ | PROT_WRITE);
	handle(SIGSEGV, on_overflow, SA_ONSTACK);
	threads_run(1, overflow_thread, &amount);
	CHECK_EQ(nr_overflows, amount);
}

/* ---- system calls that are interrupted ----------------------------------------------------- */

static volatile int nr_interruptions;

static void on_interruption(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	(void)context;
	nr_interruptions++;
}

/* A child interrupts its parent's read() and then, if it goes on, lets it have a byte. */
static void check_read(int flags)
{
	const pid_t parent = getpid();
	char byte = 0;
	int ends[2];
	ssize_t len;
	pid_t pid;

	handle(SIGUSR1, on_interruption, flags);
	nr_interruptions = 0;
	CHECK_CALL(pipe(ends));
	pid = child_fork();
	if (!pid) {
		usleep(3000);
		kill(parent, SIGUSR1);
		usleep(3000);
		if (write(ends[1], "x", 1) != 1)
			_exit(EXIT_FAILED);
		child_end();
	}
	errno = 0;
	len = read(ends[0], &byte, 1);
	if (nr_interruptions && !(flags & SA_RESTART) && len < 0)
		CHECK_EQ(errno, EINTR);
	else
		CHECK(len == 1 && byte == 'x');
	if (flags & SA_RESTART)
		CHECK_EQ(len, 1);
	child_wait(pid);
	CHECK_EQ(nr_interruptions, 1);
	close(ends[0]);
	close(ends[1]);
}

void test_signal_restart(unsigned int amount)
{
	for (unsigned int i = 0; i < amount; i++) {
		check_read(SA_RESTART);
		check_read(0);
	}
}

/* ---- what a signal says -------------------------------------------------------------------- */

static siginfo_t last_info;
static unsigned long last_pc;
static sigjmp_buf after_signal;

static void on_told(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	last_info = *info;
	last_pc = ((ucontext_t *)context)->uc_mcontext.arm_pc;
	siglongjmp(after_signal, 1);
}

#define EXPECT_SIGNAL(statement)			\
	do {						\
		if (!sigsetjmp(after_signal, 1)) {	\
			statement;			\
			CHECK(!"a signal");		\
		}					\
	} while (0)

static void check_told(int signal, int code, const void *address)
{
	CHECK_EQ(last_info.si_signo, signal);
	CHECK_EQ(last_info.si_code, code);
	CHECK_EQ((uintptr_t)last_info.si_addr, (uintptr_t)address);
}

static void check_memory_faults(void)
{
	volatile char *pages = pages_map(2, PROT_READ);
	const int file = CHECK_CALL(memfd_create("short", 0));
	volatile char *beyond;

	EXPECT_SIGNAL(pages[PAGE + 5] = 1);
	check_told(SIGSEGV, SEGV_ACCERR, (const char *)pages + PAGE + 5);
	pages_unmap((void *)(uintptr_t)pages, 2);
	EXPECT_SIGNAL((void)pages[7]);
	check_told(SIGSEGV, SEGV_MAPERR, (const char *)pages + 7);
	beyond = (volatile char *)CHECK_CALL((uintptr_t)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0));
	EXPECT_SIGNAL((void)beyond[9]);
	check_told(SIGBUS, BUS_ADRERR, (const char *)beyond + 9);
	pages_unmap((void *)(uintptr_t)beyond, 1);
	close(file);
}

static const uint32_t undefined[] = { 0xe7f000f0, 0xe12fff1e };

static void check_instruction_faults(void)
{
	uint32_t *code = pages_map(1, PROT_READ | PROT_WRITE | PROT_EXEC);

	memcpy(code, undefined, sizeof(undefined));
	code_sync(code, code + 2);
	EXPECT_SIGNAL(((void (*)(void))(uintptr_t)code)());
	check_told(SIGILL, ILL_ILLOPC, code);
	CHECK_EQ(last_pc, (uintptr_t)code);
	pages_unmap(code, 1);
	EXPECT_SIGNAL(((void (*)(void))(uintptr_t)code)());
	check_told(SIGSEGV, SEGV_MAPERR, code);
	CHECK_EQ(last_pc, (uintptr_t)code);
}

static void check_sender(void)
{
	const pid_t parent = getpid();
	volatile pid_t pid = 0;

	EXPECT_SIGNAL(
		pid = child_fork();
		if (!pid) {
			sigqueue(parent, SIGUSR2, (union sigval){ .sival_int = 42 });
			child_end();
		}
		sigsuspend(&(sigset_t){ 0 })
	);
	CHECK_EQ(last_info.si_signo, SIGUSR2);
	CHECK_EQ(last_info.si_code, SI_QUEUE);
	CHECK_EQ(last_info.si_pid, pid);
	CHECK_EQ(last_info.si_value.sival_int, 42);
	child_wait(pid);
}

void test_signal_info(unsigned int amount)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGUSR2 };
	sigset_t blocked;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		handle(signals[i], on_told, 0);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR2);		/* taken in sigsuspend() only */
	CHECK_CALL(sigprocmask(SIG_BLOCK, &blocked, NULL));
	for (unsigned int i = 0; i < amount; i++) {
		check_memory_faults();
		check_instruction_faults();
		check_sender();
	}
}
