/* SPDX-License-Identifier: Apache-2.0 */
#include <exen/printk.h>
#include <exen/string.h>

#include "ring.h"

/* Accesses to the page happen in this order, once each.  One CPU runs both sides, so keeping the
 * compiler in order is enough; with SMP this becomes the CPU's barrier. */
#define ordered()	__atomic_signal_fence(__ATOMIC_SEQ_CST)

static uint32_t read_index(const XENSTORE_RING_IDX *index)
{
	uint32_t value = *(const volatile XENSTORE_RING_IDX *)index;

	ordered();
	return value;
}

static void write_index(XENSTORE_RING_IDX *index, uint32_t value)
{
	ordered();
	*(volatile XENSTORE_RING_IDX *)index = value;
}

static void reset_indices(struct xs_ring *ring)
{
	struct xenstore_domain_interface *page = ring->page;

	ring->req_cons = 0;
	ring->rsp_prod = 0;
	write_index(&page->req_cons, 0);
	write_index(&page->req_prod, 0);
	write_index(&page->rsp_cons, 0);
	write_index(&page->rsp_prod, 0);
	write_index(&page->error, XENSTORE_ERROR_NONE);
	write_index(&page->connection, XENSTORE_CONNECTED);
}

void xs_ring_init(struct xs_ring *ring, struct xenstore_domain_interface *page,
		  void (*notify)(void *arg), void *arg)
{
	memset(ring, 0, sizeof(*ring));
	ring->page = page;
	ring->notify = notify;
	ring->arg = arg;
	page->server_features =
		XENSTORE_SERVER_FEATURE_RECONNECTION | XENSTORE_SERVER_FEATURE_ERROR;
	reset_indices(ring);
}

bool xs_ring_wants_reconnect(const struct xs_ring *ring)
{
	return read_index(&ring->page->connection) == XENSTORE_RECONNECT;
}

void xs_ring_reconnect(struct xs_ring *ring)
{
	reset_indices(ring);
	ring->has_moved = true;
	xs_ring_notify(ring);
}

void xs_ring_set_error(struct xs_ring *ring, uint32_t error)
{
	if (read_index(&ring->page->error) != XENSTORE_ERROR_NONE)
		return;
	write_index(&ring->page->error, error);
	ring->has_moved = true;
}

void xs_ring_notify(struct xs_ring *ring)
{
	if (ring->has_moved)
		ring->notify(ring->arg);
	ring->has_moved = false;
}

/* More bytes than the ring holds can't be in it: the guest's index is wrong. */
static int broken_index(struct xs_ring *ring, const char *which)
{
	if (!ring->has_complained)
		printk("xenstore: d%u: %s index out of range, not served until it reconnects\n",
		       ring->conn->who.domid, which);
	ring->has_complained = true;
	xs_ring_set_error(ring, XENSTORE_ERROR_RINGIDX);
	return -1;
}

static int ring_get(void *arg, void *dst, size_t len)
{
	struct xs_ring *ring = arg;
	uint32_t available = read_index(&ring->page->req_prod) - ring->req_cons;
	uint32_t at = MASK_XENSTORE_IDX(ring->req_cons);

	if (available > XENSTORE_RING_SIZE)
		return broken_index(ring, "request");
	len = MIN(len, MIN(available, XENSTORE_RING_SIZE - at));
	if (len == 0)
		return 0;
	memcpy(dst, ring->page->req + at, len);
	ring->req_cons += len;
	write_index(&ring->page->req_cons, ring->req_cons);
	ring->has_moved = true;
	return len;
}

static int ring_put(void *arg, const void *src, size_t len)
{
	struct xs_ring *ring = arg;
	uint32_t waiting = ring->rsp_prod - read_index(&ring->page->rsp_cons);
	uint32_t at = MASK_XENSTORE_IDX(ring->rsp_prod);

	if (waiting > XENSTORE_RING_SIZE)
		return broken_index(ring, "response");
	len = MIN(len, MIN(XENSTORE_RING_SIZE - waiting, XENSTORE_RING_SIZE - at));
	if (len == 0)
		return 0;
	memcpy(ring->page->rsp + at, src, len);
	ring->rsp_prod += len;
	write_index(&ring->page->rsp_prod, ring->rsp_prod);
	ring->has_moved = true;
	return len;
}

const struct xs_transport xs_ring_transport = { .get = ring_get, .put = ring_put };
