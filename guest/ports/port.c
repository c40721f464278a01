/* SPDX-License-Identifier: BSD-2-Clause */
/* The porting layer on the guest kit. */
#include <string.h>
#include <guest/guest.h>
#include "port.h"

#define IRQ_STACK_BYTES	4096

/* port_switch.S */
void port_irq_entry(void);
void port_context_load(struct port_context *to) __attribute__((noreturn));
void port_context_called(void);
struct port_context *port_irq_handle(struct port_context *interrupted);
extern struct port_context *port_running;
extern struct vfp_registers *port_vfp_owner;
extern uint32_t *const port_irq_stack_top;

struct connection {
	void (*fn)(void *arg);
	void *arg;
};

static uint32_t irq_stack[IRQ_STACK_BYTES / 4] __attribute__((aligned(8)));
uint32_t *const port_irq_stack_top = irq_stack + IRQ_STACK_BYTES / 4;
struct port_context *port_running;
struct vfp_registers *port_vfp_owner;	/* whose registers VFP has, which may not run; NULL: nobody's */

static const struct port_kernel *kernel;
static bool in_interrupt;
static struct connection irq_connections[EXEN_NR_IRQS];
static struct connection event_connections[EVTCHN_MAX_PORTS];

bool port_in_interrupt(void)
{
	return in_interrupt;
}

void port_context_init(struct port_context *context, void *stack, uint32_t stack_bytes,
		       void (*entry)(void *arg), void *arg, void (*at_return)(void))
{
	const uint32_t top = ((uint32_t)(uintptr_t)stack + stack_bytes) & ~7u;
	struct port_frame *frame = (struct port_frame *)top - 1;

	memset(frame, 0, sizeof(*frame));
	frame->psr = PSR_SVC;
	frame->r[0] = (uint32_t)(uintptr_t)arg;
	frame->lr = (uint32_t)(uintptr_t)at_return;
	frame->pc = (uint32_t)(uintptr_t)entry;
	context->frame = frame;
	context->vfp = NULL;
}

/* r4 has the frame to go on with: @p fn keeps it, and stacks are aligned for calls only. */
void port_context_call(struct port_context *interrupted, void (*fn)(void *arg), void *arg)
{
	const uint32_t interrupted_at = (uint32_t)(uintptr_t)interrupted->frame;
	struct port_frame *frame = (struct port_frame *)(interrupted_at & ~7u) - 1;

	memset(frame, 0, sizeof(*frame));
	frame->psr = PSR_SVC | PSR_I;
	frame->r[0] = (uint32_t)(uintptr_t)arg;
	frame->r[4] = interrupted_at;
	frame->lr = (uint32_t)(uintptr_t)port_context_called;
	frame->pc = (uint32_t)(uintptr_t)fn;
	interrupted->frame = frame;
}

bool port_vfp_use(struct vfp_registers *registers)
{
	const uint32_t irq = port_irq_mask();
	const bool is_there = vfp_is_there();

	if (is_there) {
		if (port_vfp_owner)
			vfp_save(port_vfp_owner);
		*registers = (struct vfp_registers){ .fpscr = FPSCR_RUN_FAST };
		vfp_load(registers);
		port_vfp_owner = registers;
		port_running->vfp = registers;
	}
	port_irq_restore(irq);
	return is_there;
}

void port_vfp_leave(void)
{
	const uint32_t irq = port_irq_mask();

	if (port_running->vfp) {
		vfp_set_enabled(false);
		if (port_vfp_owner == port_running->vfp)
			port_vfp_owner = NULL;
		port_running->vfp = NULL;
	}
	port_irq_restore(irq);
}

/* Called from port_irq_entry on the interrupt stack. */
struct port_context *port_irq_handle(struct port_context *interrupted)
{
	in_interrupt = true;
	irq_dispatch();
	in_interrupt = false;
	return kernel->irq_exit(interrupted);
}

void port_start(const struct port_kernel *above, struct port_context *first)
{
	irq_disable();
	kernel = above;
	port_running = first;
	irq_set_entry(port_irq_entry);
	port_context_load(first);
}

uint64_t port_clock_ns(void)
{
	return time_ns();
}

static void clock_expired(void)
{
	if (kernel)
		kernel->clock();
}

void port_clock_set(uint64_t deadline_ns)
{
	if (deadline_ns == PORT_CLOCK_NEVER)
		timer_stop();
	else
		timer_set(deadline_ns, clock_expired);
}

void port_idle(void)
{
	sched_block();
}

void port_cache_clean(const void *va, uint32_t len)
{
	dcache_clean(va, len);
}

void port_cache_invalidate(void *va, uint32_t len)
{
	const struct exen_cpu *cpu = (const struct exen_cpu *)EXEN_CPU_TABLE;

	((void (*)(const void *, uint32_t, uint32_t))cpu->dma_unmap)(va, len,
								    EXEN_DMA_FROM_DEVICE);
}

void port_cache_sync_code(const void *va, uint32_t len)
{
	icache_sync(va, len);
}

void port_console_write(const char *text, uint32_t len)
{
	console_io_write(text, len);
}

int port_printf(const char *fmt, ...)
{
	char text[160];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	port_console_write(text, strlen(text));
	return len;
}

void port_panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vpanic(fmt, args);
}

void port_context_print(const struct port_context *context)
{
	const struct port_frame *f = context->frame;

	port_printf("pc %08x lr %08x sp %08x psr %08x r12 %08x\n", f->pc, f->lr,
		    (uint32_t)(uintptr_t)(f + 1), f->psr, f->r[12]);
	for (uint32_t i = 0; i < 12; i += 4)
		port_printf("r%-2u %08x %08x %08x %08x\n", i, f->r[i], f->r[i + 1], f->r[i + 2],
			    f->r[i + 3]);
}

static void irq_arrived(uint32_t irq)
{
	irq_connections[irq].fn(irq_connections[irq].arg);
}

int32_t port_irq_connect(uint32_t irq, void (*fn)(void *arg), void *arg)
{
	irq_connections[irq] = (struct connection){ fn, arg };
	irq_set_handler(irq, irq_arrived);
	return irq_unmask(irq);
}

static void event_arrived(evtchn_port_t port)
{
	event_connections[port].fn(event_connections[port].arg);
}

void port_event_connect(uint32_t port, void (*fn)(void *arg), void *arg)
{
	event_connections[port] = (struct connection){ fn, arg };
	evtchn_set_handler(port, event_arrived);
	evtchn_unmask(port);
}

void port_event_send(uint32_t port)
{
	evtchn_send(port);
}
