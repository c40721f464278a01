// SPDX-License-Identifier: BSD-2-Clause
/*
 * A tracer at work: it plants breakpoints in running code, steps by them, changes instructions,
 * registers, memory and results of system calls of the process that it traces.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include "user.h"

#define BREAKPOINT	0xe7f001f0u		/* Linux's: SIGTRAP */
#define MOV_R0(byte)	(0xe3a00000u | (byte))
#define ADD_R0(byte)	(0xe2800000u | (byte))
#define BX_LR		0xe12fff1eu
#define NR_STEPS	6u			/* instructions of the traced function */

static uint32_t *code;				/* mov r0, #1; 4 times add r0, r0, #1; bx lr */

static void write_code(void)
{
	code = pages_map(1, PROT_READ | PROT_WRITE | PROT_EXEC);
	code[0] = MOV_R0(1);
	for (unsigned int i = 1; i < NR_STEPS - 1; i++)
		code[i] = ADD_R0(1);
	code[NR_STEPS - 1] = BX_LR;
	code_sync(code, code + NR_STEPS);
}

static void wait_stop(pid_t pid, int signal)
{
	int status;

	CHECK_EQ(CHECK_CALL(waitpid(pid, &status, 0)), pid);
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != signal)
		test_fail(__FILE__, __LINE__, "status %#x, not a stop by signal %d", (unsigned int)status, signal);
}

static void resume(pid_t pid, int how)
{
	CHECK_CALL(ptrace(how, pid, NULL, NULL));
}

static struct user_regs registers_of(pid_t pid)
{
	struct user_regs registers;

	CHECK_CALL(ptrace(PTRACE_GETREGS, pid, NULL, &registers));
	return registers;
}

static void poke(pid_t pid, uint32_t *at, uint32_t value)
{
	CHECK_CALL(ptrace(PTRACE_POKETEXT, pid, at, (void *)(uintptr_t)value));
	CHECK_EQ((uint32_t)ptrace(PTRACE_PEEKTEXT, pid, at, NULL), value);
}

/* The traced process: waits to be resumed, calls the code, says by its exit status what it got. */
static void run_traced(void)
{
	CHECK_CALL(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	raise(SIGSTOP);
	_exit((int)((unsigned int (*)(void))(uintptr_t)code)());
}

/* Stops before each instruction; r0 must have come as far as the instructions say. */
static void step_through(pid_t pid)
{
	for (unsigned int i = 0; i < NR_STEPS; i++) {
		const uint32_t former = (uint32_t)ptrace(PTRACE_PEEKTEXT, pid, code + i, NULL);
		struct user_regs registers;

		poke(pid, code + i, BREAKPOINT);
		resume(pid, PTRACE_CONT);
		wait_stop(pid, SIGTRAP);
		registers = registers_of(pid);
		CHECK_EQ(registers.uregs[15], (uintptr_t)(code + i));
		if (i)
			CHECK_EQ(registers.uregs[0], i);
		poke(pid, code + i, former);
	}
}

static void write_by_proc(pid_t pid, uint32_t *at, uint32_t value)
{
	char path[32];
	int file;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	file = CHECK_CALL(open(path, O_RDWR));
	CHECK_EQ(CHECK_CALL(pwrite(file, &value, sizeof(value), (off_t)(uintptr_t)at)), sizeof(value));
	close(file);
}

void test_ptrace_steps(unsigned int amount)
{
	write_code();
	for (unsigned int i = 0; i < amount; i++) {
		const unsigned int added = i & 0x3f;
		struct user_regs registers;
		pid_t pid = child_fork();

		if (!pid)
			run_traced();
		wait_stop(pid, SIGSTOP);
		step_through(pid);
		/* at `bx lr`: back to the second instruction with another sum and other instructions */
		registers = registers_of(pid);
		registers.uregs[0] = 100;
		registers.uregs[15] = (uintptr_t)(code + 1);
		CHECK_CALL(ptrace(PTRACE_SETREGS, pid, NULL, &registers));
		poke(pid, code + 2, ADD_R0(added));
		write_by_proc(pid, code + 3, ADD_R0(2));
		resume(pid, PTRACE_CONT);
		CHECK_EQ(child_wait_status(pid), 100 + 1 + added + 2 + 1);
		CHECK_EQ(code[2], ADD_R0(1));		/* ours is another copy */
	}
}

/* ---- system calls -------------------------------------------------------------------------- */

#define FAKE_PID	12345

static void call_traced(unsigned int amount)
{
	CHECK_CALL(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	raise(SIGSTOP);
	for (unsigned int i = 0; i < amount; i++)
		if (syscall(SYS_getppid) != FAKE_PID + (long)i)
			_exit(EXIT_FAILED);
	child_end();
}

/* Lets getppid() return what it never would. */
static unsigned int change_results(pid_t pid)
{
	unsigned int nr = 0;
	int status;

	for (;;) {
		struct user_regs registers;

		resume(pid, PTRACE_SYSCALL);
		CHECK_EQ(CHECK_CALL(waitpid(pid, &status, 0)), pid);
		if (WIFEXITED(status))
			break;
		CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP);
		registers = registers_of(pid);
		if (registers.uregs[7] != SYS_getppid || registers.uregs[12] != 1)
			continue;		/* ip: 0 at entry, 1 at exit */
		registers.uregs[0] = FAKE_PID + nr++;
		CHECK_CALL(ptrace(PTRACE_SETREGS, pid, NULL, &registers));
	}
	CHECK_EQ(WEXITSTATUS(status), 0);
	return nr;
}

void test_ptrace_calls(unsigned int amount)
{
	const pid_t pid = child_fork();

	if (!pid)
		call_traced(amount);
	wait_stop(pid, SIGSTOP);
	CHECK_EQ(change_results(pid), amount);
}
