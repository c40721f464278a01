// SPDX-License-Identifier: BSD-2-Clause
/* Copy-on-write: after fork() both sides write, and each sees only its own. */
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "user.h"

#define NR_PAGES	32u
#define LEN		(NR_PAGES * PAGE)

static uint32_t *page_at(void *memory, unsigned int page)
{
	return (uint32_t *)memory + page * (PAGE / 4);
}

static void fill_all(void *memory, uint32_t seed)
{
	for (unsigned int i = 0; i < NR_PAGES; i++)
		pattern_fill(page_at(memory, i), PAGE, seed + i);
}

/* Every page has @p seed's pattern but for the words @p from and then each 64th, which hold @p mark. */
static void check_all(void *memory, uint32_t seed, unsigned int from, uint32_t mark)
{
	uint32_t copy[PAGE / 4];

	for (unsigned int i = 0; i < NR_PAGES; i++) {
		const uint32_t *page = page_at(memory, i);

		pattern_fill(copy, PAGE, seed + i);
		for (unsigned int word = from; word < PAGE / 4; word += 64)
			copy[word] = mark;
		CHECK(!memcmp(page, copy, PAGE));
	}
}

static void mark_all(void *memory, unsigned int from, uint32_t mark)
{
	for (unsigned int i = 0; i < NR_PAGES; i++)
		for (unsigned int word = from; word < PAGE / 4; word += 64)
			page_at(memory, i)[word] = mark;
}

/* Children write single words of pages, so that most of each copy is what the kernel copied. */
static void child_writes(void *memory, uint32_t seed, unsigned int number)
{
	check_all(memory, seed, PAGE / 4, 0);
	sched_yield();
	mark_all(memory, number, number);
	sched_yield();
	check_all(memory, seed, number, number);
	child_end();
}

void test_cow(unsigned int amount)
{
	enum { NR_CHILDREN = 4 };
	void *memory = pages_map(NR_PAGES, PROT_READ | PROT_WRITE);
	pid_t pids[NR_CHILDREN];

	for (unsigned int i = 0; i < amount; i++) {
		fill_all(memory, i);
		for (unsigned int j = 0; j < NR_CHILDREN; j++) {
			pids[j] = child_fork();
			if (!pids[j])
				child_writes(memory, i, j * 15 + 1);
		}
		mark_all(memory, 63, ~i);
		check_all(memory, i, 63, ~i);
		for (unsigned int j = 0; j < NR_CHILDREN; j++)
			child_wait(pids[j]);
		check_all(memory, i, 63, ~i);
	}
}

/* ---- the kernel writes --------------------------------------------------------------------- */

/* By read() from a pipe, or as a debugger writes; begins inside a page and ends inside the next. */
static void receive(const int ends[2], char *memory, bool is_by_proc)
{
	const char text[] = "written by the kernel";
	char *at = memory + PAGE - sizeof(text) / 2;

	if (is_by_proc) {
		const int file = CHECK_CALL(open("/proc/self/mem", O_RDWR));

		CHECK_EQ(pwrite(file, text, sizeof(text), (off_t)(uintptr_t)at), sizeof(text));
		close(file);
	} else {
		CHECK_EQ(write(ends[1], text, sizeof(text)), sizeof(text));
		CHECK_EQ(read(ends[0], at, sizeof(text)), sizeof(text));
	}
	CHECK(!memcmp(at, text, sizeof(text)));
	memset(at, 0, sizeof(text));
}

void test_cow_kernel(unsigned int amount)
{
	int ends[2];

	CHECK_CALL(pipe(ends));
	for (unsigned int i = 0; i < amount; i++) {
		char *memory = pages_map(2, PROT_READ | PROT_WRITE);
		pid_t pid;

		memory[0] = memory[2 * PAGE - 1] = 1;
		pid = child_fork();
		if (!pid) {
			receive(ends, memory, i & 1);
			CHECK(memory[0] == 1 && memory[2 * PAGE - 1] == 1);
			child_end();
		}
		child_wait(pid);
		for (size_t byte = 1; byte < 2 * PAGE - 1; byte++)
			CHECK_EQ(memory[byte], 0);
		CHECK(memory[0] == 1 && memory[2 * PAGE - 1] == 1);
		receive(ends, memory, i & 1);
		pages_unmap(memory, 2);
	}
}

/* ---- many processes ------------------------------------------------------------------------ */

/* Each forks the next, writes to the pages that all share, checks them and ends. */
static void chain(uint32_t *memory, unsigned int left)
{
	const uint32_t seed = left;
	pid_t pid = 0;

	pattern_fill(memory, PAGE, seed);
	if (left) {
		pid = child_fork();
		if (!pid) {
			CHECK(pattern_holds(memory, PAGE, seed));
			chain(memory, left - 1);
			child_end();
		}
	}
	sched_yield();
	CHECK(pattern_holds(memory, PAGE, seed));
	if (pid)
		child_wait(pid);
	CHECK(pattern_holds(memory, PAGE, seed));
}

void test_fork_storm(unsigned int amount)
{
	enum { LENGTH = 10 };
	uint32_t *memory = pages_map(1, PROT_READ | PROT_WRITE);

	for (unsigned int i = 0; i < amount; i += LENGTH)
		chain(memory, LENGTH);
}
