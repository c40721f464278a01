/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Giving up the CPU, waiting, ending. */
#ifndef GUEST_SCHED_H
#define GUEST_SCHED_H

#include <stdint.h>
#include <guest/cpu.h>
#include <guest/hypercall.h>
#include <guest/time.h>

void sched_yield(void);
/** Until an unmasked virtual interrupt is pending; CPSR.I does not matter. */
void sched_block(void);
/** Until one of the ports is pending or @p deadline_ns (0: none).  @return 0 or -XEN_E* */
int32_t sched_poll(const evtchn_port_t *ports, uint32_t nr_ports, uint64_t deadline_ns);
/** Ends this domain; @p reason SHUTDOWN_*. */
void sched_shutdown(uint32_t reason) __attribute__((noreturn));
/** Ends the machine with an exit status (0-255), or this domain where that is not allowed. */
void machine_exit(uint32_t status) __attribute__((noreturn));

/** Blocks with interrupts masked until the next one, at the latest at @p deadline_ns. */
void wait_once(uint64_t deadline_ns);

/**
 * Waits until an expression, changed by interrupt handlers or other domains that send an event
 * afterwards, is true.  Interrupts must be enabled.
 * @return its last value: false after @p timeout_ns
 */
#define wait_event(condition, timeout_ns) ({					\
	const uint64_t deadline__ = time_ns() + (timeout_ns);			\
	bool met__;								\
	for (;;) {								\
		const uint32_t psr__ = irq_save();				\
		met__ = (condition);						\
		if (met__ || time_ns() >= deadline__) {				\
			irq_restore(psr__);					\
			break;							\
		}								\
		wait_once(deadline__);						\
		irq_restore(psr__);						\
	}									\
	met__;									\
})

/** Likewise for an expression that changes without an event: looks every millisecond. */
#define poll_until(condition, timeout_ns) ({					\
	const uint64_t poll_end__ = time_ns() + (timeout_ns);			\
	bool met__ = (condition);						\
										\
	while (!met__ && time_ns() < poll_end__) {				\
		sleep_ns(NS_PER_MS);						\
		met__ = (condition);						\
	}									\
	met__;									\
})

#endif
