/* SPDX-License-Identifier: BSD-2-Clause */
#include "blk.h"

#define RESPONSE_TIMEOUT_NS	(20 * NS_PER_S)
#define ROOM_TIMEOUT_NS		(20 * NS_PER_MS)
#define SECTOR			512u
#define MAX_RESTARTS		10
#define PAGE_SECTORS		(GUEST_PAGE_SIZE / SECTOR)
#define CHECK_SEGMENTS		4u

struct blk blk;
union blk_ring_pages blk_ring __attribute__((aligned(4096)));

static blkif_response_t last_response;

void blk_init(void)
{
	frontend_find(&blk.fe, "vbd");
}

void blk_prepare(uint32_t order)
{
	grants_make(blk.fe.backend_id);
	memset(blk_ring.bytes, 0, sizeof(blk_ring.bytes));
	SHARED_RING_INIT(&blk_ring.sring);
	FRONT_RING_INIT(&blk.ring, &blk_ring.sring, GUEST_PAGE_SIZE << order);
	for (uint32_t i = 0; i < NR_RING; i++)
		gnttab_grant(REF_BLK_RING + i, blk.fe.backend_id,
			     blk_ring.bytes + i * GUEST_PAGE_SIZE, false);
	if (evtchn_alloc_unbound(blk.fe.backend_id, &blk.port))
		failure("%s: no event channel", blk.fe.dir);
	evtchn_unmask(blk.port);
}

void blk_publish(uint32_t order, bool is_persistent)
{
	char name[16];

	frontend_write(&blk.fe, "protocol", "arm-abi");
	frontend_write_number(&blk.fe, "event-channel", blk.port);
	frontend_write_number(&blk.fe, "feature-persistent", is_persistent);
	if (!order) {
		frontend_write_number(&blk.fe, "ring-ref", REF_BLK_RING);
		return;
	}
	frontend_write_number(&blk.fe, "ring-page-order", order);
	for (uint32_t i = 0; i < 1u << order; i++) {
		snprintf(name, sizeof(name), "ring-ref%u", i);
		frontend_write_number(&blk.fe, name, REF_BLK_RING + i);
	}
}

void blk_connect(void)
{
	const uint32_t order = below(3);

	blk_prepare(order);
	blk_publish(order, one_in(2));
	frontend_switch(&blk.fe, XenbusStateInitialised);
	if (backend_await(&blk.fe, BIT_OF(XenbusStateConnected), STATE_TIMEOUT_NS) != XenbusStateConnected)
		failure("%s: backend does not connect", blk.fe.dir);
	blk.sectors = backend_number(&blk.fe, "sectors");
	blk.handle = (uint16_t)backend_number(&blk.fe, "handle");
	if (blk.sectors <= FREE_SECTOR)
		failure("%s: a disk of %llu sectors", blk.fe.dir, (unsigned long long)blk.sectors);
	frontend_switch(&blk.fe, XenbusStateConnected);
}

static void remove_nodes(void)
{
	static const char *const names[] = {
		"ring-ref", "event-channel", "ring-page-order", "multi-queue-num-queues",
		"feature-persistent", "protocol", "queue-0", "queue-1",
	};
	char name[16];

	for (uint32_t i = 0; i < ARRAY_SIZE(names); i++)
		frontend_remove(&blk.fe, names[i]);
	for (uint32_t i = 0; i < NR_RING; i++) {
		snprintf(name, sizeof(name), "ring-ref%u", i);
		frontend_remove(&blk.fe, name);
	}
}

/*
 * A backend that still has requests under way when we close unmaps what it can and says Closed all the
 * same; it does the rest when it is told once more.
 */
void blk_restart(void)
{
	grant_ref_t stuck = 0;

	for (uint32_t i = 0; i < MAX_RESTARTS; i++) {
		frontend_restart(&blk.fe);
		stuck = grants_end(REF_BLK_RING, REF_OTHERS);
		if (!stuck)
			break;
	}
	if (stuck)
		failure("%s: grant %u still in use after the backend closed", blk.fe.dir, stuck);
	remove_nodes();
	if (blk.port)
		evtchn_close(blk.port);
	blk.port = 0;
}

static bool take_response(void)
{
	if (!RING_HAS_UNCONSUMED_RESPONSES(&blk.ring))
		return false;
	xen_rmb();
	last_response = *RING_GET_RESPONSE(&blk.ring, blk.ring.rsp_cons);
	blk.ring.rsp_cons++;
	return true;
}

bool blk_drain(uint64_t timeout_ns)
{
	const uint64_t end_ns = time_ns() + timeout_ns;

	for (;;) {
		int more;

		while (take_response())
			;
		if (blk.ring.rsp_cons == blk.ring.req_prod_pvt)
			return true;
		RING_FINAL_CHECK_FOR_RESPONSES(&blk.ring, more);
		if (more)
			continue;
		if (time_ns() >= end_ns)
			return false;
		wait_event(RING_HAS_UNCONSUMED_RESPONSES(&blk.ring), end_ns - time_ns());
	}
}

void blk_put(const struct blkif_request *request)
{
	if (RING_FULL(&blk.ring)) {
		blk_push();
		if (!blk_drain(ROOM_TIMEOUT_NS) && RING_FULL(&blk.ring))
			return;		/* nobody serves it any more */
	}
	*RING_GET_REQUEST(&blk.ring, blk.ring.req_prod_pvt) = *request;
	blk.ring.req_prod_pvt++;
}

void blk_push(void)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&blk.ring, notify);
	if (notify && blk.port)
		evtchn_send(blk.port);
}

/* One request of whole pages, data_page[0] and on.  @return its status */
static int32_t transfer(uint8_t operation, uint64_t sector, uint32_t nr_pages)
{
	struct blkif_request request = {
		.operation = operation, .nr_segments = (uint8_t)nr_pages, .handle = blk.handle,
		.id = random64(), .sector_number = sector,
	};

	for (uint32_t i = 0; i < nr_pages; i++)
		request.seg[i] = (struct blkif_request_segment){ REF_DATA + i, 0, PAGE_SECTORS - 1 };
	blk_put(&request);
	blk_push();
	if (!blk_drain(RESPONSE_TIMEOUT_NS))
		failure("%s: no response to a good request", blk.fe.dir);
	if (last_response.id != request.id)
		failure("%s: a response to another request", blk.fe.dir);
	return last_response.status;
}

static void must_be_ok(int32_t status, const char *what, uint64_t sector)
{
	if (status != BLKIF_RSP_OKAY)
		failure("%s: %s of sector %llu: status %d", blk.fe.dir, what,
			(unsigned long long)sector, status);
}

static void check_known(void)
{
	const uint32_t sector = below(KNOWN_SECTORS / PAGE_SECTORS) * PAGE_SECTORS;
	uint64_t number;

	memset(data_page[0], 0xa5, GUEST_PAGE_SIZE);
	must_be_ok(transfer(BLKIF_OP_READ, sector, 1), "read", sector);
	for (uint32_t i = 0; i < PAGE_SECTORS; i++) {
		memcpy(&number, data_page[0] + i * SECTOR, sizeof(number));
		if (number != sector + i)
			failure("%s: sector %u begins with %llx", blk.fe.dir, sector + i,
				(unsigned long long)number);
	}
}

static void check_written(void)
{
	const uint64_t sector = FREE_SECTOR +
		below((uint32_t)(blk.sectors - FREE_SECTOR) - CHECK_SEGMENTS * PAGE_SECTORS);
	const uint64_t mark = random64();

	for (uint32_t i = 0; i < CHECK_SEGMENTS; i++)
		memcpy(data_page[i] + 8 * i, &mark, sizeof(mark));
	must_be_ok(transfer(BLKIF_OP_WRITE, sector, CHECK_SEGMENTS), "write", sector);
	for (uint32_t i = 0; i < CHECK_SEGMENTS; i++)
		memset(data_page[i], 0, GUEST_PAGE_SIZE);
	must_be_ok(transfer(BLKIF_OP_READ, sector, CHECK_SEGMENTS), "read", sector);
	for (uint32_t i = 0; i < CHECK_SEGMENTS; i++)
		if (memcmp(data_page[i] + 8 * i, &mark, sizeof(mark)))
			failure("%s: what was written at %llu is not there", blk.fe.dir,
				(unsigned long long)sector);
}

void blk_check(void)
{
	check_known();
	check_written();
}

uint32_t blk_work(uint64_t end_ns)
{
	uint32_t served = 0;

	for (; time_ns() < end_ns; served++)
		must_be_ok(transfer(BLKIF_OP_READ, FREE_SECTOR, 8), "read", FREE_SECTOR);
	return served;
}
