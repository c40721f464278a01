/* SPDX-License-Identifier: BSD-2-Clause */
/* The loop: a motor (simulated), a PI controller, and how late each cycle begins. */
#include "demo.h"

#define MAX_RPM		1800
#define FULL_OUTPUT	1000
#define NR_STATES	8

/* Speeds in 1/1000 rpm.  The motor: 2 rpm for each thousandth of voltage, a time constant of 50 ms. */
#define RPM		1000
#define GAIN		(2 * RPM)
#define TIME_CONSTANT	50		/* cycles */
/* The controller: output in millionths. */
#define P_SHIFT		1		/* millionths per 1/1000 rpm */
#define I_SHIFT		6		/* likewise, and cycle */

struct exec_queue loop_states;

static struct loop_state queued[NR_STATES];
static volatile int32_t set_rpm = 1000;

static int32_t clamp(int32_t value, int32_t limit)
{
	return value > limit ? limit : value < -limit ? -limit : value;
}

void loop_set_speed(int32_t rpm)
{
	set_rpm = clamp(rpm, MAX_RPM);
}

static int32_t motor(int32_t speed, int32_t output)
{
	return speed + (output * GAIN - speed) / TIME_CONSTANT;
}

/* @p sum keeps the integral, within what the output can use. */
static int32_t controller(int32_t error, int32_t *sum)
{
	*sum = clamp(*sum + (error >> I_SHIFT), FULL_OUTPUT * 1000);
	return clamp(((error >> P_SHIFT) + *sum) / 1000, FULL_OUTPUT);
}

static void cycle(struct loop_state *s)
{
	static int32_t speed, sum;

	s->set_rpm = set_rpm;
	s->output = controller(s->set_rpm * RPM - speed, &sum);
	speed = motor(speed, s->output);
	s->speed_rpm = speed / RPM;
}

static void note_start(struct loop_state *s, const struct exec_period *period)
{
	s->time_ns = exec_now_ns();
	s->late_ns = (uint32_t)(s->time_ns - period->next_ns);
	s->worst_ns = s->late_ns > s->worst_ns ? s->late_ns : s->worst_ns;
	s->overruns = period->overruns;
}

void loop_run(void *unused)
{
	struct loop_state state = { 0 };
	struct exec_period period;

	(void)unused;
	exec_queue_init(&loop_states, queued, sizeof(queued[0]), NR_STATES);
	exec_period_init(&period, exec_now_ns(), LOOP_PERIOD_NS);
	for (;;) {
		exec_period_wait(&period);
		note_start(&state, &period);
		cycle(&state);
		if (++state.cycle % CYCLES_PER_STATE == 0)
			exec_queue_send(&loop_states, &state, EXEC_NOW);
	}
}
