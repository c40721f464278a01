// SPDX-License-Identifier: BSD-2-Clause
/*
 * exen-user-tests - the hard parts of running user space on another processor
 *
 *	exen-user-tests list			names and claims
 *	exen-user-tests NAME [AMOUNT]		one test; AMOUNT instead of its usual one
 *	exen-user-tests all [FACTOR [NAME...]]	all, or these, with FACTOR times their usual amounts
 *
 * One TAP line for each test.  Exit status: 0, 77 if the only test was skipped, 1 if one failed.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "user.h"
#include "worker.h"

struct user_test {
	const char *name;
	unsigned int amount;
	const char *claim;
	void (*run)(unsigned int amount);
};

static const struct user_test tests[] = {
#define TEST(function, name, amount, claim) { name, amount, claim, test_##function },
#include "tests.def"
#undef TEST
};

#define NR_TESTS	(sizeof(tests) / sizeof(tests[0]))

/* What the processes of a test have to say about it. */
static struct verdict {
	volatile uint32_t is_failed;
	char failure[200];
	char note[200];
} *verdict;

void test_fail(const char *file, int line, const char *format, ...)
{
	const int error = errno;
	const int length = snprintf(NULL, 0, "%s:%d: ", file, line);
	va_list args;

	if (!verdict->is_failed) {
		verdict->is_failed = 1;
		snprintf(verdict->failure, sizeof(verdict->failure), "%s:%d: ", file, line);
		va_start(args, format);
		errno = error;
		vsnprintf(verdict->failure + length, sizeof(verdict->failure) - (size_t)length,
			  format, args);
		va_end(args);
	}
	_exit(EXIT_FAILED);
}

void test_skip(const char *reason, ...)
{
	va_list args;

	va_start(args, reason);
	vsnprintf(verdict->note, sizeof(verdict->note), reason, args);
	va_end(args);
	_exit(EXIT_SKIPPED);
}

void test_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(verdict->note, sizeof(verdict->note), format, args);
	va_end(args);
}

static int report(const struct user_test *test, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SKIPPED && !verdict->is_failed) {
		printf("ok - %s # SKIP %s\n", test->name, verdict->note);
		return EXIT_SKIPPED;
	}
	if (WIFEXITED(status) && !WEXITSTATUS(status) && !verdict->is_failed) {
		printf("ok - %s%s%s\n", test->name, *verdict->note ? ": " : "", verdict->note);
		return 0;
	}
	if (verdict->is_failed)
		printf("not ok - %s: %s\n", test->name, verdict->failure);
	else if (WIFSIGNALED(status))
		printf("not ok - %s: ended by signal %d\n", test->name, WTERMSIG(status));
	else
		printf("not ok - %s: exit status %d\n", test->name, WEXITSTATUS(status));
	return EXIT_FAILED;
}

/* Runs a test in a process group of its own; nothing of it is left afterwards. */
static int run(const struct user_test *test, unsigned int amount)
{
	pid_t pid;
	int status;

	memset(verdict, 0, sizeof(*verdict));
	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		printf("not ok - %s: fork: %m\n", test->name);
		return EXIT_FAILED;
	}
	if (!pid) {
		setpgid(0, 0);
		test->run(amount);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	kill(-pid, SIGKILL);
	status = report(test, status);
	fflush(stdout);
	return status;
}

static const struct user_test *find(const char *name)
{
	for (size_t i = 0; i < NR_TESTS; i++)
		if (!strcmp(tests[i].name, name))
			return &tests[i];
	fprintf(stderr, "exen-user-tests: no test %s\n", name);
	exit(2);
}

static int run_all(double factor, char **names)
{
	int failed = 0;

	for (size_t i = 0; i < NR_TESTS; i++) {
		const unsigned int amount = (unsigned int)(tests[i].amount * factor + 0.999);
		bool is_chosen = !*names;

		for (char **name = names; *name; name++)
			is_chosen = is_chosen || find(*name) == &tests[i];
		if (is_chosen && run(&tests[i], amount) == EXIT_FAILED)
			failed++;
	}
	return failed ? EXIT_FAILED : 0;
}

static int usage(void)
{
	fputs("usage: exen-user-tests list | NAME [AMOUNT] | all [FACTOR [NAME...]]\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return usage();
	if (!strcmp(argv[1], WORKER_NAME))
		return worker_main(argc, argv);
	verdict = mmap(NULL, sizeof(*verdict), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (verdict == MAP_FAILED) {
		perror("exen-user-tests");
		return 2;
	}
	if (!strcmp(argv[1], "list")) {
		for (size_t i = 0; i < NR_TESTS; i++)
			printf("%-16s %s\n", tests[i].name, tests[i].claim);
		return 0;
	}
	if (!strcmp(argv[1], "all"))
		return run_all(argc > 2 ? atof(argv[2]) : 1, argc > 3 ? argv + 3 : argv + argc);
	return run(find(argv[1]), argc > 2 ? (unsigned int)atoi(argv[2]) : find(argv[1])->amount);
}
