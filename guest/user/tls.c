// SPDX-License-Identifier: BSD-2-Clause
/* The thread pointer: by the kernel's helper and, where the processor has one, by its register. */
#include <asm/hwcap.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "user.h"

#define ARM_NR_SET_TLS	0xf0005
#define kuser_get_tls	(*(uint32_t (*)(void))0xffff0fe0)

#define NR_THREADS	4u
#define NR_PROCESSES	6u

static bool has_register;

static uint32_t tls_register(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 3" : "=r"(value));
	return value;
}

static bool tls_is(uint32_t value)
{
	return kuser_get_tls() == value && (!has_register || tls_register() == value);
}

static void check_thread(void *argument, unsigned int number)
{
	const unsigned int *rounds = argument;
	const uint32_t own = kuser_get_tls();

	for (unsigned int i = 0; i < *rounds; i++) {
		CHECK(tls_is(own));
		if (i % 16 == number)
			sched_yield();
	}
}

/* The C library needs its own value back before it is used again. */
static bool holds_value(uint32_t value, unsigned int rounds)
{
	const uint32_t own = kuser_get_tls();
	bool is_held = true;

	syscall(ARM_NR_SET_TLS, value);
	for (unsigned int i = 0; i < rounds && is_held; i++) {
		is_held = tls_is(value);
		if (i % 16 == 0) {
			register long number __asm__("r7") = SYS_sched_yield;
			register long result __asm__("r0");

			__asm__ volatile("svc #0" : "=r"(result) : "r"(number) : "memory");
		}
		is_held = is_held && tls_is(value);
	}
	{
		register long number __asm__("r7") = ARM_NR_SET_TLS;
		register uint32_t pointer __asm__("r0") = own;

		__asm__ volatile("svc #0" : "+r"(pointer) : "r"(number) : "memory");
	}
	return is_held;
}

void test_kuser_tls(unsigned int amount)
{
	pid_t pids[NR_PROCESSES];

	has_register = cpu_hwcap() & HWCAP_TLS;
	test_note(has_register ? "helper and register" : "helper");
	threads_run(NR_THREADS, check_thread, &amount);
	for (unsigned int i = 0; i < NR_PROCESSES; i++) {
		pids[i] = child_fork();
		if (!pids[i]) {
			CHECK(holds_value(0x1234560u + i * 0x11111111u, amount));
			child_end();
		}
	}
	for (unsigned int i = 0; i < NR_PROCESSES; i++)
		child_wait(pids[i]);
}
