/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The hypervisor around hypervisor/domain/build*.c, faked: RAM is an array, domains are entries
 * of a table, what happens is recorded.
 */
#ifndef FAKE_CORE_H
#define FAKE_CORE_H

#include <exen/domain.h>
#include <image/cpu.h>

#define FAKE_RAM_BASE	0x60000000u
#define FAKE_RAM_SIZE	(64u << 20)
#define FAKE_NR_IRQS	224u

/** How a start-up or a machine ended, see fake_run(). */
enum fake_end { FAKE_RETURNED, FAKE_REFUSED, FAKE_STOPPED };

struct fake_start {
	unsigned int nr_starts;
	paddr_t entry, dtb;
	unsigned int cleans_before;	/**< cache cleans since RAM was last reached */
};

struct fake {
	struct fake_start start[MAX_DOMAINS];
	char text[65536];		/**< messages */
	char refusal[256];		/**< boot_refuse()'s */
	unsigned int exit_status;
	unsigned int nr_cleans;
	unsigned int nr_disconnects;
	unsigned int nr_connects;
	unsigned int nr_kicks;
	bool is_exit_allowed;
	bool is_irq_masked;
	int reset_error;		/**< what domain_reset_for_start() returns */
	int store_error;		/**< what domain_store_connect() returns */
	int focus;			/**< domid, -1: the hypervisor, -2: never set */
	struct timer *timer;		/**< armed */
	paddr_t frame;			/**< of the last machine_show(), or a test's; 0: none */
	unsigned int nr_shown;		/**< calls of machine_show() */
	uint32_t watchdog_s;		/**< that watchdog_start() was given */
	unsigned int nr_watchdog_starts;
	const void *flushed;		/**< last area written back from the data cache */
	uint32_t nr_flushed;		/**< bytes of it */
	struct image_cpu cpu;		/**< the processor; fake_reset(): ARMv7 with everything */
};

extern struct fake fake;

/** A fresh machine whose image is the @p size bytes at @p fit; RAM is full of rubbish. */
void fake_reset(const void *fit, uint32_t size);
/** The board has a display controller from now on. */
void fake_screen(void);
/** Calls @p fn until it returns, the boot is refused or the machine stops. */
enum fake_end fake_run(void (*fn)(void));
/** The thread's work until there is none, or the machine stops. */
enum fake_end fake_work(void);
/** The number of steps of the last fake_work(). */
unsigned int fake_nr_steps(void);
/** RAM by physical address. */
uint8_t *fake_ram(paddr_t pa);
/** Ends a running domain as its own hypercall would. */
void fake_end_domain(struct domain *d, unsigned int code);
/** The armed timer fires. */
void fake_fire_timer(void);

/* -- xenstore: paths and values (fake_store.c) */

/** A node's value, NULL if it is not there. */
const char *fake_store_read(const char *path);
/** All whose path begins so. */
void fake_store_remove(const char *prefix);

#endif
