/* SPDX-License-Identifier: BSD-2-Clause */
/* The vector page, exceptions, the end of a guest that has gone wrong. */
#include <guest/guest.h>
#include "internal.h"

#define LDR_PC_LITERAL	0xe59ff118	/* ldr pc, [pc, #0x118]: literal at vector + 0x120 */
#define LDR_PC_FIQ	0xe59ff0dc	/* as exen.h says: literal at 0x100 */
#define LDR_PC_IRQ	0xe59ff0e4	/* literal at 0x104 */
#define LITERALS	(0x120 / 4)
#define VECTOR_IRQ	6
#define VECTOR_FIQ	7

static uint32_t vector_page[1024] __attribute__((aligned(4096)));
static trap_handler_t handlers[TRAP_NR];

static const char *const trap_names[TRAP_NR] = {
	"reset", "undefined instruction", "supervisor call", "prefetch abort", "data abort",
};

void traps_init(void)
{
	static void (*const entries[])(void) = {
		vector_reset, vector_undef, vector_svc, vector_pabt, vector_dabt, vector_reset,
		vector_irq,
	};
	const struct exen_ops *ops = exen_ops();

	for (uint32_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		vector_page[i] = LDR_PC_LITERAL;
		vector_page[LITERALS + i] = (uint32_t)(uintptr_t)entries[i];
	}
	vector_page[VECTOR_FIQ] = LDR_PC_FIQ;
	vector_page[0x100 / 4] = ops->fiq_entry;
	if (ops->irq_entry) {
		vector_page[VECTOR_IRQ] = LDR_PC_IRQ;
		vector_page[0x104 / 4] = ops->irq_entry;
	}
	icache_sync(vector_page, sizeof(vector_page));
	mm_map_vectors(vector_page);
}

/* The page is data at two addresses: what the vectors' own has cached is old. */
void traps_set_irq(void (*entry)(void))
{
	vector_page[LITERALS + VECTOR_IRQ] = (uint32_t)(uintptr_t)entry;
	dcache_clean(&vector_page[LITERALS + VECTOR_IRQ], sizeof(vector_page[0]));
	__asm__ volatile("mcr p15, 0, %0, c7, c14, 1"
			 : : "r"(GUEST_VECTORS_VA + 4 * (LITERALS + VECTOR_IRQ)) : "memory");
	memory_barrier();
}

trap_handler_t trap_set_handler(enum trap_kind kind, trap_handler_t handler)
{
	const trap_handler_t former = handlers[kind];

	handlers[kind] = handler;
	return former;
}

void trap_handle(enum trap_kind kind, struct trap_frame *frame)
{
	if (!handlers[kind] || !handlers[kind](kind, frame))
		trap_panic_enter(kind, frame);
}

static uint32_t fault_register(enum trap_kind kind, bool address)
{
	uint32_t value = 0;

	if (kind == TRAP_DABT && address)
		__asm__ volatile("mrc p15, 0, %0, c6, c0, 0" : "=r"(value));
	else if (kind == TRAP_DABT)
		__asm__ volatile("mrc p15, 0, %0, c5, c0, 0" : "=r"(value));
	else if (kind == TRAP_PABT && !address)
		__asm__ volatile("mrc p15, 0, %0, c5, c0, 1" : "=r"(value));
	return value;
}

void trap_panic(enum trap_kind kind, const struct trap_frame *frame, uint32_t sp_svc,
		uint32_t lr_svc)
{
	const uint32_t *r = frame->r;

	printf("guest: %s, pc %08x psr %08x status %08x address %08x\n", trap_names[kind],
	       frame->pc, frame->spsr, fault_register(kind, false), fault_register(kind, true));
	for (uint32_t i = 0; i < 12; i += 4)
		printf("guest: r%-2u %08x %08x %08x %08x\n", i, r[i], r[i + 1], r[i + 2], r[i + 3]);
	printf("guest: r12 %08x sp_svc %08x lr_svc %08x\n", r[12], sp_svc, lr_svc);
	sched_shutdown(SHUTDOWN_crash);
}

void vpanic(const char *fmt, va_list args)
{
	char text[160];

	irq_disable();
	vsnprintf(text, sizeof(text), fmt, args);
	printf("guest: panic: %s\n", text);
	sched_shutdown(SHUTDOWN_crash);
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vpanic(fmt, args);
}

/* Called by libgcc for a division by zero. */
int raise(int signal)
{
	panic("signal %d: division by zero", signal);
}

static bool skip_access(enum trap_kind kind, struct trap_frame *frame)
{
	(void)kind;
	frame->pc += 4;
	frame->r[12] = 1;
	return true;
}

/* r12 tells whether the access was skipped. */
bool probe_read(const volatile uint32_t *va, uint32_t *value)
{
	const trap_handler_t former = trap_set_handler(TRAP_DABT, skip_access);
	register uint32_t faulted __asm__("r12") = 0;
	uint32_t word = 0;
	bool is_ok;

	__asm__ volatile("ldr %0, [%2]" : "+r"(word), "+r"(faulted) : "r"(va) : "memory");
	is_ok = !faulted;
	trap_set_handler(TRAP_DABT, former);
	*value = word;
	return is_ok;
}

bool probe_write(volatile uint32_t *va, uint32_t value)
{
	const trap_handler_t former = trap_set_handler(TRAP_DABT, skip_access);
	register uint32_t faulted __asm__("r12") = 0;
	bool is_ok;

	__asm__ volatile("str %1, [%2]" : "+r"(faulted) : "r"(value), "r"(va) : "memory");
	is_ok = !faulted;
	trap_set_handler(TRAP_DABT, former);
	return is_ok;
}
