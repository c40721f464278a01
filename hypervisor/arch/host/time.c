/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that moves when it is told to. */
#include <asm/host.h>
#include <exen/timer.h>

#define LONGEST_SLEEP_NS	(3600 * (ns_t)NS_PER_S)

static LIST_HEAD(timer_list, timer) armed = LIST_HEAD_INITIALIZER(armed);
static ns_t now_ns;

void host_time_reset(void)
{
	LIST_INIT(&armed);
	now_ns = NS_PER_S;
}

ns_t time_now_ns(void)
{
	return now_ns;
}

void timer_init(struct timer *t, void (*fn)(void *), void *arg, const unsigned int *priority)
{
	*t = (struct timer){ .fn = fn, .arg = arg, .priority = priority };
}

void timer_stop(struct timer *t)
{
	if (t->armed)
		LIST_REMOVE(t, link);
	t->armed = false;
}

void timer_set(struct timer *t, ns_t deadline_ns)
{
	timer_stop(t);
	t->deadline_ns = deadline_ns;
	t->armed = true;
	LIST_INSERT_HEAD(&armed, t, link);
}

static struct timer *first_timer(void)
{
	struct timer *first = LIST_FIRST(&armed), *t;

	LIST_FOREACH(t, &armed, link) {
		if (t->deadline_ns < first->deadline_ns)
			first = t;
	}
	return first;
}

bool host_fire_next_timer(void)
{
	struct timer *t = first_timer();

	if (!t || (t->deadline_ns > now_ns && t->deadline_ns - now_ns > LONGEST_SLEEP_NS))
		return false;
	now_ns = MAX(now_ns, t->deadline_ns);
	timer_stop(t);
	t->fn(t->arg);
	return true;
}

void host_advance(ns_t ns)
{
	const ns_t end = now_ns + ns;
	const struct timer *t;

	while ((t = first_timer()) && t->deadline_ns <= end)
		host_fire_next_timer();
	now_ns = MAX(now_ns, end);
}
