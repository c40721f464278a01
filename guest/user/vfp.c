// SPDX-License-Identifier: BSD-2-Clause
/* VFP registers belong to a process, whoever else uses them, or doesn't. */
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include "user.h"

#define MOST_REGISTERS	32
#define NR_PROCESSES	5u

#define FPSCR_DZC	(1u << 1)	/* division by zero happened */
#define FPSCR_IXC	(1u << 4)	/* something was rounded */
#define FPSCR_CUMULATIVE 0x1fu
#define FPSCR_WRITABLE	0xf3c0001fu	/* NZCV, DN, FZ, rounding, cumulative flags */

#define FLOAT_0		0x00000000u
#define FLOAT_1		0x3f800000u
#define FLOAT_2		0x40000000u
#define FLOAT_3		0x40400000u
#define FLOAT_INFINITE	0x7f800000u

#define VFP_MAGIC	0x56465001u	/* in a signal's frame */

struct registers {
	uint64_t d[MOST_REGISTERS];
	uint32_t fpscr;
};

static unsigned int nr_registers;

static void require_vfp(void)
{
	nr_registers = vfp_registers();
	if (!nr_registers)
		test_skip("no VFP");
	test_note("%u registers", nr_registers);
}

static void registers_make(struct registers *registers, uint32_t seed)
{
	pattern_fill(registers->d, sizeof(registers->d), seed);
	registers->fpscr = seed * 0x9e3779b9u & FPSCR_WRITABLE;
}

static void registers_load(const struct registers *registers)
{
	vfp_load(registers->d, registers->fpscr, nr_registers);
}

static void check_registers(const struct registers *expected)
{
	struct registers now;

	now.fpscr = vfp_store(now.d, nr_registers);
	CHECK(!memcmp(now.d, expected->d, nr_registers * sizeof(now.d[0])));
	CHECK_EQ(now.fpscr & FPSCR_WRITABLE, expected->fpscr);
}

/* The first use in a process must not show what another left. */
static void check_fresh(void)
{
	struct registers now;

	now.fpscr = vfp_store(now.d, nr_registers);
	CHECK_EQ(now.fpscr & FPSCR_CUMULATIVE, 0);
	for (unsigned int i = 0; i < nr_registers; i++)
		CHECK_EQ(now.d[i], 0);
}

static void spin(unsigned int turns)
{
	for (volatile unsigned int i = 0; i < turns; i++)
		;
}

static void hold(uint32_t seed, unsigned int rounds)
{
	struct registers registers;

	for (unsigned int i = 0; i < rounds; i++) {
		registers_make(&registers, seed + i * NR_PROCESSES);
		registers_load(&registers);
		if (i % 3 == 0)
			usleep(100);
		else if (i % 3 == 1)
			sched_yield();
		else
			spin(20000);
		check_registers(&registers);
	}
}

/* A child starts with its parent's registers and changes only its own. */
static void check_fork(uint32_t seed)
{
	struct registers registers, other;
	pid_t pid;

	registers_make(&registers, seed);
	registers_make(&other, ~seed);
	registers_load(&registers);
	pid = child_fork();
	if (!pid) {
		check_registers(&registers);
		registers_load(&other);
		sched_yield();
		check_registers(&other);
		child_end();
	}
	check_registers(&registers);
	child_wait(pid);
	check_registers(&registers);
}

void test_vfp_switch(unsigned int amount)
{
	pid_t pids[NR_PROCESSES];

	require_vfp();
	for (unsigned int i = 0; i < NR_PROCESSES; i++) {
		pids[i] = child_fork();
		if (!pids[i]) {
			if (i == 0)
				spin(amount * 10000);	/* never uses VFP */
			else
				hold(i, amount);
			child_end();
		}
	}
	for (unsigned int i = 0; i < NR_PROCESSES; i++)
		child_wait(pids[i]);
	for (unsigned int i = 0; i < 10; i++)
		check_fork(i);
}

static volatile uint32_t saved_words[2];

static void on_signal(int signal, siginfo_t *info, void *context)
{
	const unsigned long *frame = ((ucontext_t *)context)->uc_regspace;
	struct registers other;

	(void)info;
	if (frame[0] == VFP_MAGIC) {
		saved_words[0] = frame[2];
		saved_words[1] = frame[3];
	}
	registers_make(&other, (uint32_t)signal);
	registers_load(&other);
	sched_yield();
	check_registers(&other);
}

void test_vfp_signal(unsigned int amount)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	struct registers registers;

	require_vfp();
	check_fresh();
	CHECK_CALL(sigaction(SIGUSR1, &action, NULL));
	for (unsigned int i = 0; i < amount; i++) {
		registers_make(&registers, i);
		registers_load(&registers);
		CHECK_CALL(kill(getpid(), SIGUSR1));
		check_registers(&registers);
		CHECK_EQ((uint64_t)saved_words[1] << 32 | saved_words[0], registers.d[0]);
	}
}

static uint32_t flags(void)
{
	uint64_t d[MOST_REGISTERS];

	return vfp_store(d, nr_registers) & FPSCR_CUMULATIVE;
}

/* A process that only ever divides a by b has these flags and this quotient. */
static void divide(uint32_t a, uint32_t b, uint32_t quotient, uint32_t expected, unsigned int rounds)
{
	static const uint64_t zero[MOST_REGISTERS];

	for (unsigned int i = 0; i < rounds; i++) {
		vfp_load(zero, 0, nr_registers);
		CHECK_EQ(flags(), 0);
		CHECK_EQ(vfp_divide(a, b), quotient);
		sched_yield();
		spin(2000);
		CHECK_EQ(flags(), expected);
	}
}

void test_vfp_flags(unsigned int amount)
{
	static const struct {
		uint32_t a, b, quotient, flags;
	} divisions[] = {
		{ FLOAT_1, FLOAT_0, FLOAT_INFINITE, FPSCR_DZC },
		{ FLOAT_1, FLOAT_3, 0x3eaaaaab, FPSCR_IXC },
		{ FLOAT_2, FLOAT_1, FLOAT_2, 0 },
	};
	enum { NR = sizeof(divisions) / sizeof(divisions[0]) };
	pid_t pids[NR];

	require_vfp();
	for (unsigned int i = 0; i < NR; i++) {
		pids[i] = child_fork();
		if (!pids[i]) {
			divide(divisions[i].a, divisions[i].b, divisions[i].quotient,
			       divisions[i].flags, amount);
			child_end();
		}
	}
	for (unsigned int i = 0; i < NR; i++)
		child_wait(pids[i]);
}
