/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <asm/machine.h>
#include <exen/arch.h>
#include <exen/board.h>
#include <exen/boot.h>
#include <exen/bug.h>
#include <exen/console.h>
#include <exen/domain_build.h>
#include <exen/irq.h>
#include <exen/printk.h>
#include <exen/sched.h>
#include <exen/string.h>
#include <exen/timer.h>
#include <exen/watchdog.h>
#include "fake_core.h"
#include "gnttab.h"
#include "rules.h"
#include "unit.h"
#include "xenstore/xenstore.h"

static const struct board test_board = {
	.name = "test",
	.compatible = "test,board",
	.serial.irq = 40,
	.clock.irq = 27,
	.fdt_rules = &test_board_fdt_rules,
};

struct fake fake;
struct boot_info boot_info;
static struct board test_board_with_screen;
const struct board *board = &test_board;

struct domain domain_table[MAX_DOMAINS];

static uint8_t *ram;
static jmp_buf leave;
static unsigned int nr_steps;

void fake_reset(const void *fit, uint32_t size)
{
	memset(&fake, 0, sizeof(fake));
	fake_store_remove("/");
	board = &test_board;
	memset(domain_table, 0, sizeof(domain_table));
	fake.focus = -2;
	fake.cpu = (struct image_cpu){ .arch = IMAGE_ARCH_V7, .features = ~0u };
	free(ram);
	ram = malloc(FAKE_RAM_SIZE);
	CHECK(ram);
	memset(ram, 0xa5, FAKE_RAM_SIZE);
	boot_info = (struct boot_info){
		.ram_base = FAKE_RAM_BASE,
		.ram_size = FAKE_RAM_SIZE,
		.slots_size = FAKE_RAM_SIZE,
		.fit = fit,
		.fit_size = size,
	};
}

void fake_screen(void)
{
	static const struct display_ops ops;

	test_board_with_screen = test_board;
	test_board_with_screen.display.ops = &ops;
	board = &test_board_with_screen;
}

enum fake_end fake_run(void (*fn)(void))
{
	const int end = setjmp(leave);

	if (end)
		return (enum fake_end)end;
	fn();
	return FAKE_RETURNED;
}

static void work(void)
{
	while (domain_work()) {
		CHECK(!fake.is_irq_masked);
		nr_steps++;
		CHECK(nr_steps < 100000);
	}
}

enum fake_end fake_work(void)
{
	nr_steps = 0;
	return fake_run(work);
}

unsigned int fake_nr_steps(void)
{
	return nr_steps;
}

uint8_t *fake_ram(paddr_t pa)
{
	CHECK(pa - FAKE_RAM_BASE < FAKE_RAM_SIZE);
	return ram + (pa - FAKE_RAM_BASE);
}

void fake_end_domain(struct domain *d, unsigned int code)
{
	CHECK(d->state == DOMAIN_RUNNING);
	d->state = DOMAIN_SHUTDOWN;
	d->shutdown_code = code;
	domain_ended(d);
}

void fake_fire_timer(void)
{
	struct timer *t = fake.timer;

	CHECK(t);
	fake.timer = NULL;
	t->fn(t->arg);
}

/* ---- what build*.c calls --------------------------------------------------------------------- */

void panic(const char *fmt, ...)
{
	fprintf(stderr, "panic: %s\n", fmt);
	abort();
}

void printk(const char *fmt, ...)
{
	const size_t used = strlen(fake.text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(fake.text + used, sizeof(fake.text) - used, fmt, args);
	va_end(args);
}

void boot_refuse(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(fake.refusal, sizeof(fake.refusal), fmt, args);
	va_end(args);
	longjmp(leave, FAKE_REFUSED);
}

void machine_stop(unsigned int status)
{
	fake.exit_status = status;
	longjmp(leave, FAKE_STOPPED);
}

void machine_show(paddr_t frame)
{
	fake.frame = frame;
	fake.nr_shown++;
}

paddr_t machine_shown(void)
{
	CHECK(fake.nr_shown);
	return fake.frame;
}

void watchdog_start(uint32_t limit_s)
{
	fake.watchdog_s = limit_s;
	fake.nr_watchdog_starts++;
}

void arch_flush_dcache_area(const void *start, uint32_t len_bytes)
{
	fake.flushed = start;
	fake.nr_flushed = len_bytes;
}

void semihosting_allow(void)
{
	fake.is_exit_allowed = true;
}

bool irq_is_assignable(unsigned int irq)
{
	return irq >= EXEN_IRQ_LINE && irq < FAKE_NR_IRQS && irq != board->serial.irq &&
	       irq != board->clock.irq;
}

unsigned long irq_save(void)
{
	CHECK(!fake.is_irq_masked);
	fake.is_irq_masked = true;
	return 0;
}

void irq_restore(unsigned long flags)
{
	CHECK(fake.is_irq_masked && !flags);
	fake.is_irq_masked = false;
}

void thread_kick(void)
{
	fake.nr_kicks++;
}

void *thread_ram(paddr_t pa)
{
	fake.nr_cleans = 0;
	return fake_ram(pa);
}

void arch_cpu(struct image_cpu *found)
{
	*found = fake.cpu;
}

void arch_clean_dcache_all(void)
{
	fake.nr_cleans++;
}

void arch_fill_boot_info(struct exen_boot_info *info)
{
	for (uint32_t i = 0; i < EXEN_WINDOW_SECTIONS; i++)
		info->section[i] = 0x7fc0040e + (i << 20);
}

paddr_t shared_page_paddr(const void *va)
{
	return 0x7fe00000;
}

paddr_t gnttab_frames_paddr(const struct domain *d)
{
	return 0x7fe10000 + d->domid * 0x8000u;
}

void console_focus(struct domain *d)
{
	fake.focus = d ? d->domid : -1;
}

ns_t time_now_ns(void)
{
	return 0;
}

void timer_init(struct timer *t, void (*fn)(void *), void *arg, const unsigned int *priority)
{
	*t = (struct timer){ .fn = fn, .arg = arg, .priority = priority };
}

void timer_set(struct timer *t, ns_t deadline_ns)
{
	CHECK(fake.is_irq_masked && t->fn && deadline_ns);
	fake.timer = t;
}

/* Nobody asks for DOMID_SELF here. */
struct vcpu *current_vcpu(void)
{
	abort();
}

struct domain *domain_next(const struct domain *prev)
{
	for (unsigned int i = prev ? prev->domid + 1u : 0; i < MAX_DOMAINS; i++)
		if (domain_table[i].state != DOMAIN_NONE)
			return &domain_table[i];
	return NULL;
}

struct domain *domain_create(const struct domain_params *params)
{
	struct domain *d = &domain_table[params->domid];

	CHECK(params->domid < MAX_DOMAINS && d->state == DOMAIN_NONE);
	d->domid = params->domid;
	d->slot = params->slot;
	d->is_privileged = params->is_privileged;
	d->config = params->config;
	d->nr_vcpus = 1;
	d->vcpu[0].priority = params->priority;
	d->vcpu[0].budget.budget_ns = params->budget_us * NS_PER_US;
	d->vcpu[0].budget.period_ns = params->period_us * NS_PER_US;
	memcpy(d->irq_owned, params->irq_owned, sizeof(d->irq_owned));
	snprintf(d->name, sizeof(d->name), "%s", params->name);
	d->state = DOMAIN_BUILDING;
	return d;
}

int domain_reset_for_start(struct domain *d)
{
	CHECK(!fake.is_irq_masked && d->state == DOMAIN_SHUTDOWN);
	if (fake.reset_error)
		return fake.reset_error;
	d->state = DOMAIN_BUILDING;
	return 0;
}

void domain_start(struct domain *d, paddr_t entry, paddr_t dtb)
{
	struct fake_start *s = &fake.start[d->domid];

	CHECK(fake.is_irq_masked && d->state == DOMAIN_BUILDING);
	d->state = DOMAIN_RUNNING;
	s->nr_starts = ++d->nr_starts;
	s->entry = entry;
	s->dtb = dtb;
	s->cleans_before = fake.nr_cleans;
}

int domain_store_connect(struct domain *d)
{
	CHECK(d->state == DOMAIN_BUILDING);
	fake.nr_connects++;
	return fake.store_error;
}

void xenstore_disconnect(domid_t domid)
{
	char home[32];

	fake.nr_disconnects++;
	snprintf(home, sizeof(home), "/local/domain/%u/", domid);
	fake_store_remove(home);
}

void xenstore_shutdown(domid_t domid)
{
}

int xenstore_add_domain_nodes(const struct xenstore_domain_nodes *nodes)
{
	const struct domain *d = domain_by_id(nodes->domid);

	CHECK(!strcmp(nodes->name, d->name) && nodes->memory_kib == d->slot.size >> 10);
	CHECK(strlen(nodes->uuid) == 36);
	return 0;
}
