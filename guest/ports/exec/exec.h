/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file A real-time executive for one domain: threads with fixed priorities, time, mutexes with
 * priority inheritance, semaphores, message queues.  It uses ports/port.h only.
 *
 * Memory is the caller's; fields of the structures are the executive's.  Nothing is allocated, and no
 * call takes longer than the number of the caller's own threads and timers says.  The most urgent ready
 * thread runs; equals run in order, each until it waits or yields.  Times are nanoseconds of
 * exec_now_ns(), deadlines absolute.  A thread that computes with VFP calls port_vfp_use() first.
 *
 * Context: "thread" may wait, "any" may be called from interrupt handlers and timer functions too, and
 * before exec_start().
 */
#ifndef EXEC_H
#define EXEC_H

#include <stdbool.h>
#include <stdint.h>
#include "../port.h"

#define EXEC_PRIORITIES		32	/**< 1 (least urgent) to 31; 0 is the idle thread's */
#define EXEC_CHAIN_MAX		8	/**< mutexes that one wait may hang on, one behind another */

/** Deadlines: as long as it takes; not at all. */
#define EXEC_FOREVER		UINT64_MAX
#define EXEC_NOW		0ull

enum exec_error {
	EXEC_TIMEOUT = -1,		/**< the deadline has passed */
	EXEC_DEADLOCK = -2,		/**< the wait would end never, or hangs on EXEC_CHAIN_MAX mutexes */
};

struct exec_mutex;
struct exec_thread;

/* ---- time ----------------------------------------------------------------------------------- */

/** Nanoseconds since the machine's start.  Any context. */
static inline uint64_t exec_now_ns(void)
{
	return port_clock_ns();
}

/** Thread.  Returns at once if @p deadline_ns is past. */
void exec_sleep_until(uint64_t deadline_ns);

/** Calls a function at a time, once or periodically without drift. */
struct exec_timer {
	struct exec_timer *next;
	uint64_t deadline_ns;
	uint64_t period_ns;		/* 0: once */
	void (*fn)(struct exec_timer *timer);
	uint32_t overruns;		/**< times of a periodic timer that passed without a call */
	bool is_armed;
};

/**
 * Any context.  Starts it anew if it was running.
 * @param fn	called in interrupt context, interrupts masked
 */
void exec_timer_start(struct exec_timer *timer, uint64_t first_ns, uint64_t period_ns,
		      void (*fn)(struct exec_timer *timer));
/** Any context.  The function is not called any more. */
void exec_timer_stop(struct exec_timer *timer);

/** The activations of a periodic thread: at start_ns + n * period_ns. */
struct exec_period {
	uint64_t next_ns;		/**< the current activation; after exec_period_init() the first */
	uint64_t period_ns;
	uint32_t overruns;		/**< activations missed, all together */
};

/** @param period_ns	more than 0 */
void exec_period_init(struct exec_period *period, uint64_t start_ns, uint64_t period_ns);
/**
 * Thread.  Waits for the next activation.  One that passed while the thread was still at work is left out,
 * so that each begins in phase.
 * @return how many were left out
 */
uint32_t exec_period_wait(struct exec_period *period);

/* ---- threads -------------------------------------------------------------------------------- */

struct exec_thread {
	struct port_context context;
	const char *name;
	uint32_t *stack;
	uint32_t stack_bytes;
	uint8_t priority;		/* with what it inherits */
	uint8_t base_priority;
	bool is_ready;
	int result;			/* of its wait */
	struct exec_thread *next;	/* in the queue that it is in */
	struct exec_thread **queue;	/* where it waits; NULL: for the time only */
	struct exec_mutex *wanted;	/* waits for this one */
	struct exec_mutex *held;	/* list */
	struct exec_timer timeout;
};

/** The memory of a stack, a multiple of 8 bytes; interrupts take 64 bytes of it. */
#define EXEC_STACK(name, bytes)	uint32_t name[(bytes) / 4] __attribute__((aligned(8)))

/**
 * Any context.  The thread is ready; it runs when it is the most urgent one.  It ends by returning from @p
 * entry, and must hold no mutex then; its memory can be used for a new thread.
 * @param name		kept by reference, for messages
 * @param priority	1 to EXEC_PRIORITIES - 1
 */
void exec_thread_create(struct exec_thread *thread, const char *name, uint8_t priority,
			uint32_t *stack, uint32_t stack_bytes, void (*entry)(void *arg), void *arg);
/** Lets the most urgent thread run.  From guest_main(), whose stack is left for good. */
void exec_start(void) __attribute__((noreturn));
/** Thread.  Lets others of the same priority run. */
void exec_yield(void);
/** The running thread, NULL before exec_start(). */
struct exec_thread *exec_current(void);

/* ---- mutex ---------------------------------------------------------------------------------- */

/** Zeroed memory is a free mutex. */
struct exec_mutex {
	struct exec_thread *owner;
	struct exec_thread *waiting;
	struct exec_mutex *next_held;
};

/**
 * Thread.  The owner runs with the priority of the most urgent thread that waits for it, and so does
 * whoever owns what the owner waits for.
 * @return 0, EXEC_TIMEOUT, EXEC_DEADLOCK (its owner waits for what this thread holds, or is this thread)
 */
int exec_mutex_lock(struct exec_mutex *mutex, uint64_t deadline_ns);
/** Thread, the owner.  The most urgent one that waits has it then. */
void exec_mutex_unlock(struct exec_mutex *mutex);

/* ---- semaphore ------------------------------------------------------------------------------ */

struct exec_semaphore {
	uint32_t count;
	uint32_t limit;			/* 1: an event */
	struct exec_thread *waiting;
};

#define EXEC_SEMAPHORE(count_, limit_)	{ .count = (count_), .limit = (limit_) }

/** Any context, nobody waits.  @param limit	count from which on a give changes nothing; at least 1 */
void exec_semaphore_init(struct exec_semaphore *semaphore, uint32_t count, uint32_t limit);
/** Any context. */
void exec_semaphore_give(struct exec_semaphore *semaphore);
/** Thread; with EXEC_NOW any context.  @return 0, EXEC_TIMEOUT */
int exec_semaphore_take(struct exec_semaphore *semaphore, uint64_t deadline_ns);
/** Any context.  From now on each event on event channel @p port gives it: a thread that takes it waits
 *  for another domain. */
void exec_semaphore_bind(struct exec_semaphore *semaphore, uint32_t port);

/* ---- message queue -------------------------------------------------------------------------- */

struct exec_queue {
	uint8_t *messages;
	uint32_t message_bytes;
	uint32_t capacity;
	uint32_t first;
	uint32_t count;
	struct exec_thread *senders;
	struct exec_thread *receivers;
};

/** Any context.  Messages are copied with interrupts masked.
 *  @param messages	capacity * message_bytes */
void exec_queue_init(struct exec_queue *queue, void *messages, uint32_t message_bytes,
		     uint32_t capacity);
/** Thread; with EXEC_NOW any context.  Waits while it is full.  @return 0, EXEC_TIMEOUT */
int exec_queue_send(struct exec_queue *queue, const void *message, uint64_t deadline_ns);
/** Thread; with EXEC_NOW any context.  Waits while it is empty.  @return 0, EXEC_TIMEOUT */
int exec_queue_receive(struct exec_queue *queue, void *message, uint64_t deadline_ns);

#endif
