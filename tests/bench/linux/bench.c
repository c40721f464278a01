// SPDX-License-Identifier: Apache-2.0
/*
 * What a Linux program does most, each operation between two marks that the counting plugin sees.  Runs
 * natively, in dom0 and in domU; `exen.init=/bench+SECONDS` on the kernel command line starts it in the
 * shell's place, and it waits so long, until the other domains are idle or it is its turn.  It prints
 * nothing while it measures: output would make interrupts.
 *
 * An operation that fails is named on the console and ends the emulator, with samples missing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mark.h"

#define PAGE		4096
#define FAULT_PAGES	512
#define MMAP_PAGES	16
#define RING_PROCESSES	4
#define LOOP_CALLS	100000
#define NS_PER_MS	1000000L

static const char line[] = "a line of output, sixty-four characters long, newline included.\n";

static void fail(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	MARK(MARK_STOP, 0);
	exit(EXIT_FAILURE);
}

/* A statement per sample, after a few to warm up. */
#define MEASURE(section, samples, statement)				\
	do {								\
		for (int warm__ = 0; warm__ < (samples) / 8 + 2; warm__++) { \
			statement;					\
		}							\
		for (int n__ = 0; n__ < (samples); n__++) {		\
			MARK(MARK_BEGIN, SECTION_##section);		\
			statement;					\
			MARK(MARK_END, SECTION_##section);		\
		}							\
	} while (0)

static void *map_pages(unsigned int nr)
{
	void *p = mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		fail("mmap");
	return p;
}

static void getppid_loop(void)
{
	for (int i = 0; i < LOOP_CALLS; i++)
		syscall(SYS_getppid);
}

static void page_fault(void)
{
	volatile char *p = map_pages(FAULT_PAGES);
	unsigned int i = 0;

	MEASURE(page_fault, 400, p[PAGE * i++] = 1);
	munmap((void *)p, FAULT_PAGES * PAGE);
}

static void map_touch_unmap(void)
{
	volatile char *p = map_pages(MMAP_PAGES);

	p[0] = 1;
	munmap((void *)p, MMAP_PAGES * PAGE);
}

static void fork_exit(void)
{
	const pid_t child = fork();

	if (child < 0)
		fail("fork");
	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
}

/* Processes that pass a byte on, from one pipe to the next; the caller holds both ends. */
struct ring {
	int in;		/* what the last one writes */
	int out;	/* what the first one reads */
};

static void make_pipe(int ends[2])
{
	if (pipe(ends))
		fail("pipe");
}

static void pass_on(int from, int to)
{
	char byte;

	while (read(from, &byte, 1) == 1) {
		if (write(to, &byte, 1) != 1)
			break;
	}
	_exit(0);
}

static struct ring ring_start(unsigned int processes)
{
	int first[2], from[2], to[2];

	make_pipe(first);
	memcpy(from, first, sizeof(from));
	for (unsigned int i = 0; i < processes; i++) {
		pid_t child;

		make_pipe(to);
		child = fork();
		if (child < 0)
			fail("fork");
		if (!child) {
			close(first[1]);
			close(to[0]);
			pass_on(from[0], to[1]);
		}
		close(from[0]);
		close(to[1]);
		memcpy(from, to, sizeof(from));
	}
	return (struct ring){ .in = to[0], .out = first[1] };
}

static void ring_round(const struct ring *r)
{
	char byte = 0;

	if (write(r->out, &byte, 1) != 1 || read(r->in, &byte, 1) != 1)
		fail("pipe");
}

static void ring_end(const struct ring *r)
{
	close(r->out);
	close(r->in);
	while (wait(NULL) > 0)
		;
}

static void sleep_ns(long ns)
{
	const struct timespec ts = { .tv_nsec = ns };

	nanosleep(&ts, NULL);
}

static void measure_memory_and_processes(void)
{
	struct ring pair, ring;

	page_fault();
	MEASURE(mmap, 200, map_touch_unmap());
	MEASURE(fork_exit, 40, fork_exit());
	pair = ring_start(1);
	MEASURE(pipe_pingpong, 200, ring_round(&pair));
	ring_end(&pair);
	ring = ring_start(RING_PROCESSES - 1);
	MEASURE(context_switch, 200, ring_round(&ring));
	ring_end(&ring);
}

/* Output goes on after write(): the pause is long enough for all of it. */
static void measure_console(void)
{
	MEASURE(console_idle, 10, sleep_ns(20 * NS_PER_MS));
	MEASURE(console_line, 10, {
		if (write(STDOUT_FILENO, line, sizeof(line) - 1) != sizeof(line) - 1)
			fail("console");
		sleep_ns(20 * NS_PER_MS);
	});
}

int main(int argc, char **argv)
{
	const struct timespec settle = { .tv_sec = argc > 1 ? atoi(argv[1]) : 0 };

	MARK(MARK_SNAPSHOT, SECTION_shell);
	nanosleep(&settle, NULL);
	MEASURE(empty, 10, );
	MEASURE(null_syscall, 200, syscall(SYS_getppid));
	MEASURE(getppid_loop, 2, getppid_loop());
	measure_memory_and_processes();
	MEASURE(nanosleep_1ms, 20, sleep_ns(NS_PER_MS));
	measure_console();
	MARK(MARK_STOP, 0);
	pause();	/* others are still being measured */
	return 0;
}
