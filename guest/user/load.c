// SPDX-License-Identifier: BSD-2-Clause
/* Many address spaces, little memory: each process keeps finding what it has written. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>
#include "user.h"

/* ---- ASIDs --------------------------------------------------------------------------------- */

#define NR_SPACES	270u		/* the processors have 256 numbers */

/* The same address in each, another content; a byte from the parent is a round. */
static void live(uint32_t *page, unsigned int number, int order, int done)
{
	char byte;

	pattern_fill(page, PAGE, number);
	for (;;) {
		if (write(done, "", 1) != 1 || read(order, &byte, 1) != 1)
			break;
		CHECK(pattern_holds(page, PAGE, number));
		page[1000] = 0;
		sched_yield();
		CHECK_EQ(page[1000], 0);
		pattern_fill(page, PAGE, number);
	}
	child_end();
}

static void await_all(int done)
{
	char byte;

	for (unsigned int i = 0; i < NR_SPACES; i++)
		CHECK_EQ(read(done, &byte, 1), 1);
}

void test_asid(unsigned int amount)
{
	uint32_t *page = pages_map(1, PROT_READ | PROT_WRITE);
	static char round[NR_SPACES];
	pid_t pids[NR_SPACES];
	int order[2], done[2];

	CHECK_CALL(pipe(order));
	CHECK_CALL(pipe(done));
	for (unsigned int i = 0; i < NR_SPACES; i++) {
		pids[i] = child_fork();
		if (!pids[i]) {
			close(order[1]);
			close(done[0]);
			live(page, i, order[0], done[1]);
		}
	}
	close(order[0]);
	close(done[1]);
	await_all(done[0]);
	for (unsigned int i = 0; i < amount; i++) {
		CHECK_EQ(write(order[1], round, NR_SPACES), NR_SPACES);
		await_all(done[0]);
	}
	close(order[1]);
	for (unsigned int i = 0; i < NR_SPACES; i++)
		child_wait(pids[i]);
	test_note("%u at once", NR_SPACES);
}

/* ---- little memory ------------------------------------------------------------------------- */

#define NR_PLAYERS	6u
#define NR_TURNS	30u

/* Two processes for each player: a number goes to and fro, from private memory to private memory. */
static void play(unsigned int number, unsigned int turns)
{
	uint32_t *page = pages_map(4, PROT_READ | PROT_WRITE);
	int there[2], back[2];
	pid_t pid;

	CHECK_CALL(pipe(there));
	CHECK_CALL(pipe(back));
	pid = child_fork();
	pattern_fill(page, 4 * PAGE, pid ? number : ~number);
	for (unsigned int i = 0; i < turns; i++) {
		uint32_t word = i;

		if (pid) {
			CHECK_EQ(write(there[1], &word, sizeof(word)), sizeof(word));
			CHECK_EQ(read(back[0], &word, sizeof(word)), sizeof(word));
			CHECK_EQ(word, i + number);
		} else {
			CHECK_EQ(read(there[0], &word, sizeof(word)), sizeof(word));
			CHECK_EQ(word, i);
			word += number;
			CHECK_EQ(write(back[1], &word, sizeof(word)), sizeof(word));
		}
		CHECK(pattern_holds(page, 4 * PAGE, pid ? number : ~number));
	}
	if (!pid)
		child_end();
	child_wait(pid);
	child_end();
}

#define LEFT_KIB	(32u * 1024)

/* Takes all memory but LEFT_KIB, until the end of the test: the same work on every board. */
static void take_ballast(void)
{
	const unsigned long available = meminfo_kib("MemAvailable");
	const size_t nr_pages = available > LEFT_KIB ? (available - LEFT_KIB) / 4 : 0;
	char *pages = nr_pages ? pages_map(nr_pages, PROT_READ | PROT_WRITE) : NULL;

	for (size_t i = 0; i < nr_pages; i++)
		pages[i * PAGE] = 1;
}

/* Takes most of what is free, page by page, and checks it, while others play. */
static void eat(unsigned int seed)
{
	const size_t nr_pages = meminfo_kib("MemAvailable") / 4 * 7 / 10;
	char *pages = pages_map(nr_pages, PROT_READ | PROT_WRITE);

	CHECK(nr_pages > 16);
	for (size_t i = 0; i < nr_pages; i++)
		pattern_fill(pages + i * PAGE, PAGE, seed + i);
	sched_yield();
	for (size_t i = 0; i < nr_pages; i++)
		CHECK(pattern_holds(pages + i * PAGE, PAGE, seed + i));
	pages_unmap(pages, nr_pages);
	test_note("%u MiB eaten", (unsigned int)(nr_pages / 256));
}

void test_pressure(unsigned int amount)
{
	pid_t pids[NR_PLAYERS];

	for (unsigned int i = 0; i < NR_PLAYERS; i++) {
		pids[i] = child_fork();
		if (!pids[i])
			play(i, NR_TURNS * amount);
	}
	take_ballast();
	for (unsigned int i = 0; i < amount; i++)
		eat(i * 1000003);
	for (unsigned int i = 0; i < NR_PLAYERS; i++)
		child_wait(pids[i]);
}

/* ---- swap ---------------------------------------------------------------------------------- */

#define ZRAM_SIZE	"/sys/block/zram0/disksize"
#define ZRAM_RESET	"/sys/block/zram0/reset"
#define ZRAM_DEVICE	"/dev/zram0"

/* As mkswap writes it: the first page says how long the swap area is. */
struct swap_header {
	char boot[1024];
	uint32_t version;
	uint32_t last_page;
	uint32_t nr_bad_pages;
	char rest[PAGE - 1024 - 12 - 10];
	char magic[10];
};
_Static_assert(sizeof(struct swap_header) == PAGE, "a page");

static void write_text(const char *path, const char *text)
{
	const int file = CHECK_CALL(open(path, O_WRONLY));

	CHECK_EQ(write(file, text, strlen(text)), strlen(text));
	close(file);
}

static void swap_start(unsigned long kib)
{
	struct swap_header header = { .version = 1, .last_page = (uint32_t)(kib / 4 - 1) };
	char text[24];
	int device;

	memcpy(header.magic, "SWAPSPACE2", sizeof(header.magic));
	snprintf(text, sizeof(text), "%luK", kib);
	write_text(ZRAM_RESET, "1");
	write_text(ZRAM_SIZE, text);
	device = CHECK_CALL(open(ZRAM_DEVICE, O_WRONLY));
	CHECK_EQ(write(device, &header, sizeof(header)), sizeof(header));
	CHECK_CALL(close(device));
	CHECK_CALL(swapon(ZRAM_DEVICE, 0));
}

/* Half of each page is a pattern, half zeros: it can be compressed, so there is room for it. */
static void fill_and_check(char *pages, size_t nr_pages, bool is_filled)
{
	for (size_t i = 0; i < nr_pages; i++) {
		char *page = pages + i * PAGE;

		if (!is_filled)
			pattern_fill(page, PAGE / 8, (uint32_t)i);
		else
			CHECK(pattern_holds(page, PAGE / 8, (uint32_t)i) && !page[PAGE - 1]);
	}
}

void test_swap(unsigned int amount)
{
	const unsigned long kib = meminfo_kib("MemAvailable");
	const size_t nr_pages = kib / 4 * 3 / 2;
	char *pages;

	if (access(ZRAM_SIZE, W_OK))
		test_skip("the kernel has no zram");
	swap_start(kib * 2);
	pages = (char *)CHECK_CALL((uintptr_t)mmap(NULL, nr_pages * PAGE, PROT_READ | PROT_WRITE,
						   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
	fill_and_check(pages, nr_pages, false);
	CHECK(meminfo_kib("SwapFree") < meminfo_kib("SwapTotal"));
	for (unsigned int i = 0; i < amount; i++)
		fill_and_check(pages, nr_pages, true);
	test_note("%lu MiB in %lu MiB", (unsigned long)(nr_pages / 256), kib / 1024);
	pages_unmap(pages, nr_pages);
	CHECK_CALL(swapoff(ZRAM_DEVICE));
	write_text(ZRAM_RESET, "1");
}
