/* SPDX-License-Identifier: Apache-2.0 */
/* The board's watchdog is kicked by a timer, and by nothing else while domains run. */
#include <exen/arch.h>
#include <exen/board.h>
#include <exen/printk.h>
#include <exen/timer.h>
#include <exen/vcpu.h>
#include <exen/watchdog.h>

/*
 * One timer gives way to whoever is more urgent, so that kicking makes nobody late.  A domain whose timers
 * follow one another without a gap could hold it up for ever: the other one, later, gives way to nobody.
 */
static struct {
	volatile void *base;		/* set once at boot, as is the limit */
	uint32_t limit_s;
	bool is_running;
	unsigned int nr_kicks;
	struct timer polite, insistent;
} watchdog;

static const unsigned int lowest = SCHED_PRIO_IDLE;

/*
 * Memory that nothing sets when the hypervisor starts: what is here has been left by the one before, if the
 * reset and the loader have spared it.  For watchdogs that do not say themselves that they have fired.
 */
static struct {
	uint32_t word[2];
} mark __attribute__((section(".noinit")));

#define MARK_0	0x676f6457
#define MARK_1	(~0x676f6457u)

static void set_mark(uint32_t first, uint32_t second)
{
	mark.word[0] = first;
	mark.word[1] = second;
	arch_flush_dcache_area(&mark, sizeof(mark));
}

void watchdog_init(volatile void *base)
{
	watchdog.base = base;
	if (board->watchdog.ops->has_fired(base))
		printk("last reset: by the watchdog\n");
	else if (mark.word[0] == MARK_0 && mark.word[1] == MARK_1)
		printk("last reset: by the watchdog, or from outside: the hypervisor had not asked for it\n");
	set_mark(0, 0);
}

void watchdog_expect_reset(void)
{
	if (watchdog.is_running)
		set_mark(0, 0);
}

void watchdog_abandon(void)
{
	watchdog.is_running = false;
}

void watchdog_kick(void)
{
	if (watchdog.is_running)
		board->watchdog.ops->kick(watchdog.base);
}

static void kick_and_wait(void *unused)
{
	const ns_t now = time_now_ns();

	watchdog_kick();
	watchdog.nr_kicks++;
	timer_set(&watchdog.polite, now + watchdog.limit_s * (NS_PER_S / 4ull));
	timer_set(&watchdog.insistent, now + watchdog.limit_s * (NS_PER_S / 3ull));
}

void watchdog_start(uint32_t limit_s)
{
	const struct watchdog_ops *const ops = board->watchdog.ops;

	if (!ops) {
		printk("watchdog: not started: no driver for one on this board\n");
		return;
	}
	if (!limit_s || limit_s > ops->max_s) {
		printk("watchdog: not started: exen,watchdog is %u, and this one (%s) takes 1 to %u seconds\n",
		       (unsigned int)limit_s, ops->name, (unsigned int)ops->max_s);
		return;
	}
	watchdog.limit_s = limit_s;
	watchdog.is_running = true;
	set_mark(MARK_0, MARK_1);
	timer_init(&watchdog.polite, kick_and_wait, NULL, &lowest);
	timer_init(&watchdog.insistent, kick_and_wait, NULL, NULL);
	ops->start(watchdog.base, limit_s);
	kick_and_wait(NULL);
	printk("watchdog: %s resets the board after %u s without the hypervisor\n", ops->name, (unsigned int)limit_s);
}

void watchdog_show(void)
{
	if (watchdog.is_running)
		printk("watchdog: %u s, kicked %u times\n", (unsigned int)watchdog.limit_s, watchdog.nr_kicks);
}
