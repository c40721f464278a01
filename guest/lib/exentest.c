/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Framework of in-guest tests.  The two domains meet without xenstore: dom0 allocates an unbound
 * port for domain 1, which tries port after port until one can be bound; the mailbox page is
 * dom0's grant EXENTEST_MAILBOX_REF.
 */
#include <exentest.h>

static uint8_t page[GUEST_PAGE_SIZE] __attribute__((aligned(4096)));
static volatile struct exentest_mailbox *box;
static evtchn_port_t port;

_Static_assert(sizeof(struct exentest_mailbox) <= GUEST_PAGE_SIZE, "mailbox is one page");

static const char *status_name(enum exentest_status status)
{
	switch (status) {
	case EXENTEST_SUCCESS:
		return "SUCCESS";
	case EXENTEST_SKIP:
		return "SKIP";
	case EXENTEST_FAILURE:
		return "FAILURE";
	default:
		return "ERROR";
	}
}

static void dom0_end(enum exentest_status status, const char *detail) __attribute__((noreturn));
static void dom0_end(enum exentest_status status, const char *detail)
{
	printf("RESULT %s %s %s\n", exentest.name, status_name(status), detail);
	machine_exit(status);
}

static void domu_end(enum exentest_status status, const char *detail) __attribute__((noreturn));
static void domu_end(enum exentest_status status, const char *detail)
{
	printf("%s: domain 1: %s %s\n", exentest.name, status_name(status), detail);
	if (box) {
		for (uint32_t i = 0; i < sizeof(box->detail) && (!i || detail[i - 1]); i++)
			box->detail[i] = detail[i];
		box->status = status;
		memory_barrier();
		box->ended = 1;
		box->count += 1u << 30;
		evtchn_send(port);
	}
	sched_shutdown(SHUTDOWN_poweroff);
}

void exentest_end(enum exentest_status status, const char *fmt, ...)
{
	char detail[sizeof(box->detail)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(detail, sizeof(detail), fmt, args);
	va_end(args);
	if (is_dom0())
		dom0_end(status, detail);
	domu_end(status, detail);
}

void exentest_note(const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printf("%s: %s\n", exentest.name, text);
}

volatile struct exentest_mailbox *mailbox(void)
{
	return box;
}

evtchn_port_t peer_port(void)
{
	return port;
}

domid_t peer_domid(void)
{
	return is_dom0() ? EXENTEST_PEER_DOMID : 0;
}

static void dom0_connect(void)
{
	REQUIRE(gnttab_table());
	box = (volatile struct exentest_mailbox *)(void *)page;
	gnttab_grant(EXENTEST_MAILBOX_REF, EXENTEST_PEER_DOMID, page, false);
	REQUIRE(!evtchn_alloc_unbound(EXENTEST_PEER_DOMID, &port));
	evtchn_unmask(port);
}

static bool bind_first_unbound(void)
{
	for (evtchn_port_t remote = 1; remote < EVTCHN_MAX_PORTS; remote++)
		if (!evtchn_bind_interdomain(0, remote, &port))
			return true;
	return false;
}

static void domu_connect(void)
{
	const uint64_t deadline_ns = time_ns() + EXENTEST_TIMEOUT_NS;
	struct gnttab_mapping m;
	int32_t err;

	while (!bind_first_unbound()) {
		if (time_ns() > deadline_ns)
			exentest_error("dom0 offers no event channel");
		sleep_ns(NS_PER_MS);
	}
	evtchn_unmask(port);
	err = gnttab_map(&m, GUEST_FOREIGN_PAGES - 1, 0, EXENTEST_MAILBOX_REF, false);
	if (err)
		exentest_error("mapping dom0's mailbox: %d", err);
	box = m.va;
}

void peer_signal(uint32_t step)
{
	memory_barrier();
	box->step[is_dom0() ? 0 : 1] = step;
	memory_barrier();
	evtchn_send(port);
}

void peer_check(void)
{
	char detail[sizeof(box->detail)];

	if (!is_dom0() || !box->ended)
		return;
	for (uint32_t i = 0; i < sizeof(detail); i++)
		detail[i] = box->detail[i];
	detail[sizeof(detail) - 1] = '\0';
	dom0_end((enum exentest_status)box->status, detail);
}

void peer_await(uint32_t step)
{
	const uint32_t other = is_dom0() ? 1 : 0;

	wait_event(box->step[other] >= step || (is_dom0() && box->ended), EXENTEST_TIMEOUT_NS);
	if (box->step[other] >= step)
		return;
	peer_check();
	exentest_failure("domain %u has come to step %u, not to %u", other, box->step[other],
			 step);
}

bool peer_is_gone(void)
{
	evtchn_status_t status;

	REQUIRE(!evtchn_status(DOMID_SELF, port, &status));
	return status.status != EVTCHNSTAT_interdomain;
}

uint32_t exentest_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

void guest_main(void)
{
	if (!is_dom0()) {
		if (!exentest.domu)
			exentest_error("this test is for one domain, with dom0's rights");
		domu_connect();
		exentest.domu();
		sched_shutdown(SHUTDOWN_poweroff);
	}
	if (exentest.domu)
		dom0_connect();
	exentest.dom0();
	exentest_end(EXENTEST_SUCCESS, "after %u ms", (uint32_t)(time_ns() / NS_PER_MS));
}
