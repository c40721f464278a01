/* SPDX-License-Identifier: BSD-2-Clause */
/* Both ends of an rtlink: how they meet in xenstore, and the two rings.  abi/rtlink.h */
#include <guest/guest.h>
#include <guest/rtlink.h>
#include <xen/io/xenbus.h>
#include "internal.h"

#define LOOK_FIRST_NS	NS_PER_MS
#define LOOK_LAST_NS	(50 * NS_PER_MS)
#define BIT_OF(state)	(1u << (state))

_Static_assert(sizeof(struct rtlink_ring) == GUEST_PAGE_SIZE, "a ring is a page");

static const char *node(const char *dir, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static int32_t write_number(const struct rtlink *link, const char *name, uint32_t value)
{
	return xs_printf(XS_NO_TRANSACTION, node(link->dir, name), "%u", value);
}

static int32_t peer_number(const struct rtlink *link, const char *name, uint32_t *value)
{
	return xs_read_u32(XS_NO_TRANSACTION, node(link->peer, name), value);
}

static uint32_t peer_state(const struct rtlink *link)
{
	uint32_t state;

	return peer_number(link, "state", &state) || state > XenbusStateReconfigured ?
	       XenbusStateUnknown : state;
}

/* Waits until something may be so, the longer the later.  @return false: it is past @p end_ns */
static bool look_again(uint64_t *pause_ns, uint64_t end_ns)
{
	if (time_ns() >= end_ns)
		return false;
	sleep_ns(*pause_ns);
	*pause_ns = 2 * *pause_ns < LOOK_LAST_NS ? 2 * *pause_ns : LOOK_LAST_NS;
	return true;
}

static bool await_state(const struct rtlink *link, uint32_t states, uint64_t end_ns)
{
	uint64_t pause_ns = LOOK_FIRST_NS;

	while (!(BIT_OF(peer_state(link)) & states))
		if (!look_again(&pause_ns, end_ns))
			return false;
	return true;
}

/* Finds the other end from this one's directory. */
static int32_t find_peer(struct rtlink *link, const char *dir_node, const char *id_node)
{
	uint32_t id;

	if (xs_read(XS_NO_TRANSACTION, node(link->dir, dir_node), link->peer,
		    sizeof(link->peer)) <= 0 ||
	    xs_read_u32(XS_NO_TRANSACTION, node(link->dir, id_node), &id))
		return -XEN_ENXIO;
	link->peer_id = (domid_t)id;
	return 0;
}

static void start(struct rtlink *link, volatile struct rtlink_ring *out,
		  volatile struct rtlink_ring *in)
{
	link->out = (struct rtlink_producer){ .ring = out };
	link->in = (struct rtlink_consumer){ .ring = in };
	barrier();
	link->is_open = true;
}

/* ---- frontend ------------------------------------------------------------------------------ */

static int32_t publish(const struct rtlink *link)
{
	int32_t err = write_number(link, "version", RTLINK_VERSION);

	if (!err)
		err = write_number(link, "ring-ref0", link->ref);
	if (!err)
		err = write_number(link, "ring-ref1", link->ref + 1);
	if (!err)
		err = write_number(link, "event-channel", link->port);
	if (!err)
		err = write_number(link, "state", XenbusStateInitialised);
	return err;
}

/* A backend that was connected before this domain started anew goes through Closed. */
static int32_t await_backend(struct rtlink *link, uint64_t end_ns)
{
	const int32_t err = write_number(link, "state", XenbusStateInitialising);

	if (err)
		return err;
	return await_state(link, BIT_OF(XenbusStateInitWait), end_ns) ? 0 : -XEN_ETIME;
}

int32_t rtlink_open(struct rtlink *link, uint32_t handle, struct rtlink_pages *pages,
		    grant_ref_t ref, uint64_t timeout_ns)
{
	const uint64_t end_ns = time_ns() + timeout_ns;
	int32_t err;

	*link = (struct rtlink){ .ref = ref };
	snprintf(link->dir, sizeof(link->dir), "device/" RTLINK_CLASS "/%u", handle);
	err = find_peer(link, "backend", "backend-id");
	if (!err)
		err = await_backend(link, end_ns);
	if (!err)
		err = evtchn_alloc_unbound(link->peer_id, &link->port);
	if (err)
		return err;
	for (uint32_t i = 0; i < 2; i++) {
		rtlink_ring_init(&pages->ring[i]);
		gnttab_grant(ref + i, link->peer_id, &pages->ring[i], false);
	}
	start(link, &pages->ring[0], &pages->ring[1]);
	err = publish(link);
	if (!err && !await_state(link, BIT_OF(XenbusStateConnected), end_ns))
		err = -XEN_ETIME;
	if (!err)
		err = write_number(link, "state", XenbusStateConnected);
	if (err)
		rtlink_close(link, NS_PER_S);
	return err;
}

/* ---- backend ------------------------------------------------------------------------------- */

static void unmap(struct rtlink *link, uint32_t nr)
{
	while (nr--)
		gnttab_unmap(&link->map[nr]);
}

static int32_t map(struct rtlink *link, uint32_t index)
{
	static const char *const names[] = { "ring-ref0", "ring-ref1" };

	for (uint32_t i = 0; i < 2; i++) {
		uint32_t ref;

		if (peer_number(link, names[i], &ref) ||
		    gnttab_map(&link->map[i], index + i, link->peer_id, ref, false)) {
			unmap(link, i);
			return -XEN_EINVAL;
		}
	}
	return 0;
}

static int32_t take_offer(struct rtlink *link, uint32_t index)
{
	uint32_t version, port;
	int32_t err;

	if (peer_number(link, "version", &version) || version != RTLINK_VERSION ||
	    peer_number(link, "event-channel", &port))
		return -XEN_EINVAL;
	err = map(link, index);
	if (err)
		return err;
	if (evtchn_bind_interdomain(link->peer_id, port, &link->port)) {
		unmap(link, 2);
		return -XEN_EINVAL;
	}
	start(link, link->map[1].va, link->map[0].va);
	return 0;
}

int32_t rtlink_accept(struct rtlink *link, domid_t frontend, uint32_t handle, uint32_t index,
		      uint64_t timeout_ns)
{
	const uint64_t end_ns = time_ns() + timeout_ns;
	uint64_t pause_ns = LOOK_FIRST_NS;
	int32_t err;

	*link = (struct rtlink){ .is_backend = true };
	snprintf(link->dir, sizeof(link->dir), "backend/" RTLINK_CLASS "/%u/%u", frontend, handle);
	do		/* it is not there before its domain is */
		err = find_peer(link, "frontend", "frontend-id");
	while (err && look_again(&pause_ns, end_ns));
	if (!err)
		err = write_number(link, "state", XenbusStateInitWait);
	if (err)
		return err;
	if (!await_state(link, BIT_OF(XenbusStateInitialised), end_ns))
		return -XEN_ETIME;
	err = take_offer(link, index);
	write_number(link, "state", err ? XenbusStateClosed : XenbusStateConnected);
	return err;
}

/* ---- both ---------------------------------------------------------------------------------- */

bool rtlink_is_connected(const struct rtlink *link)
{
	const uint32_t connected = BIT_OF(XenbusStateInitialised) | BIT_OF(XenbusStateConnected);

	return link->is_open && (BIT_OF(peer_state(link)) & connected);
}

static bool end_access(const struct rtlink *link, uint64_t end_ns)
{
	uint64_t pause_ns = LOOK_FIRST_NS;

	for (uint32_t i = 0; i < 2; i++)
		while (!gnttab_end_access(link->ref + i))
			if (!look_again(&pause_ns, end_ns))
				return false;
	return true;
}

bool rtlink_close(struct rtlink *link, uint64_t timeout_ns)
{
	const uint64_t end_ns = time_ns() + timeout_ns;
	bool is_free = true;

	if (!link->is_open)
		return true;
	link->is_open = false;
	barrier();
	evtchn_close(link->port);
	if (link->is_backend) {
		unmap(link, 2);
	} else {
		write_number(link, "state", XenbusStateClosing);
		is_free = end_access(link, end_ns);
	}
	write_number(link, "state", XenbusStateClosed);
	return is_free;
}

int rtlink_send(struct rtlink *link, const void *bytes, uint32_t len)
{
	bool must_notify;
	int err;

	if (!link->is_open)
		return RTLINK_WOULD_WAIT;
	err = rtlink_push(&link->out, bytes, len, &must_notify);
	if (must_notify)
		evtchn_send(link->port);
	return err;
}

int rtlink_receive(struct rtlink *link, void *bytes)
{
	bool must_notify;
	int len;

	if (!link->is_open)
		return RTLINK_WOULD_WAIT;
	len = rtlink_pop(&link->in, bytes, &must_notify);
	if (must_notify)
		evtchn_send(link->port);
	return len;
}

int rtlink_receive_last(struct rtlink *link, void *bytes)
{
	int last = rtlink_receive(link, bytes);

	for (uint32_t i = 1; i < RTLINK_MESSAGES && last >= 0; i++) {
		const int len = rtlink_receive(link, bytes);

		if (len == RTLINK_WOULD_WAIT)
			break;
		last = len;
	}
	return last;
}

bool rtlink_want_event(struct rtlink *link)
{
	return link->is_open && rtlink_want_message(&link->in);
}

uint32_t rtlink_lost(const struct rtlink *link)
{
	return link->is_open ? link->in.ring->dropped : 0;
}
