/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds a domain: its slot is zeroed, kernel and ramdisk are copied from the image, the device tree
 * is written, and its vcpu starts.  All of it runs in the hypervisor's thread in steps of bounded
 * length, so that the console and other domains go on meanwhile; one domain at a time.
 */
#include <asm/machine.h>
#include <image/config.h>
#include <exen/arch.h>
#include <exen/bug.h>
#include <exen/domain.h>
#include <exen/domain_build.h>
#include <exen/printk.h>
#include <exen/sched.h>
#include <exen/string.h>
#include "build.h"
#include "xenstore/xenstore.h"
#include "exen.h"

#define CHUNK		KiB(256u)		/* bytes that one step zeroes or copies */
#define RETRY_NS	(10 * NS_PER_MS)	/* until a restart is tried again */
#define RETRIES_UNTIL_SAID	100

/* What the emulator's exit status says when the last domain has ended. */
#define EXIT_DOMAINS_ENDED	0
#define EXIT_DOMAIN_CRASHED	3

struct job {
	struct domain *domain;		/* NULL: nothing is being built */
	const struct domain_config *config;
	unsigned int step;		/* index of steps[] */
	uint32_t done;			/* bytes of this step */
};

static struct job job;			/* the thread's own */
static uint32_t waiting;		/* domids to look at; interrupts masked */
static struct timer retry_timer[MAX_DOMAINS];
static uint32_t nr_retries[MAX_DOMAINS];

static bool is_crash(unsigned int code)
{
	return code == SHUTDOWN_crash || code == SHUTDOWN_watchdog;
}

/* Copies the next chunk of a payload to its place.  @return it is complete */
static bool copy_chunk(struct job *j, const struct image_payload *payload, uint32_t offset)
{
	const char *from = image_payload_start(build_fit(), payload);
	char *to = thread_ram(j->domain->slot.base + offset);
	const uint32_t len = MIN(payload->size - j->done, CHUNK);

	memcpy(to + j->done, from + j->done, len);
	j->done += len;
	return j->done == payload->size;
}

/* What a former run of the domain has left goes.  What the loader had there at boot may stay: nobody
 * relies on zeroes, and clearing all slots would be most of the time to the first instruction. */
static bool scrub(struct job *j)
{
	const uint32_t len = MIN(j->domain->slot.size - j->done, CHUNK);

	if (j->domain->nr_starts == 0)
		return true;
	memset((char *)thread_ram(j->domain->slot.base) + j->done, 0, len);
	j->done += len;
	return j->done == j->domain->slot.size;
}

static bool copy_kernel(struct job *j)
{
	return copy_chunk(j, &j->config->kernel, j->config->layout.kernel);
}

static bool copy_ramdisk(struct job *j)
{
	return copy_chunk(j, &j->config->ramdisk, j->config->layout.ramdisk);
}

static bool write_boot_info(struct job *j)
{
	struct exen_boot_info *info = thread_ram(j->domain->slot.base + EXEN_BOOT_INFO_OFFSET);

	*info = (struct exen_boot_info){
		.magic = EXEN_BOOT_MAGIC,
		.magic2 = EXEN_BOOT_MAGIC2,
		.version = EXEN_ABI_VERSION,
	};
	arch_fill_boot_info(info);
	return true;
}

static bool is_any_left(void)
{
	for (const struct domain *d = domain_next(NULL); d; d = domain_next(d))
		if (d->state != DOMAIN_HALTED)
			return true;
	return false;
}

/* The domain stays down, and so does the machine if it @p takes_all or no other is left. */
static void halt(struct domain *d, bool takes_all, unsigned int exit_status)
{
	d->state = DOMAIN_HALTED;
	if (!takes_all && is_any_left())
		return;
	printk("the machine stops\n");
	machine_stop(exit_status);
}

/* What cannot be built is the image's fault: this domain stays down, the others run. */
static bool give_up(struct job *j, const char *why)
{
	struct domain *d = j->domain;

	printk("dom%u \"%s\": not started: %s\n", d->domid, d->name, why);
	j->domain = NULL;
	halt(d, false, EXIT_DOMAIN_CRASHED);
	return false;
}

static bool write_tree(struct job *j)
{
	const char *error = build_domain_tree(j->domain, j->config);

	return !error || give_up(j, error);
}

static bool connect_store(struct job *j)
{
	return !build_store_connect(j->domain) || give_up(j, "xenstore has no room");
}

static void print_start(const struct job *j)
{
	const struct domain_config *c = j->config;
	const paddr_t base = j->domain->slot.base;

	printk("dom%u \"%s\": %u MiB at %08x, kernel %u KiB at %08x, ramdisk %u KiB at %08x, device tree at %08x\n",
	       j->domain->domid, j->domain->name, (unsigned int)(c->slot_size >> 20),
	       (unsigned int)base, (unsigned int)(c->kernel.size >> 10),
	       (unsigned int)(base + c->layout.kernel), (unsigned int)(c->ramdisk.size >> 10),
	       (unsigned int)(base + c->layout.ramdisk), (unsigned int)(base + c->layout.dtb));
}

static bool start(struct job *j)
{
	const paddr_t base = j->domain->slot.base;
	unsigned long flags;

	arch_clean_dcache_all();
	print_start(j);
	flags = irq_save();
	domain_start(j->domain, base + j->config->layout.kernel, base + j->config->layout.dtb);
	irq_restore(flags);
	return true;
}

static bool (*const steps[])(struct job *j) = {
	scrub, copy_kernel, copy_ramdisk, write_boot_info, write_tree, connect_store, start,
};

static void advance(void)
{
	if (!steps[job.step](&job))
		return;
	job.done = 0;
	if (++job.step == ARRAY_SIZE(steps))
		job.domain = NULL;
}

/* ---- domains that have ended ----------------------------------------------------------------- */

static enum image_policy policy(const struct domain *d)
{
	if (is_crash(d->shutdown_code))
		return d->config->on_crash;
	return d->shutdown_code == SHUTDOWN_reboot ? d->config->on_reboot : IMAGE_POLICY_HALT;
}

/* The machine goes with the domain that drives it. */
static void halt_ended(struct domain *d)
{
	printk("dom%u \"%s\": halted\n", d->domid, d->name);
	halt(d, d->is_privileged && d->shutdown_code == SHUTDOWN_poweroff,
	     is_crash(d->shutdown_code) ? EXIT_DOMAIN_CRASHED : EXIT_DOMAINS_ENDED);
}

static void begin(struct domain *d)
{
	job = (struct job){ .domain = d, .config = d->config };
}

static void retry(void *arg)
{
	waiting |= BIT(((const struct domain *)arg)->domid);
	thread_kick();
}

/* Its backends see it end, close, and unmap its pages: not before that it gets its memory back. */
static void restart(struct domain *d)
{
	const bool is_released = build_devices_release(d);
	unsigned long flags;

	xenstore_shutdown(d->domid);
	if (is_released && !domain_reset_for_start(d)) {
		nr_retries[d->domid] = 0;
		build_splash_again(d);
		begin(d);
		return;
	}
	if (++nr_retries[d->domid] == RETRIES_UNTIL_SAID)
		printk("dom%u \"%s\": not restarted yet: others still use its %s\n", d->domid, d->name,
		       is_released ? "memory" : "devices");
	flags = irq_save();
	timer_set(&retry_timer[d->domid], time_now_ns() + RETRY_NS);
	irq_restore(flags);
}

/* Lowest domain that waits, NULL if there is none. */
static struct domain *take_waiting(void)
{
	unsigned long flags;
	struct domain *d;

	if (!READ_ONCE(waiting))
		return NULL;
	flags = irq_save();
	for (d = domain_next(NULL); d; d = domain_next(d))
		if (waiting & BIT(d->domid))
			break;
	if (d)
		waiting &= ~BIT(d->domid);
	irq_restore(flags);
	return d;
}

static bool look_at_next(void)
{
	struct domain *d = take_waiting();

	if (!d)
		return false;
	if (d->state == DOMAIN_BUILDING) {
		begin(d);
		return true;
	}
	if (policy(d) == IMAGE_POLICY_RESTART) {
		restart(d);
		return true;
	}
	build_devices_release(d);
	xenstore_disconnect(d->domid);
	halt_ended(d);
	return true;
}

bool domain_work(void)
{
	if (!job.domain)
		return look_at_next();
	advance();
	return true;
}

void domain_ended(struct domain *d)
{
	BUG_ON(d->domid >= MAX_DOMAINS);
	waiting |= BIT(d->domid);
	thread_kick();
}

void build_queue(struct domain *d)
{
	const unsigned long flags = irq_save();

	timer_init(&retry_timer[d->domid], retry, d, NULL);
	waiting |= BIT(d->domid);
	thread_kick();
	irq_restore(flags);
}
