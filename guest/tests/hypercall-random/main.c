/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hypercall-random - a million random hypercalls of domain 1 leave the rest alive
 *
 * The sequence is the same on every run.  Arguments are small numbers, random words, and pointers
 * to a page of random words, to unmapped memory and into the hypervisor's window.  Left out: what
 * would end the machine or stop domain 1 for good, and what makes the hypervisor write into its
 * program.  If domain 1 hurts itself all the same it is restarted and goes on where it was.  Dom0
 * looks at the progress ten times a second: its timer, its hypercalls and its xenstore must work.
 */
#include <exentest.h>

#define CALLS		1000000u
#define PIECE		1000u		/* calls between two looks at the mailbox */
#define STALL_LIMIT	100		/* tenths of a second without progress */

enum { WORD_DONE, WORD_STARTS };

#define SCRATCH_INDEX	16		/* in the foreign area; the pages beside it are unmapped */
#define SCRATCH_SIZE	GUEST_PAGE_SIZE

static uint8_t backing[SCRATCH_SIZE] __attribute__((aligned(4096)));
static uint32_t *scratch;
static uint32_t rng;

static const uint8_t numbers[] = {
#define HYPERCALL(number, name, privilege)	number,
#include <hypercalls.def>
#undef HYPERCALL
};

static uint32_t random_word(void)
{
	return exentest_random(&rng);
}

static uint32_t random_pointer(void)
{
	const uint32_t offset = random_word() % SCRATCH_SIZE;

	switch (random_word() % 8) {
	case 0:
		return 0x1000 + offset;
	case 1:
		return EXEN_WINDOW_BASE + random_word() % EXEN_WINDOW_SIZE;
	case 2:
		return random_word() | 0x80000000;
	default:
		return hypercall_ptr(scratch) + (offset & ~7u);
	}
}

static uint32_t random_argument(void)
{
	switch (random_word() % 4) {
	case 0:
		return random_word();
	case 1:
		return random_pointer();
	default:
		return random_word() % 32;
	}
}

/* A multicall in the page must not do what is left out below: no word names such a call. */
static void fill_scratch(void)
{
	for (uint32_t i = 0; i < SCRATCH_SIZE / 4; i++) {
		uint32_t word = random_word() % 2 ? random_argument() : random_word() % 4;

		if (word == EXEN_HYPERCALL_op || word == __HYPERVISOR_sched_op ||
		    word == __HYPERVISOR_vcpu_op || word == __HYPERVISOR_console_io)
			word = __HYPERVISOR_xen_version;
		scratch[i] = word;
	}
}

static bool is_left_out(uint32_t nr, const uint32_t *arg)
{
	switch (nr) {
	case EXEN_HYPERCALL_op:
		return arg[0] == EXEN_OP_exit || arg[0] == EXEN_OP_set_irq_vector;
	case __HYPERVISOR_sched_op:
		return arg[0] == SCHEDOP_block || arg[0] == SCHEDOP_poll ||
		       arg[0] == SCHEDOP_shutdown;
	case __HYPERVISOR_vcpu_op:
		return arg[0] == VCPUOP_down || arg[0] == VCPUOP_register_runstate_memory_area ||
		       arg[0] == VCPUOP_initialise;
	case __HYPERVISOR_grant_table_op:	/* no flood on the console, here and below */
		return arg[0] == GNTTABOP_dump_table;
	case __HYPERVISOR_console_io:
		return arg[0] == CONSOLEIO_write && arg[2] >= GUEST_RAM_VA &&
		       arg[2] < EXEN_WINDOW_BASE;
	default:
		return false;
	}
}

/* A pointer outside the page could lead a result into this program. */
static bool is_dangerous(uint32_t word)
{
	const uint32_t page = hypercall_ptr(scratch);

	return word >= GUEST_RAM_VA - SCRATCH_SIZE &&
	       !(word >= page && word < page + SCRATCH_SIZE) &&
	       !(word >= EXEN_WINDOW_BASE && word < EXEN_WINDOW_BASE + EXEN_WINDOW_SIZE);
}

static void call_at_random(void)
{
	uint32_t nr = random_word() % 16 ? numbers[random_word() % sizeof(numbers)] :
		      random_word() % 128;
	uint32_t arg[5];

	for (uint32_t i = 0; i < 5; i++) {
		do
			arg[i] = random_argument();
		while (is_dangerous(arg[i]));
	}
	if (nr != __HYPERVISOR_multicall && random_word() % 2)
		arg[1] = random_pointer();
	if (is_dangerous(arg[1]) || is_left_out(nr, arg))
		return;
	if (nr == __HYPERVISOR_multicall)
		arg[1] %= 64;
	hypercall(nr, arg[0], arg[1], arg[2], arg[3], arg[4]);
}

static void domu(void)
{
	volatile uint32_t *word = mailbox()->word;

	foreign_map(SCRATCH_INDEX, va_to_pa(backing), false);
	scratch = foreign_page(SCRATCH_INDEX);
	word[WORD_STARTS]++;
	while (word[WORD_DONE] < CALLS) {
		rng = word[WORD_DONE] + 0x9e3779b9;
		fill_scratch();
		word[WORD_DONE] += PIECE;	/* at once: a restart goes on behind this piece */
		for (uint32_t i = 0; i < PIECE; i++)
			call_at_random();
	}
	for (;;)
		sched_block();
}

static void check_alive(bool has_store)
{
	char domid[8];

	CHECK_EQ(xen_version(XENVER_version, NULL), 4 << 16 | 17);
	if (has_store)
		CHECK_EQ(xs_read(XS_NO_TRANSACTION, "domid", domid, sizeof(domid)), 1);
}

static void dom0(void)
{
	volatile uint32_t *word = mailbox()->word;
	const bool has_store = !xs_init();
	uint32_t last = 0;

	for (uint32_t stalled = 0; word[WORD_DONE] < CALLS; stalled++) {
		sleep_ns(100 * NS_PER_MS);
		check_alive(has_store);
		if (word[WORD_DONE] != last)
			stalled = 0;
		last = word[WORD_DONE];
		if (stalled > STALL_LIMIT)
			exentest_failure("domain 1 stopped after %u calls", last);
	}
	exentest_note("%u calls, %u starts", word[WORD_DONE], word[WORD_STARTS]);
}

EXENTEST2(dom0, domu);
