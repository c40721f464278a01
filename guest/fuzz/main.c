/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pv-fuzz - a domain that attacks the backends of its disk, network interface, screen or display,
 * keyboard and sound
 *
 * In rounds: attacks of a menu (blk_, net_, screen_, displ_, snd_attack.c), chosen at random, then both
 * ends close, connect anew, and what a good frontend does must work.  A line for each round:
 *
 *	pv-fuzz: round 7 seed 1/7: vbd bad-grants ring-index: good
 *
 * It stops with "pv-fuzz: FAILURE ..." if it does not.  An interface that netback has given up is asked for
 * anew before, by a new number in data/renew ("renewed").  What it does is said in its xenstore, by dom0, in
 * data/fuzz: "attack"; "work": its disk is read, as fast as it goes; "rest", and anything else: nothing.
 * Each order is acknowledged, "pv-fuzz: attack".  Bootargs: seed=NUMBER (default 1), fuzz=ORDER (default
 * rest), the first order; skip=NAME,NAME: attacks that are left out.
 */
#include "blk.h"
#include "displ.h"
#include "net.h"
#include "screen.h"
#include "snd.h"

#define ORDER_NODE	"data/fuzz"
#define MAX_ATTACKS	4
#define RENEW_NODE	"data/renew"
#define CHECK_NS	(2 * NS_PER_S)
#define SLICE_NS	(200 * NS_PER_MS)

static uint64_t seed;
static uint32_t nr_rounds;
static char order[16];

void failure(const char *fmt, ...)
{
	char text[192];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printf("pv-fuzz: FAILURE round %u seed %llu: %s\n", nr_rounds, (unsigned long long)seed, text);
	for (;;)
		sched_block();
}

static bool is_left_out(const char *attack)
{
	const uint32_t len = strlen(attack);

	for (const char *name = bootarg("skip"); name && *name && *name != ' '; name++)
		if (!strncmp(name, attack, len) && (!name[len] || name[len] == ' ' || name[len] == ','))
			return true;
	return false;
}

const struct attack *choose_attack(const struct attack *menu, uint32_t nr)
{
	const struct attack *a;

	do
		a = &menu[below(nr)];
	while (is_left_out(a->name));
	return a;
}

const char *run_attack(const struct attack *menu, uint32_t nr, bool *is_broken)
{
	const struct attack *const attack = choose_attack(menu, nr);

	*is_broken = false;
	attack->run();
	return attack->name;
}

void flood_events(evtchn_port_t port, evtchn_port_t other, uint64_t duration_ns)
{
	const uint64_t end_ns = time_ns() + duration_ns;

	while (time_ns() < end_ns) {
		evtchn_send(port);
		evtchn_send(other);
	}
}

/* A device whose attacks may follow one another on one connection. */
struct device {
	const char *class_name;
	void (*connect)(void);
	const char *(*attack)(void);
	bool (*is_broken)(void);
	void (*restart)(void);
	void (*check)(void);
};

static const struct device disk = { "vbd", blk_connect, blk_attack, blk_is_broken, blk_restart, blk_check };
static const struct device display = {
	"vdispl", displ_connect, displ_attack, displ_is_broken, displ_restart, displ_check
};
static const struct device sound = { "vsnd", snd_connect, snd_attack, snd_is_broken, snd_restart, snd_check };

static void device_round(const struct device *d)
{
	char names[160] = "";
	uint32_t len = 0;

	d->connect();
	for (uint32_t n = 1 + below(MAX_ATTACKS); n; n--) {
		len += (uint32_t)snprintf(names + len, sizeof(names) - len, " %s", d->attack());
		if (d->is_broken())
			break;
	}
	d->restart();
	d->connect();
	d->check();
	d->restart();
	printf("pv-fuzz: round %u seed %llu/%u: %s%s: good\n", nr_rounds, (unsigned long long)seed,
	       nr_rounds, d->class_name, names);
}

static bool net_works(uint64_t timeout_ns)
{
	const bool works = net_connect() && net_check(timeout_ns);

	net_restart();
	return works;
}

/*
 * netback gives up an interface for good when it has caught its frontend at a lie: dom0 has to make a new
 * one, as Xen's tools do when they detach and attach it.
 */
static bool net_renew(void)
{
	static uint32_t nr_renewals;

	xs_printf(XS_NO_TRANSACTION, RENEW_NODE, "%u", ++nr_renewals);
	for (uint32_t i = 0; i < 10; i++) {
		sleep_ns(NS_PER_S / 10);
		net_restart();
		if (net_works(CHECK_NS))
			return true;
	}
	return false;
}

static void net_round(void)
{
	char names[160] = "";
	uint32_t len = 0;
	bool is_renewed = false;

	if (!net_connect() || !net_check(10 * CHECK_NS))
		failure("%s: does not work at the start of a round", net.fe.dir);
	for (uint32_t n = 1 + below(MAX_ATTACKS); n; n--) {
		len += (uint32_t)snprintf(names + len, sizeof(names) - len, " %s", net_attack());
		if (net_is_broken())
			break;
	}
	net_restart();
	if (!net_works(CHECK_NS)) {
		is_renewed = net_renew();
		if (!is_renewed)
			failure("%s: does not work after%s", net.fe.dir, names);
	}
	printf("pv-fuzz: round %u seed %llu/%u: vif%s: %sgood\n", nr_rounds, (unsigned long long)seed,
	       nr_rounds, names, is_renewed ? "renewed, " : "");
}

/* One attack: each needs a start of its own, and most end the connection. */
static void screen_round(void)
{
	const char *name = screen_attack();

	screen_restart();
	screen_check();
	screen_restart();
	printf("pv-fuzz: round %u seed %llu/%u: screen %s: good\n", nr_rounds, (unsigned long long)seed,
	       nr_rounds, name);
}

static void attack(void)
{
	nr_rounds++;
	random_seed(seed << 32 | nr_rounds);
	if (snd.fe.is_there && (!blk.fe.is_there || one_in(3)))
		device_round(&sound);
	else if (displ.fe.is_there && (!blk.fe.is_there || one_in(3)))
		device_round(&display);
	else if (screen.fb.is_there && (!(blk.fe.is_there || net.fe.is_there) || one_in(3)))
		screen_round();
	else if (net.fe.is_there && (!blk.fe.is_there || one_in(2)))
		net_round();
	else
		device_round(&disk);
}

static void work(void)
{
	uint32_t served;

	blk_connect();
	served = blk_work(time_ns() + SLICE_NS);
	blk_restart();
	printf("pv-fuzz: served %u\n", served);
}

static void first_word(const char *text)
{
	uint32_t i = 0;

	while (text[i] && text[i] != ' ' && i < sizeof(order) - 1) {
		order[i] = text[i];
		i++;
	}
	order[i] = '\0';
}

static void read_order(void)
{
	char text[sizeof(order)];

	if (xs_read(XS_NO_TRANSACTION, ORDER_NODE, text, sizeof(text)) <= 0 || !strcmp(text, order))
		return;
	first_word(text);
	printf("pv-fuzz: %s\n", order);
}

static void order_changed(const char *path, const char *token)
{
	(void)path;
	(void)token;
	read_order();
}

void guest_main(void)
{
	const char *first = bootarg("fuzz");

	seed = bootarg_number("seed", 1);
	if (xs_init())
		failure("no xenstore");
	blk_init();
	net_init();
	screen_init();
	displ_init();
	snd_init();
	first_word(first ? first : "rest");
	if (xs_watch(ORDER_NODE, "order", order_changed))
		failure("no watch on %s", ORDER_NODE);
	printf("pv-fuzz: %s, seed %llu, %s %s\n", order, (unsigned long long)seed, blk.fe.dir, net.fe.dir);
	if (blk.fe.is_there)
		blk_restart();
	if (net.fe.is_there)
		net_restart();
	if (screen.fb.is_there)
		screen_restart();
	if (displ.fe.is_there)
		displ_restart();
	if (snd.fe.is_there)
		snd_restart();
	for (;;) {
		xs_dispatch();
		if (!strcmp(order, "attack"))
			attack();
		else if (!strcmp(order, "work"))
			work();
		else
			xs_wait_watch(NS_PER_S);
	}
}
