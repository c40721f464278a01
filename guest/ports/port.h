/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file The porting layer: what a real-time kernel needs of the machine below it.  README.md has each
 * hook by the names that RTEMS, FreeRTOS and Zephyr give it.
 *
 * Threads run in SVC mode, in ARM state, and take interrupts there.  Interrupt handlers run in SVC
 * mode on a stack of their own and don't nest; they use no VFP.
 */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <guest/cpu.h>
#include <guest/vfp.h>

/* ---- 1 interrupt mask: the guest's own, CPSR.I; costs no hypercall --------------------------- */

/** Masks interrupts.  @return the former state, for port_irq_restore().  Calls nest. */
static inline uint32_t port_irq_mask(void)
{
	return irq_save();
}

static inline void port_irq_restore(uint32_t state)
{
	irq_restore(state);
}

static inline bool port_irq_is_masked(void)
{
	return cpsr_read() & PSR_I;
}

/** Are we in an interrupt handler? */
bool port_in_interrupt(void);

/* ---- 2 context ------------------------------------------------------------------------------ */

/** As it lies on a thread's stack while the thread does not run. */
struct port_frame {
	uint32_t psr;
	uint32_t r[13];
	uint32_t lr;
	uint32_t pc;
};

/** Where a thread that does not run has left its frame. */
struct port_context {
	struct port_frame *frame;
	struct vfp_registers *vfp;	/* where VFP's are kept while another has them; NULL: uses none */
};

/**
 * Makes a context that will call @p entry(@p arg) with interrupts enabled, and @p at_return if that
 * returns.
 * @param stack  its lowest address; the frame takes 64 bytes of it
 */
void port_context_init(struct port_context *context, void *stack, uint32_t stack_bytes,
		       void (*entry)(void *arg), void *arg, void (*at_return)(void));

/**
 * Keeps the running context and goes on with @p to; returns when somebody goes on with it.
 * Thread, interrupts masked; each context has its own mask.
 */
void port_context_switch(struct port_context *to);

/**
 * The context, kept by an interrupt, calls @p fn(@p arg) on its own stack, interrupts masked, before it
 * goes on where it was.  For kernels that switch in the interrupted thread's name, such as RTEMS.  From
 * irq_exit.  It takes up to 68 bytes of the stack.
 */
void port_context_call(struct port_context *interrupted, void (*fn)(void *arg), void *arg);

/**
 * Thread.  It may use VFP from now on, in RunFast mode (guest/vfp.h).  Who may not, gets an undefined
 * instruction.  Registers change hands only between contexts that may.
 * @param registers	the kernel's, until the context calls port_vfp_leave() or is made anew
 * @return false: the processor has no VFP
 */
bool port_vfp_use(struct vfp_registers *registers);
/** Thread.  It uses VFP no more, which it must say before it ends. */
void port_vfp_leave(void);

/** The port's stack pointer now. */
static inline uint32_t port_stack_pointer(void)
{
	return (uint32_t)(uintptr_t)__builtin_frame_address(0);
}

/* ---- 3 the kernel above --------------------------------------------------------------------- */

struct port_kernel {
	/** At the end of every interrupt, on the interrupt stack, masked: @p interrupted has been
	 *  kept whole.  @return the context to go on with */
	struct port_context *(*irq_exit)(struct port_context *interrupted);
	/** The clock has reached what port_clock_set() said.  Interrupt handler. */
	void (*clock)(void);
};

/** Takes interrupts from the guest kit and starts with the context @p first. */
void port_start(const struct port_kernel *kernel, struct port_context *first)
	__attribute__((noreturn));

/* ---- 4 clock: one-shot, no tick -------------------------------------------------------------- */

#define PORT_CLOCK_NEVER	UINT64_MAX

/** Nanoseconds since the machine's start; no hypercall. */
uint64_t port_clock_ns(void);
/** Calls port_kernel.clock at @p deadline_ns, at once if that is past; instead of what was set
 *  before.  PORT_CLOCK_NEVER: not at all.  One hypercall. */
void port_clock_set(uint64_t deadline_ns);

/* ---- 5 idle --------------------------------------------------------------------------------- */

/** Gives the processor to other domains until an interrupt is pending, masked here or not. */
void port_idle(void);

/* ---- 6 cache -------------------------------------------------------------------------------- */

/* Pages shared with other domains need neither: the hypervisor cares for them (README.md). */

/** Before a device reads [va, va + len) from memory. */
void port_cache_clean(const void *va, uint32_t len);
/** Before the processor reads what a device wrote there; lines only partly inside are cleaned. */
void port_cache_invalidate(void *va, uint32_t len);
/** Code was written there. */
void port_cache_sync_code(const void *va, uint32_t len);

/* ---- 7 console ------------------------------------------------------------------------------ */

/** Any context; output is the hypervisor's console. */
void port_console_write(const char *text, uint32_t len);
int port_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** One line, then this domain ends as crashed; the image's configuration says what follows. */
void port_panic(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
/** The registers that a context has kept, two lines. */
void port_context_print(const struct port_context *context);

/* ---- 8 interrupt lines and events from other domains ------------------------------------------ */

/** Handler @p fn(@p arg) of device interrupt @p irq (abi/exen.h), which is unmasked.
 *  @return 0 or -XEN_E*: not this domain's line */
int32_t port_irq_connect(uint32_t irq, void (*fn)(void *arg), void *arg);
/** Calls @p fn(@p arg) for each event on event channel @p port, which is unmasked.  Links to other
 *  domains: guest/rtlink.h. */
void port_event_connect(uint32_t port, void (*fn)(void *arg), void *arg);
/** Wakes the other end.  Any context. */
void port_event_send(uint32_t port);

#endif
