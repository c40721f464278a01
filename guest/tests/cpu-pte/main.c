/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu-pte - page-table entries of the processor personality give the rights that they describe
 *
 * For each memory type and each combination of user, read-only, dirty, execute-never, young and none:
 * writes an entry with set_pte and with set_pte_v5, then reads, writes and executes the page at PL1,
 * and reads and writes it with the user's rights (LDRT, STRT).  Where an access must fault, fault
 * address and status must tell of a permission or translation fault of a page.  At the end two address
 * spaces with other pages at one address are switched to and fro.
 */
#include <exentest.h>

#define TEST_VA		0xd8000000u	/* not used by the kit */
#define PAGE_INDEX	5u
#define TABLE_WORDS	1024u		/* software entries, then what the processor walks */
#define HARDWARE_WORDS	512u		/* from an entry to its hardware form */
#define FIRST_LEVEL_WORDS 4096u

#define PTE_VALID	(1u << 0)
#define PTE_YOUNG	(1u << 1)
#define PTE_TYPE(n)	((uint32_t)(n) << 2)
#define PTE_DIRTY	(1u << 6)
#define PTE_RDONLY	(1u << 7)
#define PTE_USER	(1u << 8)
#define PTE_XN		(1u << 9)
#define PTE_NONE	(1u << 11)
#define EXTENDED_NG	(1u << 11)	/* as in ARMv6's small page */

#define FLAG_COMBINATIONS 128u		/* young ... none, see flags_of() */
#define TYPE_VECTORS	15u
#define SCTLR_S		(1u << 8)	/* ARMv5: entries without rights can be read at PL1 */

#define STATUS_TRANSLATION_PAGE	7u	/* FSR 3:0 */
#define STATUS_PERMISSION_PAGE	15u
#define BX_LR		0xe12fff1eu

#define SWITCHES	2000u

typedef void (set_pte_t)(uint32_t *pte, uint32_t value, uint32_t extended);
typedef void (switch_mm_t)(uint32_t table_pa, uint32_t context_id);
typedef void (switch_mm_no_asid_t)(uint32_t table_pa);

static const struct exen_cpu *const cpu = (const struct exen_cpu *)EXEN_CPU_TABLE;
static uint32_t *const first_level = (uint32_t *)(GUEST_RAM_VA + GUEST_TABLE_OFFSET);
static uint32_t table[2][TABLE_WORDS] __attribute__((aligned(4096)));
static uint32_t page[2][1024] __attribute__((aligned(4096)));
static uint32_t other_first_level[FIRST_LEVEL_WORDS] __attribute__((aligned(16384)));

static volatile uint32_t *const at = (volatile uint32_t *)(TEST_VA + PAGE_INDEX * 4096);

/* Memory types whose pages can hold code; the others are for data only. */
static const struct {
	uint8_t type;
	bool has_code;
} types[] = {
	{ 0, false }, { 1, true }, { 2, true }, { 3, true }, { 4, false }, { 7, true }, { 9, true },
	{ 11, true }, { 12, false }, { TYPE_VECTORS, true },
};

static struct {
	volatile bool is_taken;
	volatile uint32_t status;
	volatile uint32_t address;
} fault;

static bool on_data_abort(enum trap_kind kind, struct trap_frame *frame)
{
	uint32_t status, address;

	(void)kind;
	__asm__ volatile("mrc p15, 0, %0, c5, c0, 0" : "=r"(status));
	__asm__ volatile("mrc p15, 0, %0, c6, c0, 0" : "=r"(address));
	fault.is_taken = true;
	fault.status = status;
	fault.address = address;
	frame->pc += 4;
	return true;
}

/* run() keeps in r12 where it goes on. */
static bool on_prefetch_abort(enum trap_kind kind, struct trap_frame *frame)
{
	uint32_t status = 0;

	(void)kind;
	if (cpu->flags & EXEN_CPU_IFSR)
		__asm__ volatile("mrc p15, 0, %0, c5, c0, 1" : "=r"(status));
	fault.is_taken = true;
	fault.status = status;
	fault.address = frame->pc;
	frame->pc = frame->r[12];
	return true;
}

enum access { READ, WRITE, USER_READ, USER_WRITE, RUN, NR_ACCESSES };

static void run(void)
{
	register uint32_t target __asm__("r3") = (uint32_t)(uintptr_t)at;

	__asm__ volatile("adr r12, 1f\n\tmov lr, r12\n\tbx %0\n1:"
			 : "+r"(target) : : "r0", "r1", "r2", "r12", "lr", "memory");
}

static bool is_allowed(enum access access)
{
	uint32_t word = BX_LR;

	fault.is_taken = false;
	switch (access) {
	case READ:
		__asm__ volatile("ldr %0, [%1]" : "+r"(word) : "r"(at) : "memory");
		break;
	case WRITE:
		__asm__ volatile("str %0, [%1]" : : "r"(word), "r"(at) : "memory");
		break;
	case USER_READ:
		__asm__ volatile("ldrt %0, [%1]" : "+r"(word) : "r"(at) : "memory");
		break;
	case USER_WRITE:
		__asm__ volatile("strt %0, [%1]" : : "r"(word), "r"(at) : "memory");
		break;
	default:
		run();
	}
	CHECK_EQ(word, BX_LR);
	return !fault.is_taken;
}

static uint32_t flags_of(uint32_t combination)
{
	static const uint32_t bits[] = { PTE_VALID, PTE_YOUNG, PTE_DIRTY, PTE_RDONLY, PTE_USER, PTE_XN,
					 PTE_NONE };
	uint32_t flags = 0;

	for (uint32_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (combination & 1u << i)
			flags |= bits[i];
	return flags;
}

/* What abi/exen.h says of an entry; ARMv5's processors have neither execute-never nor, below a
 * readable page of the user's, read-only pages of PL1. */
static bool must_be_allowed(enum access access, uint32_t value, bool is_v5_form)
{
	const bool is_there = (value & (PTE_VALID | PTE_YOUNG)) == (PTE_VALID | PTE_YOUNG);
	const bool is_writable = (value & PTE_DIRTY) && !(value & PTE_RDONLY);
	const bool is_vectors = (value & PTE_TYPE(15)) == PTE_TYPE(TYPE_VECTORS);
	const bool pl1_follows = cpu->arch >= 6 && !is_v5_form && !is_vectors;

	if (!is_there || (value & PTE_NONE))
		return false;
	switch (access) {
	case READ:
		return true;
	case WRITE:
		return is_writable || ((value & PTE_USER) && !pl1_follows);
	case USER_READ:
		return value & PTE_USER;
	case USER_WRITE:
		return (value & PTE_USER) && is_writable;
	default:
		return cpu->arch < 6 || is_v5_form || !(value & PTE_XN);
	}
}

static void check_fault(enum access access, uint32_t value)
{
	const bool is_there = (value & (PTE_VALID | PTE_YOUNG)) == (PTE_VALID | PTE_YOUNG);
	const uint32_t status = fault.status & 0xf;

	CHECK_EQ(fault.address, (uint32_t)(uintptr_t)at);
	if (access == RUN && !(cpu->flags & EXEN_CPU_IFSR))
		return;
	if (is_there && !(value & PTE_NONE))
		CHECK_EQ(status, STATUS_PERMISSION_PAGE);
	else
		CHECK(status == STATUS_TRANSLATION_PAGE || status == STATUS_PERMISSION_PAGE);
}

static void write_entry(uint32_t set_pte, uint32_t value, uint32_t extended)
{
	((set_pte_t *)set_pte)(&table[0][PAGE_INDEX], value, extended);
	tlb_flush_page((const void *)(uintptr_t)at);
}

static void check_entry(uint32_t set_pte, uint32_t value, bool has_code)
{
	const bool is_v5_form = set_pte == cpu->set_pte_v5;
	const uint32_t nr_accesses = has_code ? NR_ACCESSES : RUN;

	write_entry(set_pte, value, 0);
	CHECK_EQ(table[0][PAGE_INDEX], value);
	for (uint32_t access = 0; access < nr_accesses; access++) {
		const bool expected = must_be_allowed(access, value, is_v5_form);

		if (is_allowed(access) != expected)
			exentest_failure("entry %x%s, hardware %x: access %u %s", value,
					 is_v5_form ? " (v5)" : "", table[0][PAGE_INDEX + HARDWARE_WORDS],
					 access, expected ? "faults" : "is allowed");
		if (!expected)
			check_fault(access, value);
	}
}

static void check_all_entries(uint32_t set_pte)
{
	for (uint32_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		for (uint32_t combination = 0; combination < FLAG_COMBINATIONS; combination++) {
			const uint32_t flags = flags_of(combination);

			/* a type for read-only pages of the user's, before ARMv7 */
			if (types[i].type == TYPE_VECTORS && (cpu->arch > 6 || !(flags & PTE_USER) ||
							     !(flags & PTE_RDONLY)))
				continue;
			check_entry(set_pte, va_to_pa(page[0]) | PTE_TYPE(types[i].type) | flags,
				    types[i].has_code);
		}
	}
}

static void check_not_global(void)
{
	const uint32_t value = va_to_pa(page[0]) | PTE_VALID | PTE_YOUNG | PTE_DIRTY | PTE_TYPE(3) | PTE_USER;

	if (!(cpu->flags & EXEN_CPU_ASID))
		return;
	write_entry(cpu->set_pte, value, 0);
	CHECK(!(table[0][PAGE_INDEX + HARDWARE_WORDS] & EXTENDED_NG));
	write_entry(cpu->set_pte, value, EXTENDED_NG);
	CHECK(table[0][PAGE_INDEX + HARDWARE_WORDS] & EXTENDED_NG);
	write_entry(cpu->set_pte_v5, value, EXTENDED_NG);
	CHECK(is_allowed(READ) && is_allowed(USER_WRITE));
}

static uint32_t table_entry(uint32_t number)
{
	return va_to_pa(&table[number][HARDWARE_WORDS]) | (cpu->arch >= 6 ? 0x01 : 0x11);
}

/* The same address is page 0 in one space and page 1 in the other. */
static void check_switches(void)
{
	const uint32_t flags = PTE_VALID | PTE_YOUNG | PTE_DIRTY | PTE_TYPE(3) | PTE_USER;
	const uint32_t spaces[] = { va_to_pa(first_level), va_to_pa(other_first_level) };
	const uint32_t psr = irq_save();

	memcpy(other_first_level, first_level, sizeof(other_first_level));
	other_first_level[TEST_VA >> 20] = table_entry(1);
	dcache_clean(other_first_level, sizeof(other_first_level));
	for (uint32_t i = 0; i < 2; i++) {
		((set_pte_t *)cpu->set_pte)(&table[i][PAGE_INDEX], va_to_pa(page[i]) | flags, EXTENDED_NG);
		page[i][1] = i;
		dcache_clean(page[i], sizeof(page[i]));
	}
	tlb_flush_page((const void *)(uintptr_t)at);
	for (uint32_t i = 0; i < SWITCHES; i++) {
		const uint32_t space = i & 1;

		if (i & 2)
			((switch_mm_no_asid_t *)cpu->switch_mm_no_asid)(spaces[space]);
		else
			((switch_mm_t *)cpu->switch_mm)(spaces[space], space + 1);
		CHECK_EQ(at[1], (i & ~1u) + space);
		at[1] = i + 2;
		((void (*)(void))cpu->flush_user_all)();
	}
	((switch_mm_no_asid_t *)cpu->switch_mm_no_asid)(spaces[0]);
	irq_restore(psr);
}

static void cpu_pte(void)
{
	uint32_t sctlr;

	if (exen_ops()->size && cpu->size < sizeof(*cpu))
		exentest_error("the table of the processor's functions has %u bytes", cpu->size);
	if (cpu->arch < 6) {
		__asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(sctlr));
		__asm__ volatile("mcr p15, 0, %0, c1, c0, 0" : : "r"(sctlr | SCTLR_S) : "memory");
	}
	page[0][0] = BX_LR;
	icache_sync(page[0], sizeof(page[0]));
	first_level[TEST_VA >> 20] = table_entry(0);
	dcache_clean(&first_level[TEST_VA >> 20], sizeof(uint32_t));
	tlb_flush_page((const void *)TEST_VA);
	trap_set_handler(TRAP_DABT, on_data_abort);
	trap_set_handler(TRAP_PABT, on_prefetch_abort);
	check_all_entries(cpu->set_pte);
	check_all_entries(cpu->set_pte_v5);
	check_not_global();
	check_switches();
}

EXENTEST(cpu_pte);
