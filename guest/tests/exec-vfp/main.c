/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec-vfp - threads that compute with VFP and preempt each other get the results that they get alone
 *
 * Three threads of different urgency iterate a chaotic map and keep values in the other registers; a
 * fourth, between them, uses no VFP and finds it off.  The urgent one preempts the others 300 times.  Each
 * result is compared with that of the same steps without interrupts, and VFP's arithmetic with the
 * compiler's own.  Registers of threads that have ended are written no more.
 */
#include <exentest.h>
#include <exec/exec.h>
#include "logistic.h"

#define STACK_BYTES	4096
#define PIECE		100		/* steps in one call */
#define ROUNDS		300		/* of the urgent one */
#define PERIOD_NS	(100 * NS_PER_US)
#define VFP_ADD		0xee300b00u	/* vadd.f64 d0, d0, d0 */

struct computer {
	struct exec_thread thread;
	struct vfp_registers registers;
	uint64_t period_ns;	/* 0: without a pause */
	double start, result;
	uint32_t fpscr;
	volatile uint32_t pieces;
	volatile bool has_ended;
};

static struct exec_thread director, tenant;
static EXEC_STACK(director_stack, STACK_BYTES);
static EXEC_STACK(tenant_stack, STACK_BYTES);
static uint32_t stacks[3][STACK_BYTES / 4] __attribute__((aligned(8)));
static volatile uint32_t undefined;
static volatile bool is_over;

static struct computer computers[3] = {
	{ .start = 0.1, .fpscr = FPSCR_RUN_FAST | 1u << 28 },
	{ .start = 0.2, .fpscr = FPSCR_RUN_FAST | 2u << 28, .period_ns = 3 * PERIOD_NS },
	{ .start = 0.3, .fpscr = FPSCR_RUN_FAST | 4u << 28, .period_ns = PERIOD_NS },
};

static bool count_undefined(enum trap_kind kind, struct trap_frame *frame)
{
	(void)kind;
	undefined++;
	frame->pc += 4;
	return true;
}

static double without_vfp(double x, uint32_t n)
{
	while (n--)
		x = 3.9 * x * (1 - x);
	return x;
}

static uint64_t bits(double x)
{
	uint64_t word;

	memcpy(&word, &x, sizeof(word));
	return word;
}

/* What calls keep and nothing computes with here: d8 and up. */
static void fill(struct vfp_registers *registers, const struct computer *c)
{
	for (uint32_t i = 0; i < 32; i++)
		registers->d[i] = bits(c->start) + i;
	registers->fpscr = c->fpscr;
}

static void check_kept(const struct computer *c)
{
	struct vfp_registers expected, kept;

	vfp_save(&kept);
	fill(&expected, c);
	CHECK_EQ(kept.fpscr >> 20, c->fpscr >> 20);	/* below it has flags of what has been computed */
	for (uint32_t i = 8; i < (vfp_has_32 ? 32u : 16u); i++)
		CHECK_EQ(kept.d[i], expected.d[i]);
}

static void compute(void *argument)
{
	struct computer *c = argument;
	struct vfp_registers registers;
	struct exec_period period;
	double x = c->start;

	REQUIRE(port_vfp_use(&c->registers));
	fill(&registers, c);
	vfp_load(&registers);
	exec_period_init(&period, exec_now_ns(), c->period_ns ?: 1);
	while (!is_over) {
		x = logistic(x, PIECE);
		c->pieces++;
		if (c->period_ns)
			exec_period_wait(&period);
	}
	check_kept(c);
	c->result = x;
	c->has_ended = true;
}

/* Uses no VFP, or it would find out. */
static void without(void *unused)
{
	(void)unused;
	while (!is_over) {
		const uint32_t before = undefined;

		__asm__ volatile(".inst %c0" : : "i"(VFP_ADD));
		CHECK_EQ(undefined, before + 1);
		exec_sleep_until(exec_now_ns() + PERIOD_NS / 2);
	}
}

static void start(struct computer *c, const char *name, uint8_t priority, uint32_t *stack)
{
	exec_thread_create(&c->thread, name, priority, stack, STACK_BYTES, compute, c);
}

/* What it has computed is what the same steps give when nobody interrupts them. */
static void await(const struct computer *c)
{
	uint32_t irq;

	while (!c->has_ended)
		exec_sleep_until(exec_now_ns() + NS_PER_MS);
	irq = port_irq_mask();
	CHECK_EQ(bits(c->result), bits(logistic(c->start, c->pieces * PIECE)));
	port_irq_restore(irq);
}

static void preemption(void)
{
	static const char *const names[] = { "least", "middle", "urgent" };

	for (uint32_t i = 0; i < 3; i++)
		start(&computers[i], names[i], 3 + 2 * i, stacks[i]);
	exec_thread_create(&tenant, "without", 6, tenant_stack, STACK_BYTES, without, NULL);
	while (computers[2].pieces < ROUNDS)
		exec_sleep_until(exec_now_ns() + NS_PER_MS);
	is_over = true;
	for (uint32_t i = 0; i < 3; i++)
		await(&computers[i]);
	CHECK(computers[0].pieces > 0 && computers[1].pieces > 0 && undefined > 0);
	CHECK_EQ(bits(logistic(0.1, PIECE)), bits(without_vfp(0.1, PIECE)));
}

/* Registers of a thread that has ended lie in memory that may be another's. */
static void life_after_death(struct vfp_registers *own)
{
	static struct computer last;
	static const struct vfp_registers zero;

	port_vfp_leave();
	start(&last, "last", 9, stacks[0]);
	CHECK(last.has_ended);
	memset(&last.registers, 0, sizeof(zero));
	CHECK(port_vfp_use(own));
	CHECK(!memcmp(&last.registers, &zero, sizeof(zero)));
}

static void direct(void *unused)
{
	static struct vfp_registers registers;

	(void)unused;
	if (!port_vfp_use(&registers))
		exentest_skip("no VFP");
	trap_set_handler(TRAP_UNDEF, count_undefined);
	preemption();
	life_after_death(&registers);
	exentest_note("pieces %u, %u, %u; VFP found off %u times", computers[0].pieces,
		      computers[1].pieces, computers[2].pieces, undefined);
	exentest_end(EXENTEST_SUCCESS, "after %u ms", (uint32_t)(exec_now_ns() / NS_PER_MS));
}

static void dom0(void)
{
	exec_thread_create(&director, "director", 8, director_stack, STACK_BYTES, direct, NULL);
	exec_start();
}

EXENTEST(dom0);
