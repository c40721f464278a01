/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file The fake architecture, as tests and fuzzers drive it.
 *
 * Guest memory is an array; a guest's virtual addresses are its physical ones.  Nothing runs by
 * itself: a test makes a domain's call with host_call(), moves the clock with host_advance(), and says
 * with host_on_idle() what happens while the caller sleeps.
 */
#ifndef ASM_HOST_H
#define ASM_HOST_H

#include <exen/domain.h>

#define HOST_RAM_BASE	0x60000000u
#define HOST_SLOT_SIZE	MiB(2u)			/**< domain n's slot starts at n of these */
#define HOST_RAM_SIZE	(MAX_DOMAINS * HOST_SLOT_SIZE)
#define HOST_SHARED_PA	0x7fc00000u		/**< the shared pages' physical address */
#define HOST_READONLY	(HOST_SLOT_SIZE - PAGE_SIZE)	/**< offset of a page not to be written */

/** Results of host_call() that no hypercall has. */
#define HOST_ENDED		(-0x10000)	/**< the calling vcpu went down inside the call */
#define HOST_MACHINE_STOPPED	(-0x10001)
#define HOST_ASLEEP		(-0x10002)	/**< sleeps, and nothing would ever wake it */

/** Everything as after a start: no domains, no time, no lines. */
void host_reset(void);
/** A domain of the standard size, running.  @p irq_owned  [VIRQ_WORDS] or NULL */
struct domain *host_domain(domid_t domid, bool is_privileged, const uint32_t *irq_owned);

/** The hypercall @p nr of @p v; checks afterwards that no temporary mapping is left. */
int32_t host_call(struct vcpu *v, uint32_t nr, uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3,
		  uint32_t a4);
/** The hypervisor itself becomes current, as in an interrupt or in its thread. */
void host_enter_hypervisor(void);

/** Memory of a domain by its address; NULL if the range isn't in one slot. */
void *host_ram(uint32_t va, size_t len);
/** Any page that a frame number given to a guest stands for, RAM or shared; NULL: none. */
void *host_frame(uint64_t frame);

/** Bytes that arch_flush_dcache_area() and flush_temporary() were ever asked for. */
unsigned int host_nr_flushed(void);

/** Moves the clock and fires what is due, as interrupts would. */
void host_advance(ns_t ns);
/** Called once whenever the current vcpu sleeps, before time moves on; NULL: nothing happens. */
void host_on_idle(void (*fn)(void));
/** Called at each sched_preempt_point() with its number since the call began; NULL: none. */
void host_on_preempt(void (*fn)(unsigned int nr));
/** sched_is_preempted() is true the next @p times. */
void host_preempt(unsigned int times);

/** An interrupt line as the core has left it. */
struct host_line {
	bool is_unmasked;
	unsigned int type;
	unsigned int nr_eois;
	struct domain *owner;
};

struct host_line *host_line(unsigned int line);

void host_allow_exit(bool allow);
/** Status of the last machine_stop(). */
unsigned int host_exit_status(void);
/** Output of domains and of the hypervisor since host_reset(), 0-terminated, at most 64 KiB. */
const char *host_output(void);
void host_clear_output(void);
/** The console's queue is full until so many bytes have been sent. */
void host_console_is_full(unsigned int bytes);
/** Calls of thread_kick(). */
unsigned int host_nr_kicks(void);
/** Bit domid: domain_ended() was called. */
uint32_t host_ended(void);

/* -- between the files of the fake architecture */

void host_sched_reset(void);
bool host_is_temporary_in_use(void);
void host_memory_reset(void);
void host_time_reset(void);
void host_devices_reset(void);
/** Fires the first timer, moving the clock to it.  @return false: none within an hour */
bool host_fire_next_timer(void);
/** Ends the running host_call(). */
void host_leave(int32_t result) __attribute__((noreturn));

#endif
