/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timer - the clock counts and the one-shot timer comes when it should
 *
 * time_ns never goes back and moves; deadlines from 20 us to 50 ms are never early, and seldom late
 * by more than 2 ms (an emulator shares its machine); a deadline in the past comes at once; a stopped
 * timer and a replaced deadline don't come; the flag VCPU_SSHOTTMR_future is honoured or ignored; vcpu 1 and
 * unknown commands are errors.
 */
#include <exentest.h>

#define LATE_NS		(2 * NS_PER_MS)
#define NR_ONE_SHOTS	100
#define STOPPED_NS	(300 * NS_PER_MS)	/* long enough to stop it before */

static volatile uint64_t fired_ns;
static volatile uint32_t fired;
static uint32_t nr_late;

static void fire(void)
{
	fired_ns = time_ns();
	fired++;
}

static void monotonic(void)
{
	const uint64_t start_ns = time_ns();
	uint64_t last_ns = start_ns;

	for (uint32_t i = 0; i < 100000; i++) {
		const uint64_t now_ns = time_ns();

		CHECK(now_ns >= last_ns);
		last_ns = now_ns;
	}
	CHECK(last_ns > start_ns);
}

static void one_shot(uint64_t delay_ns)
{
	const uint32_t before = fired;
	const uint64_t deadline_ns = time_ns() + delay_ns;

	timer_set(deadline_ns, fire);
	CHECK(wait_event(fired != before, delay_ns + NS_PER_S));
	CHECK_EQ(fired, before + 1);
	CHECK(fired_ns >= deadline_ns);
	if (fired_ns - deadline_ns > LATE_NS)
		nr_late++;
}

static void past_deadline(void)
{
	const uint32_t before = fired;

	timer_set(1, fire);
	CHECK(wait_event(fired != before, NS_PER_S));
	timer_set(time_ns() - 1, fire);
	CHECK(wait_event(fired != before + 1, NS_PER_S));
}

static void stop_and_replace(void)
{
	const uint32_t before = fired;

	timer_set(time_ns() + STOPPED_NS, fire);
	timer_stop();
	sleep_ns(STOPPED_NS + 10 * NS_PER_MS);
	CHECK_EQ(fired, before);
	timer_set(time_ns() + STOPPED_NS, fire);
	timer_set(time_ns() + 4 * STOPPED_NS, fire);
	sleep_ns(STOPPED_NS + 10 * NS_PER_MS);
	CHECK_EQ(fired, before);
	CHECK(wait_event(fired == before + 1, 8 * STOPPED_NS));
}

static void fire_irq(uint32_t irq)
{
	(void)irq;
	fire();
}

static void spin_until(uint64_t end_ns)
{
	while (time_ns() < end_ns)
		;
}

/* Without the kit, which would ignore an interrupt that comes too early or too often. */
static void raw_stop(void)
{
	const irq_handler_t former = irq_set_handler(EXEN_IRQ_TIMER, fire_irq);
	const uint32_t before = fired;
	struct vcpu_set_singleshot_timer arg = { .timeout_abs_ns = time_ns() + STOPPED_NS };

	CHECK_EQ(vcpu_op(VCPUOP_set_singleshot_timer, 0, &arg), 0);
	CHECK_EQ(vcpu_op(VCPUOP_stop_singleshot_timer, 0, NULL), 0);
	spin_until(arg.timeout_abs_ns + 50 * NS_PER_MS);
	CHECK_EQ(fired, before);
	arg.timeout_abs_ns = time_ns() + 20 * NS_PER_MS;
	CHECK_EQ(vcpu_op(VCPUOP_set_singleshot_timer, 0, &arg), 0);
	for (const uint64_t end_ns = time_ns() + NS_PER_S; fired == before; )
		CHECK(time_ns() < end_ns);
	CHECK(fired_ns >= arg.timeout_abs_ns);
	spin_until(fired_ns + 50 * NS_PER_MS);
	CHECK_EQ(fired, before + 1);
	irq_set_handler(EXEN_IRQ_TIMER, former);
}

static void errors(void)
{
	struct vcpu_set_singleshot_timer past = {
		.timeout_abs_ns = 1, .flags = VCPU_SSHOTTMR_future,
	};
	const int32_t err = vcpu_op(VCPUOP_set_singleshot_timer, 0, &past);

	CHECK(err == 0 || err == -XEN_ETIME);
	CHECK(vcpu_op(VCPUOP_set_singleshot_timer, 1, &past) < 0);
}

static void timer(void)
{
	static const uint32_t delays_us[] = { 20, 100, 500, 1000, 5000, 20000, 50000 };

	monotonic();
	for (uint32_t i = 0; i < sizeof(delays_us) / sizeof(delays_us[0]); i++)
		one_shot(delays_us[i] * NS_PER_US);
	for (uint32_t i = 0; i < NR_ONE_SHOTS; i++)
		one_shot(100 * NS_PER_US);
	exentest_note("%u one-shots were late", nr_late);
	CHECK(nr_late < NR_ONE_SHOTS / 2);
	past_deadline();
	stop_and_replace();
	raw_stop();
	errors();
}

EXENTEST(timer);
