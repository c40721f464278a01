/* SPDX-License-Identifier: BSD-2-Clause */
#include "displ.h"

#define RESPONSE_TIMEOUT_NS	(20 * NS_PER_S)
#define EVENT_TIMEOUT_NS	(5 * NS_PER_S)
#define SHOW_TIMEOUT_NS		(500 * NS_PER_MS)
#define MAX_RESTARTS		10
#define CONNECTOR		"0"
#define REF_RING		REF_SND_RING		/* a domain has one of both */
#define REF_EVENTS		REF_SND_EVENTS

_Static_assert(DISPL_DIRECTORY < NR_DATA, "the directory has a page");

struct displ displ;
union displ_ring_page displ_ring __attribute__((aligned(4096)));
union displ_event_page displ_events __attribute__((aligned(4096)));

void displ_init(void)
{
	frontend_find(&displ.fe, "vdispl");
}

static evtchn_port_t new_port(void)
{
	evtchn_port_t port;

	if (evtchn_alloc_unbound(displ.fe.backend_id, &port))
		failure("%s: no event channel", displ.fe.dir);
	evtchn_unmask(port);
	return port;
}

void displ_prepare(void)
{
	struct xendispl_page_directory *directory = (void *)data_page[DISPL_DIRECTORY];

	grants_make(displ.fe.backend_id);
	memset(&displ_ring, 0, sizeof(displ_ring));
	memset(&displ_events, 0, sizeof(displ_events));
	SHARED_RING_INIT(&displ_ring.sring);
	FRONT_RING_INIT(&displ.ring, &displ_ring.sring, GUEST_PAGE_SIZE);
	gnttab_grant(REF_RING, displ.fe.backend_id, displ_ring.bytes, false);
	gnttab_grant(REF_EVENTS, displ.fe.backend_id, displ_events.bytes, false);
	directory->gref_dir_next_page = 0;
	for (uint32_t i = 0; i < DISPL_PAGES; i++)
		directory->gref[i] = REF_DATA + i;
	displ.port = new_port();
	displ.event_port = new_port();
}

void displ_publish(void)
{
	frontend_write_number(&displ.fe, CONNECTOR "/req-ring-ref", REF_RING);
	frontend_write_number(&displ.fe, CONNECTOR "/req-event-channel", displ.port);
	frontend_write_number(&displ.fe, CONNECTOR "/evt-ring-ref", REF_EVENTS);
	frontend_write_number(&displ.fe, CONNECTOR "/evt-event-channel", displ.event_port);
}

void displ_connect(void)
{
	displ_prepare();
	displ_publish();
	frontend_switch(&displ.fe, XenbusStateInitialised);
	if (backend_await(&displ.fe, BIT_OF(XenbusStateConnected), STATE_TIMEOUT_NS) != XenbusStateConnected)
		failure("%s: backend does not connect", displ.fe.dir);
	frontend_switch(&displ.fe, XenbusStateConnected);
}

static void close_port(evtchn_port_t *port)
{
	if (*port)
		evtchn_close(*port);
	*port = 0;
}

/* It goes to InitWait, not Closed, when its frontend closes. */
static void restart_states(void)
{
	frontend_switch(&displ.fe, XenbusStateClosed);
	backend_await(&displ.fe, BIT_OF(XenbusStateClosed), NS_PER_S);
	frontend_switch(&displ.fe, XenbusStateInitialising);
	if (backend_await(&displ.fe, BIT_OF(XenbusStateInitWait), STATE_TIMEOUT_NS) != XenbusStateInitWait)
		failure("%s: backend is not ready", displ.fe.dir);
}

void displ_restart(void)
{
	static const char *const names[] = {
		"req-ring-ref", "req-event-channel", "evt-ring-ref", "evt-event-channel",
	};
	grant_ref_t stuck = 0;
	char path[48];

	for (uint32_t i = 0; i < MAX_RESTARTS; i++) {
		restart_states();
		stuck = grants_end(REF_RING, REF_OTHERS);
		if (!stuck)
			break;
	}
	if (stuck)
		failure("%s: grant %u still in use after the backend closed", displ.fe.dir, stuck);
	for (uint32_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), CONNECTOR "/%s", names[i]);
		frontend_remove(&displ.fe, path);
	}
	close_port(&displ.port);
	close_port(&displ.event_port);
}

bool displ_drain(uint64_t timeout_ns)
{
	const uint64_t end_ns = time_ns() + timeout_ns;

	for (;;) {
		int more;

		for (; RING_HAS_UNCONSUMED_RESPONSES(&displ.ring); displ.ring.rsp_cons++) {
			xen_rmb();
			displ.status = RING_GET_RESPONSE(&displ.ring, displ.ring.rsp_cons)->status;
		}
		if (displ.ring.rsp_cons == displ.ring.req_prod_pvt)
			return true;
		RING_FINAL_CHECK_FOR_RESPONSES(&displ.ring, more);
		if (more)
			continue;
		if (time_ns() >= end_ns)
			return false;
		wait_event(RING_HAS_UNCONSUMED_RESPONSES(&displ.ring), end_ns - time_ns());
	}
}

void displ_put(struct xendispl_req request)
{
	request.id = displ.next_id++;
	*RING_GET_REQUEST(&displ.ring, displ.ring.req_prod_pvt) = request;
	displ.ring.req_prod_pvt++;
}

void displ_push(void)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&displ.ring, notify);
	if (notify && displ.port)
		evtchn_send(displ.port);
}

struct xendispl_req displ_create(void)
{
	return (struct xendispl_req){
		.operation = XENDISPL_OP_DBUF_CREATE,
		.op.dbuf_create = { .dbuf_cookie = DISPL_BUFFER, .width = DISPL_WIDTH, .height = DISPL_HEIGHT,
				    .bpp = 32, .buffer_sz = DISPL_BYTES,
				    .gref_directory = REF_DATA + DISPL_DIRECTORY },
	};
}

struct xendispl_req displ_attach(void)
{
	return (struct xendispl_req){
		.operation = XENDISPL_OP_FB_ATTACH,
		.op.fb_attach = { .dbuf_cookie = DISPL_BUFFER, .fb_cookie = DISPL_FB, .width = DISPL_WIDTH,
				  .height = DISPL_HEIGHT, .pixel_format = DISPL_XRGB },
	};
}

struct xendispl_req displ_set(void)
{
	return (struct xendispl_req){
		.operation = XENDISPL_OP_SET_CONFIG,
		.op.set_config = { .fb_cookie = DISPL_FB, .width = DISPL_WIDTH, .height = DISPL_HEIGHT,
				   .bpp = 32 },
	};
}

struct xendispl_req displ_flip(void)
{
	return (struct xendispl_req){ .operation = XENDISPL_OP_PG_FLIP, .op.pg_flip.fb_cookie = DISPL_FB };
}

void displ_show(void)
{
	displ_put(displ_create());
	displ_put(displ_attach());
	displ_put(displ_set());
	displ_put(displ_flip());
	displ_push();
	displ_drain(SHOW_TIMEOUT_NS);
}

/* A request that must be served. */
static void ask(struct xendispl_req request, const char *what)
{
	displ_put(request);
	displ_push();
	if (!displ_drain(RESPONSE_TIMEOUT_NS))
		failure("%s: no response to %s", displ.fe.dir, what);
	if (displ.status)
		failure("%s: %s: status %d", displ.fe.dir, what, displ.status);
}

void displ_check(void)
{
	const volatile uint32_t *produced = &displ_events.header.in_prod;
	const uint32_t before = *produced;
	struct xendispl_req end = { .operation = XENDISPL_OP_FB_DETACH, .op.fb_detach.fb_cookie = DISPL_FB };

	ask(displ_create(), "create");
	ask(displ_attach(), "attach");
	ask(displ_set(), "set");
	ask(displ_flip(), "flip");
	if (!poll_until(*produced != before, EVENT_TIMEOUT_NS))
		failure("%s: no event for a flip", displ.fe.dir);
	ask(end, "detach");
	end = (struct xendispl_req){ .operation = XENDISPL_OP_DBUF_DESTROY };
	end.op.dbuf_destroy.dbuf_cookie = DISPL_BUFFER;
	ask(end, "destroy");
}
