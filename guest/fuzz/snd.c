/* SPDX-License-Identifier: BSD-2-Clause */
#include "snd.h"

#define RESPONSE_TIMEOUT_NS	(20 * NS_PER_S)
#define PLAY_TIMEOUT_NS		(2 * NS_PER_S)
#define MAX_RESTARTS		10
#define RATE			48000u
#define FRAME			4u			/* bytes, s16 stereo */
#define PERIOD			(960u * FRAME)
#define BUFFER			(SND_PAGES * GUEST_PAGE_SIZE / PERIOD * PERIOD)
#define CHECK_PERIODS		3u

struct snd snd;
union snd_ring_page snd_ring __attribute__((aligned(4096)));
union snd_event_page snd_events __attribute__((aligned(4096)));

static struct xensnd_resp last_response;

void snd_init(void)
{
	frontend_find(&snd.fe, "vsnd");
}

static evtchn_port_t new_port(void)
{
	evtchn_port_t port;

	if (evtchn_alloc_unbound(snd.fe.backend_id, &port))
		failure("%s: no event channel", snd.fe.dir);
	evtchn_unmask(port);
	return port;
}

void snd_prepare(void)
{
	struct xensnd_page_directory *directory = (void *)data_page[SND_DIRECTORY];

	grants_make(snd.fe.backend_id);
	memset(&snd_ring, 0, sizeof(snd_ring));
	memset(&snd_events, 0, sizeof(snd_events));
	SHARED_RING_INIT(&snd_ring.sring);
	FRONT_RING_INIT(&snd.ring, &snd_ring.sring, GUEST_PAGE_SIZE);
	gnttab_grant(REF_SND_RING, snd.fe.backend_id, snd_ring.bytes, false);
	gnttab_grant(REF_SND_EVENTS, snd.fe.backend_id, snd_events.bytes, false);
	directory->gref_dir_next_page = 0;
	for (uint32_t i = 0; i < SND_PAGES; i++)
		directory->gref[i] = REF_DATA + i;
	snd.port = new_port();
	snd.event_port = new_port();
}

void snd_publish(void)
{
	frontend_write_number(&snd.fe, SND_STREAM "/ring-ref", REF_SND_RING);
	frontend_write_number(&snd.fe, SND_STREAM "/event-channel", snd.port);
	frontend_write_number(&snd.fe, SND_STREAM "/evt-ring-ref", REF_SND_EVENTS);
	frontend_write_number(&snd.fe, SND_STREAM "/evt-event-channel", snd.event_port);
}

void snd_connect(void)
{
	snd_prepare();
	snd_publish();
	frontend_switch(&snd.fe, XenbusStateInitialised);
	if (backend_await(&snd.fe, BIT_OF(XenbusStateConnected), STATE_TIMEOUT_NS) != XenbusStateConnected)
		failure("%s: backend does not connect", snd.fe.dir);
	frontend_switch(&snd.fe, XenbusStateConnected);
}

static void close_port(evtchn_port_t *port)
{
	if (*port)
		evtchn_close(*port);
	*port = 0;
}

void snd_restart(void)
{
	static const char *const names[] = {
		"ring-ref", "event-channel", "evt-ring-ref", "evt-event-channel",
	};
	grant_ref_t stuck = 0;
	char path[48];

	for (uint32_t i = 0; i < MAX_RESTARTS; i++) {
		frontend_restart(&snd.fe);
		stuck = grants_end(REF_SND_RING, REF_OTHERS);
		if (!stuck)
			break;
	}
	if (stuck)
		failure("%s: grant %u still in use after the backend closed", snd.fe.dir, stuck);
	for (uint32_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), SND_STREAM "/%s", names[i]);
		frontend_remove(&snd.fe, path);
	}
	frontend_write(&snd.fe, SND_STREAM "/type", "p");
	frontend_remove(&snd.fe, "0/1");
	frontend_remove(&snd.fe, "1");
	close_port(&snd.port);
	close_port(&snd.event_port);
}

bool snd_drain(uint64_t timeout_ns)
{
	const uint64_t end_ns = time_ns() + timeout_ns;

	for (;;) {
		int more;

		for (; RING_HAS_UNCONSUMED_RESPONSES(&snd.ring); snd.ring.rsp_cons++) {
			xen_rmb();
			last_response = *RING_GET_RESPONSE(&snd.ring, snd.ring.rsp_cons);
		}
		if (snd.ring.rsp_cons == snd.ring.req_prod_pvt)
			return true;
		RING_FINAL_CHECK_FOR_RESPONSES(&snd.ring, more);
		if (more)
			continue;
		if (time_ns() >= end_ns)
			return false;
		wait_event(RING_HAS_UNCONSUMED_RESPONSES(&snd.ring), end_ns - time_ns());
	}
}

void snd_put(struct xensnd_req request)
{
	request.id = snd.next_id++;
	*RING_GET_REQUEST(&snd.ring, snd.ring.req_prod_pvt) = request;
	snd.ring.req_prod_pvt++;
}

void snd_push(void)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&snd.ring, notify);
	if (notify && snd.port)
		evtchn_send(snd.port);
}

struct xensnd_req snd_open_request(void)
{
	return (struct xensnd_req){
		.operation = XENSND_OP_OPEN,
		.op.open = { .pcm_rate = RATE, .pcm_format = XENSND_PCM_FORMAT_S16_LE, .pcm_channels = 2,
			     .buffer_sz = BUFFER, .gref_directory = REF_DATA + SND_DIRECTORY,
			     .period_sz = PERIOD },
	};
}

/* A request that must be served. */
static void ask(struct xensnd_req request, const char *what)
{
	snd_put(request);
	snd_push();
	if (!snd_drain(RESPONSE_TIMEOUT_NS))
		failure("%s: no response to %s", snd.fe.dir, what);
	if (last_response.id != (uint16_t)(snd.next_id - 1) || last_response.status)
		failure("%s: %s: status %d", snd.fe.dir, what, last_response.status);
}

void snd_check(void)
{
	const struct xensnd_req close = { .operation = XENSND_OP_CLOSE };
	struct xensnd_req request = { .operation = XENSND_OP_WRITE, .op.rw = { 0, BUFFER } };
	const volatile uint32_t *produced = &snd_events.header.in_prod;
	const uint32_t before = *produced;

	ask(snd_open_request(), "open");
	memset(data_page, 0, SND_PAGES * GUEST_PAGE_SIZE);
	ask(request, "write");
	request = (struct xensnd_req){ .operation = XENSND_OP_TRIGGER };
	request.op.trigger.type = XENSND_OP_TRIGGER_START;
	ask(request, "start");
	if (!poll_until(*produced - before >= CHECK_PERIODS, PLAY_TIMEOUT_NS))
		failure("%s: it does not play", snd.fe.dir);
	request.op.trigger.type = XENSND_OP_TRIGGER_STOP;
	ask(request, "stop");
	ask(close, "close");
}
