/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * register-integrity - a vcpu's registers are its own across 10,000 switches
 *
 * Domain 1 has a higher priority and wakes every 100 us to preempt dom0.  Both keep different
 * values in: r0-r11; sp, lr and spsr of the ABT and UND modes, dom0 also of IRQ; fault status and
 * address; where there are such: the context id, the three thread registers, d0-d31 and FPSCR.  Dom0
 * looks every 1,000 switches, domain 1 each time it wakes.  A load-exclusive of dom0 doesn't outlive a
 * switch.  Where physical interrupts arrive as IRQ, dom0 leaves them unmasked and its IRQ bank alone.
 */
#include <exentest.h>

#define SWITCHES	10000
#define PIECE		1000

#define CP15_REGISTERS(X)							\
	X(dfsr, "c5, c0, 0", true, 0x000000ff)					\
	X(ifsr, "c5, c0, 1", true, 0x0000000f)					\
	X(dfar, "c6, c0, 0", true, 0xffffffff)					\
	X(ifar, "c6, c0, 2", has_ifar, 0xffffffff)				\
	X(contextidr, "c13, c0, 1", cpu_is_v6, 0xffffff00)			\
	X(tpidrurw, "c13, c0, 2", is_v6k, 0xffffffff)				\
	X(tpidruro, "c13, c0, 3", is_v6k, 0xffffffff)				\
	X(tpidrprw, "c13, c0, 4", is_v6k, 0xffffffff)

static bool is_v6k;		/* thread registers */
static bool has_ifar;
static bool has_vfp;
static struct vfp_registers vfp;

static uint32_t value(uint32_t seed, uint32_t i)
{
	return seed * 0x01010101 + i * 0x00100010;
}

static void cp15_set(uint32_t seed)
{
	uint32_t i = 0;

#define SET(name, op, is_there, mask)						\
	if (is_there)								\
		__asm__ volatile("mcr p15, 0, %0, " op : : "r"(value(seed, i) & (mask)));	\
	i++;
	CP15_REGISTERS(SET)
#undef SET
}

static void cp15_check(uint32_t seed)
{
	uint32_t i = 0, word;

#define LOOK(name, op, is_there, mask)						\
	if (is_there) {								\
		__asm__ volatile("mrc p15, 0, %0, " op : "=r"(word));		\
		if ((word & (mask)) != (value(seed, i) & (mask)))		\
			exentest_failure("seed %x: " #name " is %x", seed, word);	\
	}									\
	i++;
	CP15_REGISTERS(LOOK)
#undef LOOK
}

static uint32_t fpscr_value(uint32_t seed)
{
	return (seed & 0xf) << 28 | (seed & 3) << 22;	/* flags and rounding mode */
}

static void vfp_set(uint32_t seed)
{
	if (!has_vfp)
		return;
	for (uint32_t i = 0; i < 32; i++)
		vfp.d[i] = (uint64_t)value(seed, i) << 32 | value(~seed, i);
	vfp.fpscr = fpscr_value(seed);
	vfp_load(&vfp);
}

static void vfp_check(uint32_t seed)
{
	if (!has_vfp)
		return;
	memset(&vfp, 0, sizeof(vfp));
	vfp_save(&vfp);
	CHECK_EQ(vfp.fpscr, fpscr_value(seed));
	for (uint32_t i = 0; i < (vfp_has_32 ? 32u : 16u); i++)
		if (vfp.d[i] != ((uint64_t)value(seed, i) << 32 | value(~seed, i)))
			exentest_failure("seed %x: d%u is %llx", seed, i, vfp.d[i]);
}

/* The kit's own stacks come back before anything can need them. */
static void banks_hold(uint32_t seed, const uint32_t *modes, uint32_t nr_modes,
		       uint32_t (*fn)(uint32_t seed))
{
	uint32_t bank[3][3], changed;

	for (uint32_t m = 0; m < nr_modes; m++) {
		bank[m][0] = modes[m] | PSR_I | (seed & 0xf) << 28;
		bank[m][1] = value(seed, 100 + m);
		bank[m][2] = value(seed, 200 + m);
		regs_bank_exchange(modes[m], bank[m]);
	}
	changed = fn(seed);
	for (uint32_t m = 0; m < nr_modes; m++)
		regs_bank_exchange(modes[m], bank[m]);
	if (changed)
		exentest_failure("seed %x: registers %x have changed", seed, changed);
	for (uint32_t m = 0; m < nr_modes; m++) {
		CHECK_EQ(bank[m][0], modes[m] | PSR_I | (seed & 0xf) << 28);
		CHECK_EQ(bank[m][1], value(seed, 100 + m));
		CHECK_EQ(bank[m][2], value(seed, 200 + m));
	}
}

/* Domain 1's count now.  If it has ended the test, so does this; later its count would jump. */
static uint32_t count_now(void)
{
	const uint32_t count = mailbox()->count;

	peer_check();
	return count;
}

static uint32_t hold_until;

static uint32_t hold_piece(uint32_t seed)
{
	return regs_hold(&mailbox()->count, hold_until, seed);
}

static void exclusive(void)
{
	static uint32_t word;
	volatile uint32_t *counter = &mailbox()->count;

	uint32_t stored = 0;

	for (uint32_t i = 0; i < 20; i++) {
		CHECK_EQ(regs_exclusive(&word, counter, 1), 1);
		stored += !regs_exclusive(&word, counter, 0);	/* a switch may hit this, too */
	}
	CHECK(stored > 0);
}

/* ARM1136 got the registers of ARMv6K with r1, ARM11 MPCore has no IFAR, nor has ARM1136. */
static void init(void)
{
	uint32_t midr;
	bool is_id_scheme;

	__asm__ volatile("mrc p15, 0, %0, c0, c0, 0" : "=r"(midr));
	is_id_scheme = (midr >> 16 & 0xf) == 0xf;
	is_v6k = is_id_scheme || (cpu_is_v6 && (midr >> 20 & 0xf) > 0);
	has_ifar = is_id_scheme && (midr & 0xfff0) != 0xb020;
	has_vfp = vfp_is_there();
}

static void dom0(void)
{
	static const uint32_t modes[] = { PSR_ABT, PSR_UND, PSR_IRQ };
	const bool is_fiq = exen_ops()->features & EXEN_FEATURE_FIQ;
	const uint32_t seed = 0x35;

	init();
	exentest_note("VFP %s, %u double registers", has_vfp ? "yes" : "no", vfp_has_32 ? 32 : 16);
	peer_await(1);
	cp15_set(seed);
	vfp_set(seed);
	for (uint32_t n = 0; n < SWITCHES; n += PIECE) {
		uint32_t psr;

		hold_until = count_now() + PIECE;
		psr = is_fiq ? irq_save() : cpsr_read();
		banks_hold(seed, modes, is_fiq ? 3 : 2, hold_piece);
		irq_restore(psr);
		cp15_check(seed);
		vfp_check(seed);
	}
	if (cpu_is_v6)
		exclusive();
}

static uint32_t sleep_once(uint32_t seed)
{
	(void)seed;
	sleep_ns(100 * NS_PER_US);
	return 0;
}

static void domu(void)
{
	static const uint32_t modes[] = { PSR_ABT, PSR_UND };
	const uint32_t seed = 0xca;

	init();
	cp15_set(seed);
	vfp_set(seed);
	peer_signal(1);
	for (;;) {
		mailbox()->count++;
		banks_hold(seed, modes, 2, sleep_once);
		cp15_check(seed);
		vfp_check(seed);
	}
}

EXENTEST2(dom0, domu);
