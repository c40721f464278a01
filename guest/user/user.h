/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of what user space expects of the processor, for a Linux that runs natively or in a domain.
 *
 * A test is a function `test_NAME(amount)` and a line in tests.def.  It runs in a process of its own;
 * it has passed when that returns.  Processes that it forks end by child_end() or a failed CHECK.
 */
#ifndef USER_H
#define USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE		4096u
#define EXIT_FAILED	1
#define EXIT_SKIPPED	77

/** Ends the calling process, and with it the test; the first such text is the test's result. */
void test_fail(const char *file, int line, const char *format, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
/** The test cannot be carried out here. */
void test_skip(const char *reason, ...) __attribute__((noreturn, format(printf, 1, 2)));
/** Text that is shown behind the result of a test that passes; the last one counts. */
void test_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define CHECK(condition)							\
	do {									\
		if (!(condition))						\
			test_fail(__FILE__, __LINE__, "%s", #condition);	\
	} while (0)

/** Like CHECK, for a system call that sets errno. */
#define CHECK_CALL(call)							\
	({									\
		const __auto_type result__ = (call);				\
										\
		if ((long)result__ == -1)					\
			test_fail(__FILE__, __LINE__, "%s: %m", #call);		\
		result__;							\
	})

#define CHECK_EQ(actual, expected)						\
	do {									\
		const long long actual__ = (long long)(actual);			\
		const long long expected__ = (long long)(expected);		\
										\
		if (actual__ != expected__)					\
			test_fail(__FILE__, __LINE__, "%s is %lld (%#llx), not %lld (%#llx)",	\
				  #actual, actual__, actual__, expected__, expected__);	\
	} while (0)

/* ---- memory (memory.c) --------------------------------------------------------------------- */

/** Zeroed private pages, or shared with the processes that are forked later. */
void *pages_map(size_t nr_pages, int prot);
void *pages_map_shared(size_t nr_pages, int prot);
void pages_unmap(void *pages, size_t nr_pages);

/** Fills memory with numbers that follow from @p seed and the offset. */
void pattern_fill(void *memory, size_t len, uint32_t seed);
/** Is it still so? */
bool pattern_holds(const void *memory, size_t len, uint32_t seed);
/** Numbers that are the same on every run; *state is not 0. */
uint32_t random_next(uint32_t *state);

/** kB of a line of /proc/meminfo ("MemAvailable"), 0 if there is none. */
unsigned long meminfo_kib(const char *name);

enum access { ACCESS_READ, ACCESS_WRITE, ACCESS_RUN };

/** The signal that an access to @p address raises, 0 for none; *@p code: its si_code (or NULL).
 *  ACCESS_WRITE writes the byte that is there, ACCESS_RUN calls it as a function. */
int access_signal(enum access kind, const void *address, int *code);

/* ---- code (code.c) ------------------------------------------------------------------------- */

/** Code just written at [start, end) can run: the kernel's own call for that. */
void code_sync(const void *start, const void *end);

/* ---- processes (children.c) ---------------------------------------------------------------- */

/** As fork(), and the failure ends the test. */
pid_t child_fork(void);
/** A child has done its part. */
void child_end(void) __attribute__((noreturn));
/** Waits for a child; fails unless it ended by child_end(). */
void child_wait(pid_t pid);
/** Waits for a child that ends with any exit status; returns that. */
int child_wait_status(pid_t pid);

/** Starts @p function(argument, number) in @p nr threads and waits for all of them. */
void threads_run(unsigned int nr, void (*function)(void *argument, unsigned int number),
		 void *argument);

/** SIGALRM every @p us microseconds of real time from now on, to @p handler; 0: no more. */
void alarms_start(unsigned int us, void (*handler)(int signal));

/* ---- the processor (processor.c) ----------------------------------------------------------- */

/** ARM architecture of the CPU: 5, 6 or 7, as /proc/cpuinfo has it. */
unsigned int cpu_architecture(void);
/** Whether the kernel was built for ARMv5, whatever the CPU is. */
bool kernel_is_armv5(void);
/** HWCAP_* bits (asm/hwcap.h). */
unsigned long cpu_hwcap(void);

/** Keeps numbers that follow from @p seed in r1-r12 and lr while it reads *@p flag until that is not
 *  0 (registers.S).  Returns a bit for each register that has changed then. */
uint32_t registers_hold(const volatile uint32_t *flag, uint32_t seed);

/** Number of double registers, 0 without VFP. */
unsigned int vfp_registers(void);
/** Loads and stores d0 .. d(nr - 1), nr 16 or 32, and FPSCR (vfp.S).  Only where there is VFP. */
void vfp_load(const uint64_t *d, uint32_t fpscr, unsigned int nr);
uint32_t vfp_store(uint64_t *d, unsigned int nr);
/** The bits of a / b of two floats (vfp.S); sets flags in FPSCR. */
uint32_t vfp_divide(uint32_t a, uint32_t b);

/* ---- the tests ----------------------------------------------------------------------------- */

#define TEST(function, name, amount, claim) void test_##function(unsigned int);
#include "tests.def"
#undef TEST

#endif
