// SPDX-License-Identifier: BSD-2-Clause
/*
 * Disks.  A plan of phases follows from the seed: each is one combination of order, direction, block size,
 * direct or buffered, and one process or several at once, each in a part of the disk of its own.  Requests
 * begin at any sector; buffers begin at any sector of a page, at any byte if the page cache is between.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sector.h"

#define MIB		(1u << 20)
#define PAGE		4096u
#define LARGEST		MIB
#define PHASE		MIB		/* bytes, or one request of each process if that is more */
#define MOST_JOBS	4u

enum order { FORWARD, BACKWARD, RANDOM, NR_ORDERS };
enum direction { READ, WRITE, MIXED, NR_DIRECTIONS };

static const unsigned int sizes[] = { 512, 1024, 4096, 8192, 65536, 131072, 512000, LARGEST };
#define NR_SIZES	(sizeof(sizes) / sizeof(sizes[0]))
#define NR_KINDS	(NR_ORDERS * NR_DIRECTIONS * 2 * 2 * (unsigned int)NR_SIZES)
#define STRIDE		89u	/* through them: no common divisor, so that few phases are a bit of all */

struct phase {
	enum order order;
	enum direction direction;
	unsigned int size;		/* of a request, bytes */
	unsigned int nr_jobs;
	bool is_direct;
};

static struct disk {
	const char *path;		/* NULL: the plan is only gone through */
	uint32_t seed;
	unsigned int nr_sectors;
	uint16_t *generation;		/* of each sector; shared by the processes */
} disk;

static void __attribute__((noreturn, format(printf, 1, 2))) fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	exit(1);
}

static struct phase phase_number(unsigned int number)
{
	unsigned int kind = number * STRIDE % NR_KINDS;
	struct phase phase;

	phase.order = kind % NR_ORDERS;
	kind /= NR_ORDERS;
	phase.direction = kind % NR_DIRECTIONS;
	kind /= NR_DIRECTIONS;
	phase.size = sizes[kind % NR_SIZES];
	kind /= NR_SIZES;
	phase.nr_jobs = kind % 2 ? MOST_JOBS : 1;
	phase.is_direct = kind / 2;
	return phase;
}

static unsigned int requests_of_job(const struct phase *phase)
{
	const unsigned int nr = PHASE / phase->nr_jobs / phase->size;

	return nr ? nr : 1;
}

/* ---- requests ------------------------------------------------------------------------------- */

static void transfer(int fd, bool is_write, void *buffer, unsigned int size, unsigned int first)
{
	const off_t offset = (off_t)first * SECTOR;
	const ssize_t done = is_write ? pwrite(fd, buffer, size, offset) : pread(fd, buffer, size, offset);

	if (done != (ssize_t)size)
		fail("%s: %s of %u bytes at sector %u: %zd (%s)\n", disk.path, is_write ? "write" : "read",
		     size, first, done, done < 0 ? strerror(errno) : "short");
}

static void check_sectors(const char *buffer, unsigned int size, unsigned int first)
{
	uint32_t words[SECTOR_WORDS];

	for (unsigned int i = 0; i < size / SECTOR; i++) {
		memcpy(words, buffer + i * SECTOR, SECTOR);	/* may be unaligned */
		if (!sector_is(words, disk.seed, first + i, disk.generation[first + i], disk.path))
			exit(1);
	}
}

static void make_sectors(char *buffer, unsigned int size, unsigned int first)
{
	uint32_t words[SECTOR_WORDS];

	for (unsigned int i = 0; i < size / SECTOR; i++) {
		disk.generation[first + i]++;
		if (!disk.path)
			continue;
		sector_make(words, disk.seed, first + i, disk.generation[first + i]);
		memcpy(buffer + i * SECTOR, words, SECTOR);
	}
}

static void request(int fd, bool is_write, char *buffer, unsigned int size, unsigned int first)
{
	if (is_write)
		make_sectors(buffer, size, first);
	if (!disk.path)
		return;
	transfer(fd, is_write, buffer, size, first);
	if (!is_write)
		check_sectors(buffer, size, first);
}

/* First sector of request @p i of @p nr in a part of the disk. */
static unsigned int place(const struct phase *phase, unsigned int i, unsigned int nr, unsigned int first,
			  unsigned int nr_sectors, uint32_t random)
{
	const unsigned int length = phase->size / SECTOR, slots = nr_sectors / length;

	if (phase->order == RANDOM)
		return first + random % (nr_sectors - length + 1);
	return first + (phase->order == FORWARD ? i : nr - 1 - i) % slots * length;
}

/* The sequential ones begin somewhere in their part and stay in it. */
static void run_job(const struct phase *phase, unsigned int number, unsigned int job, int fd)
{
	const unsigned int part = disk.nr_sectors / phase->nr_jobs, nr = requests_of_job(phase);
	uint32_t state = (disk.seed + number * 7919 + job * 104729) | 1;
	const unsigned int length = phase->size / SECTOR * nr;
	const unsigned int shift = length < part ? random_next(&state) % (part - length + 1) : 0;
	char *pages = NULL;

	if (disk.path && posix_memalign((void **)&pages, PAGE, LARGEST + PAGE))
		fail("no memory\n");
	for (unsigned int i = 0; i < nr; i++) {
		const uint32_t random = random_next(&state);
		const bool is_write = phase->direction == WRITE ||
				      (phase->direction == MIXED && random >> 31);
		const unsigned int unaligned = random_next(&state) % PAGE;
		const unsigned int first = phase->order == RANDOM ?
			place(phase, i, nr, job * part, part, random) :
			place(phase, i, nr, job * part + shift, part - shift, random);

		request(fd, is_write, pages + (phase->is_direct ? unaligned & ~(SECTOR - 1) : unaligned),
			phase->size, first);
	}
	free(pages);
}

/* ---- phases --------------------------------------------------------------------------------- */

static int open_disk(int flags)
{
	const int fd = open(disk.path, flags | O_CLOEXEC);

	if (fd < 0)
		fail("%s: %s\n", disk.path, strerror(errno));
	return fd;
}

/* What is cached goes to the disk and away: the next phase sees the disk itself. */
static void empty_cache(int fd)
{
	if (fsync(fd))
		fail("%s: fsync: %s\n", disk.path, strerror(errno));
	ioctl(fd, BLKFLSBUF, 0);			/* not for a file */
}

static void run_jobs(const struct phase *phase, unsigned int number, int fd)
{
	int failed = 0, status;

	for (unsigned int job = 0; job < phase->nr_jobs; job++) {
		const pid_t pid = fork();

		if (pid < 0)
			fail("fork: %s\n", strerror(errno));
		if (!pid) {
			run_job(phase, number, job, fd);
			_exit(0);
		}
	}
	while (wait(&status) > 0)
		failed |= status;
	if (failed)
		exit(1);
}

static void run_phase(const struct phase *phase, unsigned int number)
{
	int fd;

	if (!disk.path) {
		for (unsigned int job = 0; job < phase->nr_jobs; job++)
			run_job(phase, number, job, -1);
		return;
	}
	fd = open_disk(O_RDWR | (phase->is_direct ? O_DIRECT : 0));
	run_jobs(phase, number, fd);
	empty_cache(fd);
	close(fd);
}

static void run_plan(unsigned int mib)
{
	const uint64_t wanted = (uint64_t)mib * MIB;
	uint64_t moved[NR_DIRECTIONS] = { 0 };
	uint64_t sum = 0;
	unsigned int number;

	for (number = 0; sum < wanted; number++) {
		const struct phase phase = phase_number(number);
		const uint64_t bytes = (uint64_t)phase.size * requests_of_job(&phase) * phase.nr_jobs;

		run_phase(&phase, number);
		moved[phase.direction] += bytes;
		sum += bytes;
	}
	printf("%u phases of %u kinds: read %u MiB, wrote %u MiB, %u MiB mixed\n", number,
	       number < NR_KINDS ? number : NR_KINDS, (unsigned int)(moved[READ] / MIB),
	       (unsigned int)(moved[WRITE] / MIB), (unsigned int)(moved[MIXED] / MIB));
}

/* ---- all of a disk -------------------------------------------------------------------------- */

static void begin(const char *path, uint32_t seed)
{
	int fd;

	disk = (struct disk){ .path = path, .seed = seed };
	fd = open_disk(O_RDONLY);
	disk.nr_sectors = (unsigned int)(lseek(fd, 0, SEEK_END) / SECTOR);
	close(fd);
	if (disk.nr_sectors < MOST_JOBS * LARGEST / SECTOR)
		fail("%s: %u sectors are too few\n", path, disk.nr_sectors);
	disk.generation = mmap(NULL, disk.nr_sectors * sizeof(*disk.generation), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (disk.generation == MAP_FAILED)
		fail("no memory\n");
}

static void all_sectors(int fd, bool is_write)
{
	char *buffer;

	if (posix_memalign((void **)&buffer, PAGE, LARGEST))
		fail("no memory\n");
	for (unsigned int first = 0; first < disk.nr_sectors; first += LARGEST / SECTOR) {
		const unsigned int left = (disk.nr_sectors - first) * SECTOR;

		request(fd, is_write, buffer, left < LARGEST ? left : LARGEST, first);
	}
	free(buffer);
}

int blocks_fill(const char *path, uint32_t seed)
{
	int fd;

	begin(path, seed);
	memset(disk.generation, 0xff, disk.nr_sectors * sizeof(*disk.generation));	/* the next is 0 */
	fd = open_disk(O_RDWR);
	all_sectors(fd, true);
	empty_cache(fd);
	close(fd);
	return 0;
}

static int check_all(int flags)
{
	const int fd = open_disk(O_RDONLY | flags);

	all_sectors(fd, false);
	close(fd);
	printf("%s: all %u MiB are right\n", disk.path, disk.nr_sectors / (MIB / SECTOR));
	return 0;
}

int blocks_move(const char *path, uint32_t seed, unsigned int mib)
{
	begin(path, seed);
	run_plan(mib);
	return check_all(O_DIRECT);
}

int blocks_check(const char *path, uint32_t seed, unsigned int mib)
{
	begin(path, seed);
	disk.path = NULL;
	run_plan(mib);
	disk.path = path;
	return check_all(0);
}
