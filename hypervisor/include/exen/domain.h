/* SPDX-License-Identifier: Apache-2.0 */
/** @file Domain: what the hypervisor knows of one. */
#ifndef EXEN_DOMAIN_H
#define EXEN_DOMAIN_H

#include <exen/lock.h>
#include <exen/types.h>
#include <exen/vcpu.h>
#include "xen.h"

#define MAX_DOMAINS		8	/**< domids 0 .. 7; the hypervisor itself is DOMID_XEN */
#define MAX_VCPUS		1	/**< per domain, until SMP */
#define MAX_EVTCHN_PORTS	256	/**< per domain; the 2-level ABI has room for 4096 */
#define MAX_GRANT_FRAMES	8	/**< per domain; 512 version-1 entries each */
#define MAX_GRANT_MAPS		2048	/**< per domain: mappings it holds of others' frames */
#define NR_HVM_PARAMS		40
#define DOMAIN_NAME_LEN		16

/** Contiguous physical RAM of a domain. */
struct slot {
	paddr_t base;			/**< 2 MiB aligned */
	uint32_t size;			/**< bytes */
};

static inline bool slot_contains(const struct slot *s, paddr_t pa, uint32_t len)
{
	return pa >= s->base && len <= s->size && pa - s->base <= s->size - len;
}

static inline bool slot_contains_frame(const struct slot *s, uint64_t frame)
{
	return frame <= UINT32_MAX &&
	       (uint32_t)frame - (s->base >> PAGE_SHIFT) < s->size >> PAGE_SHIFT;
}

enum domain_state {
	DOMAIN_NONE,			/**< the entry is free */
	DOMAIN_BUILDING,		/**< memory is being filled by the hypervisor's thread */
	DOMAIN_RUNNING,
	DOMAIN_SHUTDOWN,		/**< ended; waits for its policy to be carried out */
	DOMAIN_HALTED,			/**< stays down */
};

struct evtchn_table;			/* domain/evtchn.h */
struct gnttab;				/* domain/gnttab.h */
struct domain_console;			/* domain/console.h */
struct domain_config;			/* image: what the configuration says */

struct domain {
	domid_t domid;
	enum domain_state state;
	bool is_privileged;		/**< dom0's rights: console_io, platform_op */
	char name[DOMAIN_NAME_LEN];
	struct slot slot;
	struct spinlock lock;
	struct vcpu vcpu[MAX_VCPUS];
	unsigned int nr_vcpus;
	struct shared_info *shared_info;	/**< shared page */
	struct evtchn_table *evtchn;
	struct gnttab *gnttab;
	struct domain_console *console;
	struct xenstore_domain_interface *store_ring;	/**< shared page */
	struct xencons_interface *console_ring;		/**< shared page */
	uint32_t store_port;			/**< event channels whose other end is the hypervisor */
	uint32_t console_port;
	uint64_t hvm_param[NR_HVM_PARAMS];
	uint32_t irq_owned[VIRQ_WORDS];	/**< by interrupt: physical ones that belong to this domain */
	unsigned int shutdown_code;	/**< SHUTDOWN_* of xen/sched.h, valid from SHUTDOWN on */
	unsigned int nr_starts;
	ns_t started_ns;
	bool has_exclusives;		/**< EXEN_OP_exclusive: its mask tells nothing about grants */
	struct timer watchdog[2];	/**< SCHEDOP_watchdog; armed: in use */
	const struct domain_config *config;
};

/** What domain_create() needs to know. */
struct domain_params {
	domid_t domid;			/**< below MAX_DOMAINS, free */
	const char *name;
	struct slot slot;
	bool is_privileged;
	unsigned int priority;		/**< 1 .. SCHED_NR_PRIORITIES - 1 */
	uint32_t budget_us, period_us;	/**< of sched_set_budget(); 0, 0: none */
	const uint32_t *irq_owned;	/**< [VIRQ_WORDS] by interrupt number, NULL: none */
	const struct domain_config *config;
};

/**
 * Makes a domain with its shared pages, its event channels to the hypervisor, its HVM parameters and
 * its physical interrupts; it is then BUILDING.  Boot only.
 * @return NULL and a message: domid taken or too big, or no shared pages left
 */
struct domain *domain_create(const struct domain_params *params);
/**
 * Makes an ended domain ready to be filled and started again (BUILDING): everything it shares with
 * the hypervisor is as domain_create() left it.  Takes some 20,000 instructions: thread context, interrupts
 * enabled.  Nothing else looks at what it writes, because the domain has ended.
 * @return 0; -EBUSY: it has not ended, or another domain still maps its memory: try again later
 */
int domain_reset_for_start(struct domain *d);
/** Starts a domain that is BUILDING and whose memory is filled.  Physical addresses.  Interrupts
 *  masked. */
void domain_start(struct domain *d, paddr_t entry, paddr_t dtb);

/** Implemented by the code that carries out policies: @p d has just ended; shutdown_code is set.
 *  Interrupts masked, short: it leaves the work to the thread. */
void domain_ended(struct domain *d);

/** Serves the domain's xenstore ring.  Thread context.  @return 0 or xenstore_connect()'s error */
int domain_store_connect(struct domain *d);
/** Thread work: requests that guests have sent to xenstore. */
bool domain_store_work(void);
/** Thread work: output that guests have put into their console rings. */
bool domain_console_work(void);

/** Sets the wall clock of every domain.  @p wallclock_ns  from 1970 to system time 0.  Interrupts masked. */
void wallclock_set(uint64_t wallclock_ns);

/** All domains in domid order: for (d = domain_next(NULL); d; d = domain_next(d)). */
struct domain *domain_next(const struct domain *prev);
static inline struct domain *current_domain(void)
{
	return current_vcpu()->domain;
}

/** By domid; for ids that a guest has given, domain_by_id(). */
extern struct domain domain_table[MAX_DOMAINS];

/** @return the domain, or NULL if there is none with that id (DOMID_SELF is the current one). */
static inline struct domain *domain_by_id(domid_t domid)
{
	if (domid == DOMID_SELF)
		return current_domain();
	if (domid >= MAX_DOMAINS || domain_table[domid].state == DOMAIN_NONE)
		return NULL;
	return &domain_table[domid];
}

/** @param irq  below EXEN_NR_IRQS */
static inline bool domain_owns_irq(const struct domain *d, unsigned int irq)
{
	return d->irq_owned[irq / 32] & BIT(irq % 32);
}

/** A guest broke its contract: it is stopped, the reason goes to the console and
 *  its policy decides about a restart.  Returns unless @p d is current.  Interrupts masked. */
void domain_crash(struct domain *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Ends @p d with SHUTDOWN_* @p code: vcpus stopped, ports closed, grants revoked.  Returns unless
 *  @p d is current.  Interrupts masked. */
void domain_shutdown(struct domain *d, unsigned int code);
/** As domain_shutdown() of a domain that is RUNNING, for a timer: returns also if @p d is current, which then
 *  leaves the CPU at the end of the interrupt. */
void domain_end(struct domain *d, unsigned int code);

#endif
