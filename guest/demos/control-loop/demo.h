/* SPDX-License-Identifier: BSD-2-Clause */
/** @file control-loop: what its parts share. */
#ifndef DEMO_H
#define DEMO_H

#include <exec/exec.h>
#include <guest/guest.h>
#include <guest/rtlink.h>

#define LOOP_PERIOD_NS	NS_PER_MS
#define CYCLES_PER_STATE	10	/* the link gets 100 states a second */

struct loop_state {
	uint64_t time_ns;
	uint32_t cycle;
	int32_t set_rpm;
	int32_t speed_rpm;
	int32_t output;		/* thousandths of the full voltage */
	uint32_t late_ns;	/* this cycle began */
	uint32_t worst_ns;	/* any has begun */
	uint32_t overruns;
};

/* ---- loop.c -------------------------------------------------------------------------------- */

/** Every CYCLES_PER_STATE th state; what finds no room is lost. */
extern struct exec_queue loop_states;
/** Any context.  Clamped to what the motor can do. */
void loop_set_speed(int32_t rpm);
/** Thread. */
void loop_run(void *unused);

/* ---- link.c -------------------------------------------------------------------------------- */

/** Threads: opens the link, again and again; sends the states; obeys commands. */
void link_keep(void *unused);
void link_publish(void *unused);
void link_obey(void *unused);

/* ---- operator.c ---------------------------------------------------------------------------- */

/** Dom0, without the executive. */
void operator_run(void);

#endif
