/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owned-lines - interrupts of a UART and of I/O pins go to the domain that owns them, whoever runs
 *
 * Domain 1 has a higher priority and sleeps.  Dom0, with CPSR.I set, has its device assert its line (it can,
 * as registers are not hidden from who maps them): domain 1 has handled that before dom0 goes on, 100
 * times for each device.  (Where physical interrupts arrive as IRQ, dom0 leaves I clear.)
 */
#include <exentest.h>

#define INTERRUPTS	100
#define LATE_NS		(20 * NS_PER_US)

enum { WHICH, COUNT, HANDLED_LOW, HANDLED_HIGH };	/* words of the mailbox */

/* A device and how its line is asserted and withdrawn. */
struct driver {
	void (*assert)(volatile uint32_t *regs);
	void (*withdraw)(volatile uint32_t *regs);
};

/* ---- PL011 (DDI 0183): sent a byte ---------------------------------------------------------- */

#define UARTDR		(0x00 / 4)
#define UARTCR		(0x30 / 4)
#define UARTIMSC	(0x38 / 4)
#define UARTICR		(0x44 / 4)
#define UART_TX		0x20		/* in IMSC and ICR */
#define UARTCR_ON	0x301

static void pl011_assert(volatile uint32_t *regs)
{
	regs[UARTCR] = UARTCR_ON;
	regs[UARTIMSC] = UART_TX;
	regs[UARTDR] = '.';
}

static void pl011_withdraw(volatile uint32_t *regs)
{
	regs[UARTIMSC] = 0;
	regs[UARTICR] = UART_TX;
}

/* ---- PL061 (DDI 0190): pin 0 is as it must not be ------------------------------------------- */

#define GPIODATA0	(0x004 / 4)	/* pin 0 alone */
#define GPIODIR		(0x400 / 4)
#define GPIOIS		(0x404 / 4)
#define GPIOIEV		(0x40c / 4)
#define GPIOIE		(0x410 / 4)
#define GPIOIC		(0x41c / 4)

static void pl061_assert(volatile uint32_t *regs)
{
	regs[GPIODIR] = 0;
	regs[GPIOIS] = 1;		/* level */
	regs[GPIOIEV] = regs[GPIODATA0] & 1;
	regs[GPIOIE] = 1;
}

static void pl061_withdraw(volatile uint32_t *regs)
{
	regs[GPIOIE] = 0;
	regs[GPIOIEV] = ~regs[GPIODATA0] & 1;
	regs[GPIOIC] = 1;
}

/* ---- where they are -------------------------------------------------------------------------- */

static const struct driver pl011 = { pl011_assert, pl011_withdraw };
static const struct driver pl061 = { pl061_assert, pl061_withdraw };

static const struct place {
	const char *compatible;		/* board */
	const char *node;		/* as in config.dts */
	const struct driver *driver;
	uint32_t base;
	uint32_t irq;
} places[] = {
	{ "arm,vexpress,v2p-ca9", "/bus@40000000/motherboard-bus@40000000/iofpga@7,00000000/uart@a000",
	  &pl011, 0x1000a000, 38 },
	{ "arm,versatile-pb", "/amba/uart@101f2000", &pl011, 0x101f2000, 45 },
	{ "arm,versatile-pb", "/amba/gpio@101e4000", &pl061, 0x101e4000, 38 },
	{ "arm,realview-eb", "/fpga/gpio@10013000", &pl061, 0x10013000, 38 },
};
#define NR_PLACES	(sizeof(places) / sizeof(places[0]))

/* ---- dom0 ------------------------------------------------------------------------------------ */

static void is_not_ours(const struct place *place)
{
	uint32_t len;
	const char *status = fdt_property(guest_fdt(), place->node, "status", &len);

	CHECK(status && !strcmp(status, "disabled"));
	CHECK_EQ(irq_unmask(place->irq), -XEN_EPERM);
}

/* @return ns from the assertion to domain 1's handler */
static uint32_t interrupt_once(const struct place *place, volatile uint32_t *regs)
{
	volatile uint32_t *word = mailbox()->word;
	const uint32_t count = word[COUNT];
	const uint64_t from_ns = time_ns();
	uint64_t handled_ns;

	place->driver->assert(regs);
	while (word[COUNT] == count && time_ns() < from_ns + NS_PER_S)
		;
	CHECK_EQ(word[COUNT], count + 1);
	handled_ns = (uint64_t)word[HANDLED_HIGH] << 32 | word[HANDLED_LOW];
	CHECK(handled_ns >= from_ns);
	return (uint32_t)(handled_ns - from_ns);
}

static void try(const struct place *place)
{
	const bool is_fiq = exen_ops()->features & EXEN_FEATURE_FIQ;
	volatile uint32_t *regs = map_device(place->base, GUEST_PAGE_SIZE);
	uint32_t latest_ns = 0, psr;

	REQUIRE(regs);
	is_not_ours(place);
	psr = is_fiq ? irq_save() : 0;
	for (uint32_t i = 0; i < INTERRUPTS; i++) {
		const uint32_t ns = interrupt_once(place, regs);

		latest_ns = ns > latest_ns ? ns : latest_ns;
	}
	if (is_fiq)
		irq_restore(psr);
	exentest_note("%s: latest %u ns", place->node, latest_ns);
	CHECK(latest_ns < LATE_NS);
}

static bool is_here(const struct place *place, const void *fdt)
{
	uint32_t len;
	const char *compatible = fdt_property(fdt, "/", "compatible", &len);

	return compatible && !strcmp(compatible, place->compatible);
}

static void dom0(void)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < NR_PLACES; i++) {
		if (!is_here(&places[i], guest_fdt()))
			continue;
		found++;
		mailbox()->word[WHICH] = i;
		peer_signal(found);
		peer_await(found);
		try(&places[i]);
	}
	if (!found)
		exentest_error("unknown board");
	peer_check();
}

/* ---- domain 1 -------------------------------------------------------------------------------- */

static volatile uint32_t *mapped;
static const struct driver *driver;

static void handle_irq(uint32_t irq)
{
	volatile uint32_t *word = mailbox()->word;
	const uint64_t now_ns = time_ns();

	(void)irq;
	driver->withdraw(mapped);
	word[HANDLED_LOW] = (uint32_t)now_ns;
	word[HANDLED_HIGH] = (uint32_t)(now_ns >> 32);
	word[COUNT]++;
}

static void domu(void)
{
	for (uint32_t step = 1; ; step++) {
		const struct place *place;

		peer_await(step);
		place = &places[mailbox()->word[WHICH]];
		mapped = map_device(place->base, GUEST_PAGE_SIZE);
		REQUIRE(mapped);
		driver = place->driver;
		irq_set_handler(place->irq, handle_irq);
		CHECK_EQ(irq_unmask(place->irq), 0);
		peer_signal(step);
	}
}

EXENTEST2(dom0, domu);
