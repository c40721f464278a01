/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the tests, each in a process of its own, and prints TAP. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define MAX_SECONDS	60		/* that one test may take */

static struct test *first;
static struct test **last = &first;
static bool has_failed;

void test_register(struct test *t)
{
	*last = t;
	last = &t->next;
}

void test_failed(const char *file, int line, const char *what, long long got, long long wanted)
{
	printf("# %s:%d: %s is %lld (0x%llx), not %lld\n", strrchr(file, '/') + 1, line, what, got,
	       (unsigned long long)got, wanted);
	has_failed = true;
}

static bool passes(const struct test *t)
{
	const pid_t child = fork();
	int status = 1;

	if (!child) {
		alarm(MAX_SECONDS);
		test_set_up();
		t->run();
		fflush(stdout);
		_exit(has_failed);
	}
	return child > 0 && waitpid(child, &status, 0) == child && !status;
}

/* Only tests whose name contains the argument, if there is one. */
int main(int argc, char **argv)
{
	unsigned int nr_failed = 0, nr_run = 0;

	for (const struct test *t = first; t; t = t->next) {
		bool ok;

		if (argc > 1 && !strstr(t->name, argv[1]))
			continue;
		ok = passes(t);
		printf("%sok %u - %s\n", ok ? "" : "not ", ++nr_run, t->name);
		fflush(stdout);
		nr_failed += !ok;
	}
	printf("1..%u\n", nr_run);
	return nr_failed || !nr_run;
}
