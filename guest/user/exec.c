// SPDX-License-Identifier: BSD-2-Clause
/* Programs: written and run at once, relocated and run, started by the hundred. */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "user.h"
#include "worker.h"

/* ---- a program of three instructions ------------------------------------------------------- */

#define PROGRAM_BASE	0x00100000u
#define MOV_R0(byte)	(0xe3a00000u | (byte))
#define MOV_R7_EXIT	0xe3a07001u
#define SVC		0xef000000u

static void write_file(const char *path, const void *content, size_t len)
{
	const int file = CHECK_CALL(open(path, O_CREAT | O_TRUNC | O_WRONLY, 0755));

	CHECK_EQ(write(file, content, len), len);
	CHECK_CALL(close(file));
}

/* A program whose exit status is @p status. */
static void write_program(const char *path, unsigned int status)
{
	struct program {
		Elf32_Ehdr header;
		Elf32_Phdr segment;
		uint32_t code[3];
	} program = {
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB,
				     EV_CURRENT },
			.e_type = ET_EXEC, .e_machine = EM_ARM, .e_version = EV_CURRENT,
			.e_entry = PROGRAM_BASE + offsetof(struct program, code),
			.e_phoff = offsetof(struct program, segment), .e_flags = EF_ARM_EABI_VER5,
			.e_ehsize = sizeof(Elf32_Ehdr), .e_phentsize = sizeof(Elf32_Phdr), .e_phnum = 1,
		},
		.segment = {
			.p_type = PT_LOAD, .p_vaddr = PROGRAM_BASE, .p_filesz = sizeof(program),
			.p_memsz = sizeof(program), .p_flags = PF_R | PF_X, .p_align = PAGE,
		},
		.code = { MOV_R0(status), MOV_R7_EXIT, SVC },
	};

	write_file(path, &program, sizeof(program));
}

void test_exec_written(unsigned int amount)
{
	char path[2][64];

	snprintf(path[0], sizeof(path[0]), "/tmp/exen-program-%d", getpid());
	for (unsigned int i = 0; i < amount; i++) {
		const char *program = path[i & 1];
		pid_t pid;

		snprintf(path[1], sizeof(path[1]), "/tmp/exen-program-%d-%u", getpid(), i);
		write_program(program, i & 0xff);
		pid = child_fork();
		if (!pid) {
			execl(program, program, NULL);
			test_fail(__FILE__, __LINE__, "exec: %m");
		}
		CHECK_EQ(child_wait_status(pid), i & 0xff);
		if (i & 1)
			unlink(program);
	}
	unlink(path[0]);
}

/* ---- what a dynamic loader does ------------------------------------------------------------ */

#define NR_PAGES	4u
#define WORDS		(NR_PAGES * PAGE / 4)
#define FUNCTION_WORDS	8u

#define PUSH_LR		0xe52de004u		/* str lr, [sp, #-4]! */
#define BL		0xeb000000u		/* to be relocated */
#define ADD_R0(byte)	(0xe2800000u | (byte))
#define LDR_R1_PC	0xe59f1004u		/* ldr r1, [pc, #4]: the word behind the next two */
#define ADD_R0_R1	0xe0800001u
#define POP_PC		0xe49df004u
#define BX_LR		0xe12fff1eu

typedef unsigned int (*function_t)(void);

/* Function 0 returns 7; function n calls it, adds n mod 256 and a word that is relocated. */
static void write_library(const char *path)
{
	static uint32_t image[WORDS];

	image[0] = MOV_R0(7);
	image[1] = BX_LR;
	for (unsigned int n = 1; n < WORDS / FUNCTION_WORDS; n++) {
		uint32_t *at = image + n * FUNCTION_WORDS;

		at[0] = PUSH_LR;
		at[1] = BL;
		at[2] = ADD_R0(n & 0xff);
		at[3] = LDR_R1_PC;
		at[4] = ADD_R0_R1;
		at[5] = POP_PC;
	}
	write_file(path, image, sizeof(image));
}

static void relocate(uint32_t *image, uint32_t word)
{
	for (unsigned int n = 1; n < WORDS / FUNCTION_WORDS; n++) {
		uint32_t *at = image + n * FUNCTION_WORDS;
		const uint32_t distance = (uint32_t)(image - (at + 1)) - 2;

		at[1] = BL | (distance & 0xffffff);
		at[6] = word;
	}
}

static void load_and_call(const char *path, uint32_t word, void *hint)
{
	const int file = CHECK_CALL(open(path, O_RDONLY));
	uint32_t *image = (uint32_t *)CHECK_CALL((uintptr_t)mmap(hint, WORDS * 4, PROT_READ | PROT_WRITE,
								 MAP_PRIVATE, file, 0));

	CHECK_CALL(close(file));
	relocate(image, word);
	CHECK_CALL(mprotect(image, WORDS * 4, PROT_READ | PROT_EXEC));
	code_sync(image, image + WORDS);
	for (unsigned int n = 1; n < WORDS / FUNCTION_WORDS; n++)
		CHECK_EQ(((function_t)(uintptr_t)(image + n * FUNCTION_WORDS))(), 7 + (n & 0xff) + word);
	pages_unmap(image, NR_PAGES);
}

void test_loader(unsigned int amount)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/exen-library-%d", getpid());
	write_library(path);
	for (unsigned int i = 0; i < amount; i++)
		load_and_call(path, i * 0x10001, (void *)(uintptr_t)(0x50000000u + (i % 7) * 5 * PAGE));
	unlink(path);
}

/* ---- storms -------------------------------------------------------------------------------- */

#define WORKER_TOKEN	"EXEN_WORKER"

static unsigned int token(unsigned int depth, unsigned int number)
{
	return (depth * 37 + number) & 0x7f;
}

static void start_worker(unsigned int depth, unsigned int number)
{
	char words[2][16], variable[32];
	char *const argv[] = { (char *)"exen-user-tests", (char *)WORKER_NAME, words[0], words[1], NULL };
	char *const environment[] = { variable, NULL };

	snprintf(words[0], sizeof(words[0]), "%u", depth);
	snprintf(words[1], sizeof(words[1]), "%u", number);
	snprintf(variable, sizeof(variable), WORKER_TOKEN "=%u", token(depth, number));
	execve("/proc/self/exe", argv, environment);
	_exit(127);
}

/* Checks what it was given; deeper ones become the next program, without a fork. */
int worker_main(int argc, char **argv)
{
	const char *variable = getenv(WORKER_TOKEN);
	unsigned int depth, number;

	if (argc != 4 || !variable)
		return 126;
	depth = (unsigned int)atoi(argv[2]);
	number = (unsigned int)atoi(argv[3]);
	if ((unsigned int)atoi(variable) != token(depth, number))
		return 125;
	if (depth)
		start_worker(depth - 1, number);
	return (int)token(0, number);
}

void test_exec_storm(unsigned int amount)
{
	enum { AT_ONCE = 8, DEPTH = 3 };
	pid_t pids[AT_ONCE];

	for (unsigned int i = 0; i < amount; i += AT_ONCE) {
		for (unsigned int j = 0; j < AT_ONCE; j++) {
			pids[j] = child_fork();
			if (!pids[j])
				start_worker(DEPTH, i + j);
		}
		for (unsigned int j = 0; j < AT_ONCE; j++)
			CHECK_EQ(child_wait_status(pids[j]), token(0, i + j));
	}
}
