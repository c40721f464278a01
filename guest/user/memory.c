// SPDX-License-Identifier: BSD-2-Clause
/* Memory for tests: pages, patterns, and accesses that may fault. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include "user.h"

static void *map(size_t nr_pages, int prot, int flags)
{
	return (void *)CHECK_CALL((uintptr_t)mmap(NULL, nr_pages * PAGE, prot, flags | MAP_ANONYMOUS, -1, 0));
}

void *pages_map(size_t nr_pages, int prot)
{
	return map(nr_pages, prot, MAP_PRIVATE);
}

void *pages_map_shared(size_t nr_pages, int prot)
{
	return map(nr_pages, prot, MAP_SHARED);
}

void pages_unmap(void *pages, size_t nr_pages)
{
	CHECK_CALL(munmap(pages, nr_pages * PAGE));
}

static uint32_t pattern_word(size_t index, uint32_t seed)
{
	return (seed + (uint32_t)index) * 2654435761u ^ seed;
}

void pattern_fill(void *memory, size_t len, uint32_t seed)
{
	uint32_t *word = memory;

	for (size_t i = 0; i < len / sizeof(*word); i++)
		word[i] = pattern_word(i, seed);
}

bool pattern_holds(const void *memory, size_t len, uint32_t seed)
{
	const uint32_t *word = memory;

	for (size_t i = 0; i < len / sizeof(*word); i++)
		if (word[i] != pattern_word(i, seed))
			return false;
	return true;
}

uint32_t random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

unsigned long meminfo_kib(const char *name)
{
	FILE *file = fopen("/proc/meminfo", "re");
	const size_t length = strlen(name);
	unsigned long kib = 0;
	char line[128];

	CHECK(file);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length) && line[length] == ':')
			sscanf(line + length + 1, "%lu", &kib);
	fclose(file);
	return kib;
}

static sigjmp_buf after_fault;
static volatile int fault_signal, fault_code;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)context;
	fault_signal = signal;
	fault_code = info->si_code;
	siglongjmp(after_fault, 1);
}

static const int fault_signals[] = { SIGSEGV, SIGBUS, SIGILL };
#define NR_FAULT_SIGNALS	(sizeof(fault_signals) / sizeof(fault_signals[0]))

static void do_access(enum access kind, const void *address)
{
	volatile unsigned char *byte = (volatile unsigned char *)(uintptr_t)address;

	if (kind == ACCESS_READ)
		(void)*byte;
	else if (kind == ACCESS_WRITE)
		*byte = *byte;
	else
		((void (*)(void))(uintptr_t)address)();
}

int access_signal(enum access kind, const void *address, int *code)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	struct sigaction former[NR_FAULT_SIGNALS];

	fault_signal = fault_code = 0;
	for (size_t i = 0; i < NR_FAULT_SIGNALS; i++)
		CHECK_CALL(sigaction(fault_signals[i], &action, &former[i]));
	if (!sigsetjmp(after_fault, 1))
		do_access(kind, address);
	for (size_t i = 0; i < NR_FAULT_SIGNALS; i++)
		CHECK_CALL(sigaction(fault_signals[i], &former[i], NULL));
	if (code)
		*code = fault_code;
	return fault_signal;
}
